// CertificateSlot: the certificates of one ManagedSet in one serving process; hot swap happens here.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/secret.hpp"
#include "common/base/time.hpp"
#include "common/crypto/tls_certificate.hpp"

struct ssl_st;

namespace acme {

/// What a process needs to read the state directory while it serves: shared by all its slots.
/// Opens lazily, opens again when the directory was replaced; usable from several threads at once.
class ServingTree;  // serving_tree.hpp

class CertificateSlot {
 public:
  struct Source {
    std::string id;
    std::uint64_t injected_version = 0;  // in the SSL_CTX since the configuration load; 0: the placeholder
    std::shared_ptr<ServingTree> tree;   // of the certificate's issuer
    /// Served as long as not all of the set's own are there, and none of them with a key of the same algorithm.
    bool stand_in = false;
  };
  /// Stand-ins behind the set's own.
  explicit CertificateSlot(std::vector<Source> sources);
  ~CertificateSlot();

  /// For SSL_CTX_set_cert_cb. When the SSL_CTX already holds what is current: nothing. Else installs
  /// the newest certificates into this connection. At most every 50 ms per process it looks whether
  /// `current` moved (one readlinkat per certificate); any error keeps what is served, is tried
  /// again after 1 s doubling to 60 s. Always 1: a handshake never fails because of us.
  int on_certificate_callback(ssl_st* ssl) noexcept;

  /// A certificate of the set's own, no placeholder and no stand-in, is what this process serves from now on. Looks
  /// as often as the callback does; once true it stays true.
  bool own_is_live() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace acme
