// Revocation of a certificate (RFC 8555 §7.6).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/task.hpp"
#include "common/client/session.hpp"
#include "common/crypto/key.hpp"

namespace acme {

enum class Revoked : std::uint8_t { now, before };

/// Asks the CA to revoke the certificate with this DER. Signed by the session's account, which must be ready
/// (ensure_account), or by the certificate's own key when `certificate_key` is given; then no account is needed.
/// `reason`: RFC 5280 §5.3.1, one of 0, 1, 3, 4, 5. Revoked::before: it was revoked already (alreadyRevoked), which a
/// caller may say but need not mind.
/// Errors: configuration (the CA's directory has no revokeCert), problem with a hint (unauthorized: neither this
/// account nor this key may; badRevocationReason), those of Session::post.
Task<Result<Revoked>> revoke_certificate(Session& session, std::vector<std::uint8_t> certificate_der, int reason,
                                         std::optional<PrivateKey> certificate_key);

}  // namespace acme
