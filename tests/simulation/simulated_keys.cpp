#include "tests/simulation/simulated_keys.hpp"

// The one place where OpenSSL's generator can be replaced is old.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/rand.h>

#include <vector>

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

/// Fresh objects each time: OpenSSL keeps what it drew for blinding with a key.
Result<PrivateKey> rsa_key(std::size_t number) {
  static const std::vector<Secret> keys = [] {
    const SeededRandom before = openssl_random();
    seed_openssl(4096);
    std::vector<Secret> made;
    for (int i = 0; i < 2; ++i) made.push_back(*PrivateKey::generate({KeyAlgorithm::rsa, 2048})->to_pem());
    openssl_random() = before;
    return made;
  }();
  return PrivateKey::from_pem(keys[number % keys.size()].view());
}

}  // namespace

void seed_openssl(std::uint64_t seed) {
  static const RAND_METHOD method{nullptr, random_bytes, nullptr, nullptr, random_bytes, is_seeded};
  RAND_set_rand_method(&method);
  openssl_random() = SeededRandom{seed};
}

Task<Result<PrivateKey>> SimulatedKeys::make(KeyType type) {
  const Duration takes =
      milliseconds{type.algorithm == KeyAlgorithm::rsa ? chance_.between(std::size_t{50}, std::size_t{900}) : 1};
  const Wake wake = co_await scheduler_.sleep_for(takes);
  if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "the engine is stopping"};
  if (type.algorithm == KeyAlgorithm::rsa) co_return rsa_key(chance_.below(2));
  co_return PrivateKey::generate(type);
}

}  // namespace acme_test
