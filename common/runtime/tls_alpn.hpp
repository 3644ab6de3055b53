// TlsAlpn: how a serving process answers tls-alpn-01 (RFC 8737, RFC 8738).
//
// Nothing is read and nothing is kept unless a client offers acme-tls/1 and nothing else. Then the look-up is that of
// http-01 (ChallengeReader), and only for a name that is live a certificate is made: when first asked for, and kept, a
// few of them, as long as the name's key authorization is the same. All other clients get what the server gives them.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "common/challenge/challenge_board.hpp"
#include "common/crypto/challenge_certificate.hpp"

struct ssl_st;

namespace acme {

/// Usable from several threads at once.
class TlsAlpn {
 public:
  /// What a handshake turned out to be.
  enum class Hello : std::uint8_t { ordinary, answered, failed };

  /// `challenges` must outlive it.
  explicit TlsAlpn(ChallengeReader& challenges);
  ~TlsAlpn();

  /// For a client hello callback. answered: the connection is set up as challenge_handshake.hpp says. failed: it is a
  /// live challenge's, but cannot be answered; end it. ordinary: it was not touched.
  Hello on_client_hello(ssl_st* ssl) noexcept;

  /// `server_name`: as the client sent it; an address is one of in-addr.arpa or ip6.arpa (RFC 8738 §6).
  bool is_live(std::string_view server_name) noexcept;
  /// For a server that has ALPN callbacks instead: what is to be served to the client that asked for this name, if it
  /// is live. `ssl` has lost its own certificates then. With a null `ssl`, only TLS 1.3 is sure to succeed.
  std::optional<ChallengeCertificate> answer(std::string_view server_name, ssl_st* ssl) noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace acme
