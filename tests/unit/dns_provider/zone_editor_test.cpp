#include "common/dns_provider/zone_editor.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/run.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

/// Zones in memory; each call takes 10 ms.
class MemoryZones final : public ZoneApi {
 public:
  explicit MemoryZones(Scheduler& scheduler) : scheduler_{scheduler} {}

  Task<Result<std::vector<ApiZone>>> list_zones() override {
    ++lists;
    auto wait = scheduler_.sleep_for(10ms);
    co_await wait;
    co_return zones;
  }

  Task<Result<std::vector<TxtSet>>> read_sets(ApiZone, std::vector<std::string>) override {
    ++reads;
    auto wait = scheduler_.sleep_for(10ms);
    co_await wait;
    co_return sets;
  }

  Task<Status> write_sets(ApiZone zone, std::vector<SetChange> changes) override {
    ++writes;
    most_at_once = std::max(most_at_once, ++under_way[zone.id]);
    auto wait = scheduler_.sleep_for(10ms);
    co_await wait;
    --under_way[zone.id];
    if (races > 0) {
      --races;
      Error lost{ErrorKind::problem, "changed meanwhile"};
      lost.problem_type = kConflict;
      co_return lost;
    }
    if (refusal) co_return *refusal;
    for (const auto& change : changes) {
      std::erase_if(sets, [&](const TxtSet& set) { return set.name == change.after.name; });
      if (!change.after.values.empty()) sets.push_back(change.after);
    }
    co_return Status{};
  }

  std::vector<ApiZone> zones{{"a.test", "A"}, {"b.test", "B", 3600}};
  std::vector<TxtSet> sets;
  std::map<std::string, int> under_way;
  std::optional<Error> refusal;
  int lists = 0, reads = 0, writes = 0, races = 0, most_at_once = 0;

 private:
  Scheduler& scheduler_;
};

struct World {
  World() {
    config.name = "memory";
    auto owned = std::make_unique<MemoryZones>(scheduler);
    api = owned.get();
    editor = std::make_unique<ZoneEditor>(config, scheduler, std::move(owned));
  }
  Status present(std::vector<TxtRecord> records) { return run(scheduler, clock, editor->present(std::move(records))); }
  Status clean_up(std::vector<TxtRecord> records) {
    return run(scheduler, clock, editor->clean_up(std::move(records)));
  }

  ManualClock clock;
  Scheduler scheduler{clock};
  DnsProviderConfig config;
  MemoryZones* api = nullptr;
  std::unique_ptr<ZoneEditor> editor;
};

}  // namespace

static void a_hundred_names_are_one_write_a_zone() {
  World world;
  std::vector<TxtRecord> records;
  for (int i = 0; i < 50; ++i) {
    records.push_back({cat("_acme-challenge.n", i, ".a.test"), "v"});
    records.push_back({cat("_acme-challenge.n", i, ".b.test"), "v"});
  }
  CHECK_OK(world.present(records));
  CHECK_EQ(world.api->lists, 1);
  CHECK_EQ(world.api->reads, 2);
  CHECK_EQ(world.api->writes, 2);
  CHECK_EQ(world.api->sets.size(), 100U);
  CHECK_OK(world.present(records));
  CHECK_EQ(world.api->writes, 2);
  CHECK_OK(world.clean_up(records));
  CHECK_EQ(world.api->writes, 4);
  CHECK(world.api->sets.empty());
  CHECK_OK(world.clean_up(records));
  CHECK_EQ(world.api->writes, 4);
  CHECK_EQ(world.api->lists, 1);
  CHECK_OK(world.present({}));
}

static void a_zone_has_its_own_least_ttl() {
  World world;
  CHECK_OK(world.present({{"x.b.test", "v"}}));
  CHECK_EQ(world.api->sets.at(0).ttl, 3600U);
}

static void orders_at_once_lose_no_value() {
  World world;
  std::vector<std::optional<Status>> results(10);
  for (std::size_t i = 0; i < results.size(); ++i) {
    auto task = world.editor->present({{"_acme-challenge.a.test", cat("v", i)}});
    world.scheduler.spawn(acme_test::detail::keep(std::move(task), results[i]));
  }
  pass(world.scheduler, world.clock, 10s);
  for (const auto& result : results) CHECK(result && result->ok());
  CHECK_EQ(world.api->sets.at(0).values.size(), 10U);
  CHECK_EQ(world.api->most_at_once, 1);
  CHECK_EQ(world.api->lists, 1);
}

static void a_lost_race_is_run_again() {
  World world;
  world.api->races = 3;
  CHECK_OK(world.present({{"x.a.test", "v"}}));
  CHECK_EQ(world.api->reads, 4);
  world.api->races = 100;
  const Status status = world.present({{"y.a.test", "v"}});
  CHECK(!status.ok());
  CHECK_EQ(status.error().message, "zone a.test: changed meanwhile");
  CHECK_EQ(world.api->reads, 8);
}

static void a_name_in_no_zone_is_told() {
  World world;
  const Status status = world.present({{"x.a.test", "v"}, {"x.c.test", "v"}});
  CHECK(!status.ok() && status.error().kind == ErrorKind::problem);
  CHECK_EQ(status.error().message, "memory: no zone of this account holds x.c.test (it holds a.test, b.test)");
  CHECK_EQ(world.api->writes, 0);
  // A zone that was made since is found, but not by asking every time.
  world.api->zones.push_back({"c.test", "C"});
  CHECK(!world.present({{"x.c.test", "v"}}).ok());
  CHECK_EQ(world.api->lists, 1);
  pass(world.scheduler, world.clock, 6s);
  CHECK_OK(world.present({{"x.c.test", "v"}}));
  CHECK_EQ(world.api->lists, 2);
}

static void zones_are_listed_again_after_a_while_and_a_refusal() {
  World world;
  CHECK_OK(world.present({{"x.a.test", "v"}}));
  pass(world.scheduler, world.clock, 11min);
  CHECK_OK(world.present({{"y.a.test", "v"}}));
  CHECK_EQ(world.api->lists, 2);
  world.api->refusal = Error{ErrorKind::problem, "no such zone"};
  CHECK(!world.present({{"z.a.test", "v"}}).ok());
  world.api->refusal.reset();
  CHECK_OK(world.present({{"z.a.test", "v"}}));
  CHECK_EQ(world.api->lists, 3);
}

static void one_zone_fails_and_the_others_are_done() {
  World world;
  world.api->refusal = Error{ErrorKind::server_error, "broken"};
  const Status status = world.present({{"x.a.test", "v"}, {"x.b.test", "v"}});
  CHECK(!status.ok() && status.error().message == "zone a.test: broken");
  CHECK_EQ(world.api->writes, 2);
}

static void a_stop_ends_it() {
  World world;
  std::optional<Status> result;
  world.scheduler.spawn(acme_test::detail::keep(world.editor->present({{"x.a.test", "v"}}), result));
  stop(world.scheduler);
  CHECK(result.has_value());
}

int main() {
  return acme_test::run(
      "zone_editor",
      {ACME_TEST(a_hundred_names_are_one_write_a_zone), ACME_TEST(a_zone_has_its_own_least_ttl),
       ACME_TEST(orders_at_once_lose_no_value), ACME_TEST(a_lost_race_is_run_again),
       ACME_TEST(a_name_in_no_zone_is_told), ACME_TEST(zones_are_listed_again_after_a_while_and_a_refusal),
       ACME_TEST(one_zone_fails_and_the_others_are_done), ACME_TEST(a_stop_ends_it)});
}
