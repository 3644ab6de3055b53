// External account binding (RFC 8555 §7.3.4): what a CA hands out to its customers, in the forms they hand it out.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/config/model.hpp"

namespace acme {

/// The MAC key in base64url or plain base64, with or without padding and white space around. No message shows it.
/// ErrorKind::configuration.
Result<Secret> parse_mac_key(std::string_view text);
/// "HS256", "HS384", "HS512".
Result<MacAlgorithm> parse_mac_algorithm(std::string_view text);
/// A JSON object with key id and MAC key under the names in use: kid, keyId, eab_kid; hmac, hmacKey, eab_hmac_key, key;
/// and, when it is not HS256, alg. In any case of letters.
Result<ExternalAccount> parse_external_account_json(std::string_view text);

}  // namespace acme
