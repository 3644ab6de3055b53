// A TLS handshake that is a tls-alpn-01 validation (RFC 8737): recognised in its first message, answered with the
// challenge's certificate, over when the handshake is.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "common/base/result.hpp"
#include "common/crypto/challenge_certificate.hpp"

struct ssl_st;      // SSL
struct ssl_ctx_st;  // SSL_CTX

namespace acme {

inline constexpr std::string_view kTlsAlpnProtocol = "acme-tls/1";

/// Inside a client hello callback: the server name that is asked for, when the client offers acme-tls/1 and nothing
/// else (§3: whoever validates offers just that). nullopt: no challenge; found out by one comparison of lengths.
/// Valid as long as the callback runs.
std::optional<std::string_view> challenged_server_name(ssl_st* ssl) noexcept;

/// What a connection is given to in a client hello callback: none of the server's own settings but its protocol
/// versions count from then on. One is enough for all connections of a process; thread-safe.
class ChallengeContext {
 public:
  static Result<ChallengeContext> make();
  /// acme-tls/1 is agreed on, any server name is right, no client certificate is asked for, nothing can be resumed; and
  /// once the handshake is done the connection reads as closed by the peer, so that the server closes it. False: it
  /// could not be prepared and must not go on.
  bool take_over(ssl_st* ssl, const ChallengeCertificate& answer) const noexcept;

 private:
  explicit ChallengeContext(std::shared_ptr<ssl_ctx_st> context) : context_{std::move(context)} {}
  std::shared_ptr<ssl_ctx_st> context_;
};

/// Inside an ALPN callback, of a server that installs a certificate and its key itself and that agrees on acme-tls/1.
/// TLS 1.3: no key is chosen yet, nullptr. TLS 1.2: the key that the chosen cipher asks for, and nothing else will do.
/// Borrowed from the connection.
evp_pkey_st* chosen_key(ssl_st* ssl) noexcept;

/// Then: none of the certificates that the connection has may be served, and nothing puts others in their place;
/// nothing can be resumed.
void make_room_for_challenge(ssl_st* ssl) noexcept;

}  // namespace acme
