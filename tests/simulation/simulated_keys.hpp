// SimulatedKeys: a KeyMaker without a thread, which takes its time on the simulated clock.
#pragma once

#include "common/base/scheduler.hpp"
#include "common/transport/key_maker.hpp"
#include "tests/fakes/seeded_random.hpp"
#include "tests/simulation/chance.hpp"

namespace acme_test {

class SimulatedKeys final : public acme::KeyMaker {
 public:
  /// Both borrowed.
  SimulatedKeys(acme::Scheduler& scheduler, Chance& chance) : scheduler_{scheduler}, chance_{chance} {}
  acme::Task<acme::Result<acme::PrivateKey>> make(acme::KeyType type) override;

 private:
  acme::Scheduler& scheduler_;
  Chance& chance_;
};

/// Makes OpenSSL's own keys, serial numbers and signatures those of this seed, for the whole program.
void seed_openssl(std::uint64_t seed);

/// While in scope, they are those of another seed.
class OtherOpensslSeed {
 public:
  explicit OtherOpensslSeed(std::uint64_t seed);
  ~OtherOpensslSeed();
  OtherOpensslSeed(const OtherOpensslSeed&) = delete;
  OtherOpensslSeed& operator=(const OtherOpensslSeed&) = delete;

 private:
  SeededRandom before_;
};

}  // namespace acme_test
