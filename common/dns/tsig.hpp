// TSIG: transaction signatures with a shared key (RFC 8945), for updates and their answers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/secret.hpp"
#include "common/base/time.hpp"
#include "common/crypto/digest.hpp"

namespace acme {

struct TsigKey {
  std::string name;  // "acme.example": lower case, no last dot
  MacAlgorithm algorithm = MacAlgorithm::hs256;
  Secret secret;  // decoded
};

/// A key from what its file holds: the bare secret in base64, or the text that `tsig-keygen` (BIND) and `keymgr -t`
/// (knot) print, which names key and algorithm as well. `name` and `algorithm` ("hmac-sha256", -384, -512) are what the
/// operator gave beside it; empty: from the file, hmac-sha256. ErrorKind::configuration, never with the secret.
Result<TsigKey> parse_tsig_key(std::string_view text, std::string_view name, std::string_view algorithm);

struct SignedMessage {
  std::vector<std::uint8_t> bytes;
  Bytes mac;  // what the answer's signature refers to
};

/// Appends the signature to a message that has none. 300 s of clock difference are allowed, as usual.
Result<SignedMessage> tsig_sign(std::vector<std::uint8_t> message, const TsigKey& key, UtcTime now);

enum class TsigError : std::uint16_t { none = 0, bad_sig = 16, bad_key = 17, bad_time = 18, bad_trunc = 22 };

struct TsigFindings {
  bool present = false;  // the answer has a signature record at all
  bool valid = false;    // and it is this key's, for this request
  TsigError error = TsigError::none;
  std::optional<UtcTime> server_time;  // beside bad_time
};

/// Looks at the signature of an answer. ErrorKind::server_error: no DNS message.
Result<TsigFindings> tsig_check(std::span<const std::uint8_t> answer, const TsigKey& key, const Bytes& request_mac);

}  // namespace acme
