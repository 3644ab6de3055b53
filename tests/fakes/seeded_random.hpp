// SeededRandom: the same chance at each run of a test.
#pragma once

#include "common/base/random.hpp"

namespace acme_test {

class SeededRandom final : public acme::Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : generator_{seed} {}
  std::uint64_t next() override { return generator_(); }

 private:
  std::mt19937_64 generator_;
};

}  // namespace acme_test
