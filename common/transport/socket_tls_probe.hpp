// SocketTlsProbe: the real TlsProbe.
#pragma once

#include "common/base/descriptors.hpp"
#include "common/transport/tls_probe.hpp"

namespace acme {

class SocketTlsProbe final : public TlsProbe {
 public:
  /// All borrowed.
  SocketTlsProbe(Scheduler& scheduler, Descriptors& descriptors, TlsLooks looks)
      : scheduler_{scheduler}, descriptors_{descriptors}, looks_{std::move(looks)} {}

  Task<Result<ShownLeaf>> look(ProbeTarget target) override;

 private:
  Scheduler& scheduler_;
  Descriptors& descriptors_;
  TlsLooks looks_;
};

}  // namespace acme
