#include "tests/simulation/chance.hpp"

#include <cmath>

namespace acme_test {

using namespace acme;

std::uint64_t Chance::mixed(std::uint64_t seed, std::string_view purpose) {
  std::uint64_t hash = 0xcbf29ce484222325U ^ (seed * 0x9e3779b97f4a7c15U);
  for (const char c : purpose) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash ^ (hash >> 31U);
}

Seconds Chance::magnitude(Seconds least, Seconds most) {
  const double low = std::log(static_cast<double>(least.count()));
  const double high = std::log(static_cast<double>(most.count()));
  return Seconds{static_cast<std::int64_t>(std::exp(low + (high - low) * fraction()))};
}

}  // namespace acme_test
