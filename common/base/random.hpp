// Random: the engine's source of chance, behind an interface so that tests can replay it.
// For jitter only; keys, nonces and the secret come from OpenSSL (crypto/).
#pragma once

#include <cstdint>
#include <random>

namespace acme {

class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;

  /// Uniform in [0, 1).
  double fraction() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
};

class SystemRandom final : public Random {
 public:
  std::uint64_t next() override { return generator_(); }

 private:
  std::mt19937_64 generator_{std::random_device{}()};
};

}  // namespace acme
