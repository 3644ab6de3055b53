#include "common/runtime/orphans.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

constexpr Seconds kDay{86400};
const KeyType kRsa{KeyAlgorithm::rsa, 2048};

struct World : EngineWorld {
  /// As an engine stored it `age` days ago, for 90.
  void store_one(const std::string& id, const std::string& names, int age, KeyType type = {}, const char* from = "ca") {
    StoredCertificate made;
    for (const auto name : split(names, ' ')) made.meta.names.push_back({IdentifierType::dns, std::string{name}});
    made.meta.issuer = from;
    made.meta.not_before = clock.now() - age * kDay;
    made.meta.issued_at = made.meta.not_before;
    made.meta.not_after = made.meta.not_before + 90 * kDay;
    made.fullchain_pem = "x";
    made.key_pem = std::move(*PrivateKey::generate(type)->to_pem());
    CHECK_OK(store.save_certificate(id, made));
  }
  Orphans orphans() {
    Orphans::Services services;
    services.scheduler = &scheduler;
    services.random = &random;
    services.log = &log;
    services.store = [this](const IssuerConfig&) -> Store& { return store; };
    return Orphans{configuration, std::move(services)};
  }
  std::string stored() { return join(*store.certificate_ids(), " "); }
  const CertificateConfig& wanted() const { return configuration.certificates.front(); }

  Scheduler scheduler{clock};
};

}  // namespace

static void removed_a_day_after_it_expired() {
  World world;
  const auto own = world.add_certificate("a.test");
  world.store_one(own, "a.test", 200);
  world.store_one("old", "a.test b.test", 80);
  world.store_one("expired", "c.test", 90);
  world.store_one("gone", "d.test", 92);
  auto orphans = world.orphans();
  orphans.load(true);
  CHECK_EQ(world.stored(), join(std::vector<std::string>{own, "expired", "old"}, " "));
  CHECK(world.log.has("gone is removed"));
  CHECK(world.log.has("stored but not configured any more: expired"));
  CHECK_EQ(world.store.calls("prune_certificate"), 3);  // what a death left in their folders goes as well
  // And daily.
  world.log.clear();
  world.scheduler.spawn(orphans.run());
  pass(world.scheduler, world.clock, 3 * kDay);
  CHECK_EQ(world.stored(), join(std::vector<std::string>{own, "old"}, " "));
  CHECK(!world.log.has("stored but not configured"));
  orphans.stop();
  world.scheduler.run_ready();
  CHECK_EQ(world.scheduler.running(), 0U);
}

static void what_cannot_be_read_stays() {
  World world;
  world.add_certificate("a.test");
  world.store_one("gone", "d.test", 92);
  world.store.fail_always("load_certificate", {ErrorKind::crypto, "sealed under another secret"});
  auto orphans = world.orphans();
  orphans.load(true);
  CHECK_EQ(world.stored(), "gone");
  world.store.fail_no_more();
  world.store.fail_next("certificate_ids");
  orphans.load(true);
  CHECK_EQ(world.stored(), "gone");
  orphans.load(true);
  CHECK_EQ(world.stored(), "");
}

static void the_report_is_one_bounded_line() {
  World world;
  world.add_certificate("a.test");
  for (int i = 0; i < 20; ++i) world.store_one(cat("old", i), "b.test", 10);
  auto orphans = world.orphans();
  orphans.load(false);
  CHECK(world.log.lines().empty());
  orphans.load(true);
  CHECK_EQ(world.log.lines().size(), 1U);
  CHECK(world.log.has("and 15 more"));
}

static void who_covers_all_names_spares_an_order() {
  struct Row {
    const char* names;
    int age;
    KeyType type;
    const char* issuer;
    bool covers;
  };
  for (const auto& row : {Row{"a.test b.test", 10, {}, "ca", true}, Row{"a.test", 10, {}, "ca", false},
                          Row{"*.test a.test", 10, {}, "ca", true}, Row{"a.test b.test", 80, {}, "ca", false},
                          Row{"a.test b.test", 10, kRsa, "ca", false}, Row{"a.test b.test", 10, {}, "other", false},
                          Row{"a.test b.test", 90, {}, "ca", false}, Row{"a.test b.test", -1, {}, "ca", false}}) {
    World world;
    world.add_certificate("a.test b.test");
    world.store_one("old", row.names, row.age, row.type, row.issuer);
    auto orphans = world.orphans();
    orphans.load(true);
    const auto until = orphans.covered_until(world.wanted());
    CHECK_EQ(until.has_value(), row.covers);
    if (until) CHECK(*until > world.clock.now() + 45 * kDay && *until < world.clock.now() + 55 * kDay);
  }
}

static void not_a_revoked_one() {
  World world;
  world.add_certificate("a.test");
  world.store_one("old", "a.test", 10);
  CertificateState state;
  state.revoked = true;
  CHECK_OK(world.store.save_state("old", state));
  auto orphans = world.orphans();
  orphans.load(true);
  CHECK(!orphans.covered_until(world.wanted()));
}

static void the_next_moment_is_when_the_old_one_is_due() {
  World world;
  world.add_certificate("a.test");
  world.start();
  auto& tended = *world.engine().certificates()[0];
  const UtcTime due = world.clock.now() + 10 * kDay;
  tended.spare_until(due);
  CHECK(tended.next_moment() == due);
  // An operator who wants it now has it now; and its own certificate has its own time.
  tended.order_now(true);
  CHECK(tended.next_moment() <= world.clock.now());
  world.pass(1min);
  CHECK_EQ(tended.version(), 1U);
  CHECK(tended.next_moment() > due);
}

int main() {
  return acme_test::run("orphans",
                        {ACME_TEST(removed_a_day_after_it_expired), ACME_TEST(what_cannot_be_read_stays),
                         ACME_TEST(the_report_is_one_bounded_line), ACME_TEST(who_covers_all_names_spares_an_order),
                         ACME_TEST(not_a_revoked_one), ACME_TEST(the_next_moment_is_when_the_old_one_is_due)});
}
