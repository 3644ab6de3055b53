// The key file of a Google service account, and the signed assertion that it is exchanged with for an access token
// (RFC 7523). Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/time.hpp"
#include "common/crypto/key.hpp"

namespace acme {

struct GoogleKey {
  std::string project;
  std::string email;
  std::string key_id;
  std::string token_url;  // https, or http to a loopback host
  PrivateKey key;
};

/// ErrorKind::configuration says which member is missing or wrong; never anything of the text.
Result<GoogleKey> parse_google_key(std::string_view json);

/// The form of the token request. Errors: crypto.
Result<std::string> google_grant(const GoogleKey& key, UtcTime now);

}  // namespace acme
