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
#include "common/crypto/challenge_handshake.hpp"

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

  /// For a server that has ALPN callbacks instead, inside one: what is to be served to the client, if `server_name` is
  /// live. That is as the client sent it; an address is a name of in-addr.arpa or ip6.arpa (RFC 8738 §6).
  /// Before it is installed: make_room_for_challenge().
  std::optional<ChallengeCertificate> answer(std::string_view server_name, ssl_st* ssl) noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace acme
