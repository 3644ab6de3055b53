#include "common/runtime/reload_need.hpp"

#include "tests/check.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_store.hpp"

using namespace acme;
using namespace acme_test;

namespace {

struct World {
  World() {
    StoredCertificate stored;
    stored.meta.not_after = now + std::chrono::hours{5};
    CHECK_OK(store.save_certificate("a-1", stored));
    configuration.reload.window = *DailyWindow::parse("02:00-05:00", "UTC");
    configuration.issuers["ca"].name = "ca";
    configuration.certificates.emplace_back();
    configuration.certificates[0].id = "a-1";
    configuration.certificates[0].issuer = "ca";
  }
  UtcTime needed_by(std::uint64_t injected, const std::string& id = "a-1") {
    return reload_needed_by(configuration, {{"a-1", injected}}, id, now,
                            [this](const IssuerConfig&) -> Store& { return store; });
  }

  UtcTime now = ManualClock{}.now();
  MemoryStore store;
  Configuration configuration;
};

}  // namespace

static void what_was_loaded_expires() {
  World world;
  CHECK(world.needed_by(1) == world.now + std::chrono::hours{5});
  CHECK(world.needed_by(0) == UtcTime::max());
  CHECK(world.needed_by(7) == UtcTime::max());
  CHECK(world.needed_by(1, "nobody") == UtcTime::max());
  world.configuration.reload.window.reset();
  CHECK(world.needed_by(1) == UtcTime::max());
}

static void a_must_staple_certificate_waits_for_nothing() {
  World world;
  world.configuration.certificates[0].must_staple = true;
  CHECK(world.needed_by(0) == world.now);
}

int main() {
  return acme_test::run("reload_need",
                        {ACME_TEST(what_was_loaded_expires), ACME_TEST(a_must_staple_certificate_waits_for_nothing)});
}
