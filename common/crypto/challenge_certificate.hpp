// The certificate that answers a tls-alpn-01 challenge (RFC 8737 §3): self-signed, for the one name that is being
// proved, with the SHA-256 of the key authorization in a critical extension.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/base/identifier.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

struct evp_pkey_st;  // EVP_PKEY
struct x509_st;      // X509

namespace acme {

/// Cheap to copy; immutable.
struct ChallengeCertificate {
  std::shared_ptr<x509_st> certificate;
  std::shared_ptr<evp_pkey_st> key;
};

/// With a P-256 key of its own, made now: a tenth of a millisecond. ErrorKind::crypto.
Result<ChallengeCertificate> make_challenge_certificate(const Identifier& name, std::string_view key_authorization,
                                                        UtcTime now);

/// The same with a key that is there already, of whatever type; it is shared, not copied. For a handshake whose
/// cipher is chosen: no other type of key would do then.
Result<ChallengeCertificate> make_challenge_certificate(const Identifier& name, std::string_view key_authorization,
                                                        UtcTime now, evp_pkey_st* key);

/// The SHA-256 in it, lower-case hex; "" when it is no certificate of a challenge.
std::string challenge_hash(const x509_st* certificate);

}  // namespace acme
