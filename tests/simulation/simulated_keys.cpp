#include "tests/simulation/simulated_keys.hpp"

// The one place where OpenSSL's generator can be replaced is old.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/rand.h>

namespace acme_test {

using namespace acme;
using std::chrono::milliseconds;

namespace {

SeededRandom& openssl_random() {
  static SeededRandom random{0};
  return random;
}

int random_bytes(unsigned char* bytes, int size) {
  for (int i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(openssl_random().next());
  return 1;
}

int is_seeded() { return 1; }

}  // namespace

void seed_openssl(std::uint64_t seed) {
  static const RAND_METHOD method{nullptr, random_bytes, nullptr, nullptr, random_bytes, is_seeded};
  RAND_set_rand_method(&method);
  openssl_random() = SeededRandom{seed};
}

OtherOpensslSeed::OtherOpensslSeed(std::uint64_t seed) : before_{openssl_random()} { seed_openssl(seed); }
OtherOpensslSeed::~OtherOpensslSeed() { openssl_random() = before_; }

Task<Result<PrivateKey>> SimulatedKeys::make(KeyType type) {
  const Duration takes =
      milliseconds{type.algorithm == KeyAlgorithm::rsa ? chance_.between(std::size_t{50}, std::size_t{900}) : 1};
  const Wake wake = co_await scheduler_.sleep_for(takes);
  if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "the engine is stopping"};
  co_return PrivateKey::generate(type);
}

}  // namespace acme_test
