// Where to look whether a certificate is served: the names that its virtual hosts have, at the addresses they listen
// on. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/config/model.hpp"
#include "common/transport/tls_probe.hpp"

namespace acme {

struct ActivationTarget {
  ProbeTarget probe;
  std::string name;     // that a client asks for, as configured
  bool of_all = false;  // the listener takes every address: it is reached by a loopback one
};

class ActivationTargets {
 public:
  static constexpr std::size_t kMost = 16;  // for one certificate

  /// `configuration` is borrowed.
  explicit ActivationTargets(const Configuration& configuration);

  /// Every name at every listener, the certificate's first name in front; nothing: it is not known who serves it. A
  /// wildcard is tried by a made-up label, and only where no other name is served.
  std::vector<ActivationTarget> of(std::size_t certificate) const;

 private:
  const Configuration& configuration_;
  std::vector<std::vector<std::uint32_t>> names_;  // per certificate: of Configuration::https_names
};

/// "127.0.0.1:443", "[::1]:443".
std::string place_of(const ProbeTarget& target);

}  // namespace acme
