#include "common/challenge/record_book.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/memory_dns_provider.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/run.hpp"
#include "tests/fakes/seeded_random.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

/// One issuer with one provider, and a journal that outlives the book.
struct World {
  World() {
    issuers["le"].name = "le";
    issuers["le"].dns_providers.emplace_back().name = "exec";
    begin();
  }
  ~World() { end(); }

  void begin(const std::function<bool(const JournaledRecord&)>& goes_on = [](const auto&) { return false; }) {
    life = std::make_unique<Life>(*this);
    life->book->load(journal, goes_on);
    life->scheduler.spawn(life->book->run());
    life->scheduler.run_ready();
  }
  void end() {
    if (life) stop(life->scheduler);
    life.reset();
  }
  RecordBook& book() { return *life->book; }
  RecordBook::Entry entry(const std::string& value, const std::string& certificate = "cert", bool configured = true) {
    RecordBook::Entry made;
    made.record = {"le", configured ? "exec" : "gone", certificate, "n.test", "n.test", value, clock.now(), 0, false};
    made.provider = configured ? life->providers.choose("le", "n.test", "n.test") : nullptr;
    return made;
  }
  Status add(const std::string& value, const std::string& certificate = "cert") {
    auto added = book().add(certificate, {entry(value, certificate)});
    if (added) zone.records.insert({"n.test", value});
    return added;
  }
  void pass(Duration duration) { acme_test::pass(life->scheduler, clock, duration); }
  std::size_t calls() const { return zone.calls.size(); }

  struct Life {
    explicit Life(World& world)
        : scheduler{world.clock},
          providers{
              world.issuers,
              [&world, this](const IssuerConfig&, const DnsProviderConfig&) -> Result<std::unique_ptr<DnsProvider>> {
                return std::unique_ptr<DnsProvider>{std::make_unique<MemoryDnsProvider>(scheduler, world.zone)};
              },
              world.log} {
      RecordBook::Services services;
      services.scheduler = &scheduler;
      services.random = &world.random;
      services.log = &world.log;
      services.providers = &providers;
      services.save = [&world](const std::vector<JournaledRecord>& records) -> Status {
        if (world.disk_full) return Error{ErrorKind::io, "no space"};
        world.journal = records;
        return {};
      };
      book = std::make_unique<RecordBook>(std::move(services));
    }
    Scheduler scheduler;
    DnsProviders providers;
    std::unique_ptr<RecordBook> book;
  };

  ManualClock clock;
  SeededRandom random{1};
  RecordingLogger log;
  MemoryZone zone;
  std::map<std::string, IssuerConfig> issuers;
  std::vector<JournaledRecord> journal;
  bool disk_full = false;
  std::unique_ptr<Life> life;
};

}  // namespace

static void a_record_is_in_the_journal_until_it_is_removed() {
  World world;
  CHECK_OK(world.add("1"));
  CHECK_EQ(world.journal.size(), 1U);
  world.pass(100h);
  CHECK_EQ(world.calls(), 0U);
  world.book().retire("cert");
  world.pass(5ms);
  CHECK_EQ(world.book().busy(), 1U);
  CHECK_EQ(world.journal.size(), 1U);
  world.pass(1s);
  CHECK_EQ(world.book().busy(), 0U);
  CHECK(world.journal.empty());
  CHECK_EQ(world.zone.all(), "");
}

static void what_is_due_goes_in_one_request() {
  World world;
  for (int i = 0; i < 5; ++i) CHECK_OK(world.add(cat("v", i), cat("cert", i)));
  for (int i = 0; i < 4; ++i) world.book().retire(cat("cert", i));
  world.pass(1s);
  CHECK_EQ(world.calls(), 1U);
  CHECK_EQ(world.zone.all(), "n.test=v4");
  CHECK_EQ(world.journal.size(), 1U);
}

static void a_record_of_two_orders_goes_with_the_second() {
  World world;
  CHECK_OK(world.add("1", "rsa"));
  CHECK_OK(world.add("1", "ecdsa"));
  world.book().retire("rsa");
  world.pass(1s);
  CHECK_EQ(world.zone.all(), "n.test=1");
  CHECK_EQ(world.journal.size(), 1U);
  world.book().retire("ecdsa");
  world.pass(1s);
  CHECK_EQ(world.zone.all(), "");
  CHECK_EQ(world.calls(), 1U);
}

static void a_later_order_retires_the_earlier_ones_records() {
  World world;
  CHECK_OK(world.add("old"));
  CHECK_OK(world.add("new"));
  world.pass(1s);
  CHECK_EQ(world.zone.all(), "n.test=new");
  // Said again, it is one record still.
  CHECK_OK(world.add("new"));
  CHECK_EQ(world.journal.size(), 1U);
  world.pass(1s);
  CHECK_EQ(world.zone.all(), "n.test=new");
}

static void a_failing_removal_is_tried_again_and_told_once() {
  World world;
  int failures = 4;
  world.zone.fault = [&](const std::string&) -> std::optional<Error> {
    if (failures-- > 0) return Error{ErrorKind::server_error, "HTTP 503"};
    return std::nullopt;
  };
  CHECK_OK(world.add("1"));
  world.book().retire("cert");
  world.pass(1s);
  CHECK(world.log.has("n.test TXT \"1\": not removed yet, tried again in 1 min: HTTP 503") ||
        world.log.has("n.test TXT \"1\": not removed yet, tried again in 5"));
  CHECK_EQ(world.calls(), 1U);
  world.pass(45s);
  CHECK_EQ(world.calls(), 1U);
  world.pass(30s);
  CHECK_EQ(world.calls(), 2U);
  world.pass(10h);
  CHECK_EQ(world.calls(), 5U);
  CHECK_EQ(world.log.count(LogLevel::warn), 1U);
  CHECK_EQ(world.zone.all(), "");
  CHECK(world.journal.empty());
}

static void retry_after_is_kept() {
  World world;
  world.zone.fault = [&](const std::string&) -> std::optional<Error> {
    Error error{ErrorKind::server_error, "HTTP 429"};
    error.retry_after = Seconds{7200};
    return error;
  };
  CHECK_OK(world.add("1"));
  world.book().retire("cert");
  world.pass(7100s);
  CHECK_EQ(world.calls(), 1U);
  world.pass(200s);
  CHECK_EQ(world.calls(), 2U);
}

static void after_a_week_it_is_given_up() {
  World world;
  world.zone.fault = [&](const std::string&) { return Error{ErrorKind::problem, "no such zone"}; };
  CHECK_OK(world.add("1"));
  world.book().retire("cert");
  world.pass(std::chrono::days{6});
  CHECK_EQ(world.journal.size(), 1U);
  world.pass(std::chrono::days{2});
  CHECK(world.journal.empty());
  CHECK(world.log.has("n.test TXT \"1\": its removal is given up, delete it by hand"));
  CHECK_EQ(world.log.count(LogLevel::warn), 1U);
  const auto calls = world.calls();
  world.pass(std::chrono::days{30});
  CHECK_EQ(world.calls(), calls);
}

static void the_next_life_removes_what_has_no_order() {
  World world;
  CHECK_OK(world.add("1", "gone"));
  CHECK_OK(world.add("2", "goes-on"));
  world.end();
  world.begin([](const JournaledRecord& record) { return record.certificate_id == "goes-on"; });
  world.pass(1s);
  CHECK_EQ(world.zone.all(), "n.test=2");
  world.book().retire("goes-on");
  world.pass(1s);
  CHECK_EQ(world.zone.all(), "");
  CHECK(world.journal.empty());
}

static void a_stop_amid_a_removal_loses_nothing() {
  World world;
  CHECK_OK(world.add("1"));
  world.book().retire("cert");
  world.pass(5ms);
  world.end();
  CHECK_EQ(world.journal.size(), 1U);
  world.begin();
  world.pass(1s);
  CHECK_EQ(world.zone.all(), "");
  CHECK_EQ(world.log.count(LogLevel::warn), 0U);
}

static void a_provider_that_is_gone_is_told_once_in_all_lives() {
  World world;
  world.journal = {world.entry("1", "cert", false).record};
  for (int life = 0; life < 3; ++life) {
    world.end();
    world.begin();
    world.pass(24h);
  }
  CHECK_EQ(world.log.count(LogLevel::warn), 1U);
  CHECK(
      world.log.has("n.test TXT \"1\" was set by dns_provider gone, which is not in the configuration any more: delete "
                    "the record by hand"));
  CHECK_EQ(world.journal.size(), 1U);
  world.pass(std::chrono::days{7});
  CHECK(world.journal.empty());
  CHECK_EQ(world.calls(), 0U);
}

static void nothing_is_set_that_cannot_be_written_down() {
  World world;
  CHECK_OK(world.add("1", "other"));
  world.disk_full = true;
  const auto added = world.add("2");
  CHECK(added.error().kind == ErrorKind::io);
  world.disk_full = false;
  world.book().retire("other");
  world.pass(1s);
  CHECK(world.journal.empty());
}

static void who_sets_a_record_anew_waits_for_its_removal() {
  World world;
  CHECK_OK(world.add("1", "a"));
  world.book().retire("a");
  world.pass(5ms);
  RecordBook::Entry entry = world.entry("1", "b");
  auto* provider = entry.provider;
  CHECK_OK(world.book().add("b", {std::move(entry)}));
  const auto began = world.clock.steady_now();
  CHECK(
      acme_test::run(world.life->scheduler, world.clock, world.book().wait_for_removals(provider, {{"n.test", "1"}})));
  CHECK(world.clock.steady_now() > began);
  CHECK_EQ(world.journal.size(), 1U);
  CHECK_EQ(world.journal[0].certificate_id, "b");
}

int main() {
  return acme_test::run("record_book", {
                                           ACME_TEST(a_record_is_in_the_journal_until_it_is_removed),
                                           ACME_TEST(what_is_due_goes_in_one_request),
                                           ACME_TEST(a_record_of_two_orders_goes_with_the_second),
                                           ACME_TEST(a_later_order_retires_the_earlier_ones_records),
                                           ACME_TEST(a_failing_removal_is_tried_again_and_told_once),
                                           ACME_TEST(retry_after_is_kept),
                                           ACME_TEST(after_a_week_it_is_given_up),
                                           ACME_TEST(the_next_life_removes_what_has_no_order),
                                           ACME_TEST(a_stop_amid_a_removal_loses_nothing),
                                           ACME_TEST(a_provider_that_is_gone_is_told_once_in_all_lives),
                                           ACME_TEST(nothing_is_set_that_cannot_be_written_down),
                                           ACME_TEST(who_sets_a_record_anew_waits_for_its_removal),
                                       });
}
