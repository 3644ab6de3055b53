// TlsLook: the client's half of a TLS handshake, to see which certificate a server shows. It knows no socket: bytes go
// in, bytes come out.
//
// Nothing is verified, no request follows, no session is kept. The leaf is there as soon as the server has sent it,
// even when it then wants a client's certificate and refuses to go on.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/base/time.hpp"

struct ssl_ctx_st;  // SSL_CTX
struct ssl_st;      // SSL

namespace acme {

/// For which kind of key a client can verify signatures: a server with several certificates shows the one that fits.
enum class LeafKey : std::uint8_t { any, rsa, ecdsa };
inline constexpr std::size_t kLeafKeys = 3;

/// Foreign text in it is cleaned.
struct ShownLeaf {
  std::string fingerprint;  // SHA-256 over the DER, lower-case hex
  std::string subject;      // its CN, else its O
  std::string issuer;
  UtcTime not_after;
  std::string protocol;        // agreed on by ALPN; empty: none
  std::string challenge_hash;  // of a tls-alpn-01 challenge's certificate, in hex; else empty
};

class TlsLook {
 public:
  /// Takes what the server sent, "" to begin; returns what is to be sent to it, which may be nothing.
  std::string exchange(std::string_view received);
  /// Nothing more is to be exchanged.
  bool over() const noexcept { return over_; }
  const std::optional<ShownLeaf>& leaf() const noexcept { return leaf_; }
  /// Why it ended without a leaf, for people: "it answers with the TLS alert \"unrecognized name\"".
  const std::string& refusal() const noexcept { return refusal_; }
  /// The polite end, to be sent after the handshake.
  std::string goodbye();

 private:
  friend class TlsLooks;
  explicit TlsLook(std::shared_ptr<ssl_st> ssl) : ssl_{std::move(ssl)} {}
  void take_leaf();
  void take_failure();
  std::string to_send();

  std::shared_ptr<ssl_st> ssl_;
  std::optional<ShownLeaf> leaf_;
  std::string refusal_;
  bool over_ = false;
};

/// What looks share.
class TlsLooks {
 public:
  /// ErrorKind::crypto.
  static Result<TlsLooks> make();
  /// `server_name`: an A-label, for SNI; empty: none. `protocol`: alone is offered by ALPN; empty: nothing is.
  /// ErrorKind::crypto.
  Result<TlsLook> begin(const std::string& server_name, LeafKey key, const std::string& protocol = {}) const;

 private:
  std::array<std::shared_ptr<ssl_ctx_st>, kLeafKeys> contexts_;
};

}  // namespace acme
