// TlsProbe: which certificate a listener of this machine shows to a client.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/result.hpp"
#include "common/base/task.hpp"
#include "common/crypto/tls_look.hpp"

namespace acme {

struct ProbeTarget {
  std::string address;  // an IP address, no brackets; never looked up
  std::uint16_t port = 443;
  bool proxy_protocol = false;
  std::string server_name;  // for SNI, an A-label; empty: none
  LeafKey key = LeafKey::any;
  std::string protocol;  // that alone is offered by ALPN; empty: nothing is
};

class TlsProbe {
 public:
  virtual ~TlsProbe() = default;
  /// Connects, sees the leaf, says goodbye without a request; 5 s at most. ErrorKind::not_found: this machine has no
  /// such address, or not this kind of addresses; transport: nobody accepts the connection, or not in time;
  /// server_error: it is accepted, and TLS fails before the leaf is seen; cancelled.
  virtual Task<Result<ShownLeaf>> look(ProbeTarget target) = 0;
};

}  // namespace acme
