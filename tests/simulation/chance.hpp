// Chance: what a seed decides. Each purpose has a generator of its own, so that one more decision in one place does not
// change all others.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "common/base/time.hpp"
#include "tests/fakes/seeded_random.hpp"

namespace acme_test {

class Chance {
 public:
  Chance(std::uint64_t seed, std::string_view purpose) : random_{mixed(seed, purpose)} {}

  bool happens(double probability) { return random_.fraction() < probability; }
  double fraction() { return random_.fraction(); }
  /// 0 to n - 1.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_.next() % n); }
  std::size_t between(std::size_t least, std::size_t most) { return least + below(most - least + 1); }
  acme::Seconds between(acme::Seconds least, acme::Seconds most) {
    return least +
           acme::Seconds{static_cast<std::int64_t>(below(static_cast<std::size_t>((most - least).count()) + 1))};
  }
  /// Even on a scale of factors: as often 1 s to 10 s as 1 h to 10 h.
  acme::Seconds magnitude(acme::Seconds least, acme::Seconds most);
  template <class T>
  T one_of(std::initializer_list<T> all) {
    return *(all.begin() + static_cast<std::ptrdiff_t>(below(all.size())));
  }
  acme::Random& random() noexcept { return random_; }

 private:
  static std::uint64_t mixed(std::uint64_t seed, std::string_view purpose);

  SeededRandom random_;
};

}  // namespace acme_test
