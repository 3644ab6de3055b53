// The status desk beside an engine with a simulated CA: what it writes, when, how often, and what it takes over.
#include "common/runtime/status_desk.hpp"

#include <filesystem>
#include <map>

#include "common/report/index_reader.hpp"
#include "common/store/file_io.hpp"
#include "tests/fakes/engine_world.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;

namespace {

class DeskWorld {
 public:
  DeskWorld() {
    std::filesystem::create_directory(directory / "engine");
    auto opened = open_directory(directory / "engine");
    CHECK(opened.ok());
    engine_directory_ = *std::move(opened);
    world.changed = [this](const TendedCertificate& tended) {
      if (desk) desk->mark(tended);
    };
  }
  ~DeskWorld() { end(); }

  void start() {
    end();
    world.start();
    StatusDesk::Services services;
    services.scheduler = &world.scheduler();
    services.log = &world.log;
    services.configuration = &world.configuration;
    services.engine_directory = engine_directory_.get();
    services.state_path = directory.path();
    services.counters = &world.counters;
    services.overview = [this] { return overview; };
    services.attempt = [this](const TendedCertificate& tended) {
      const auto found = attempts.find(tended.config().id);
      return found == attempts.end() ? std::nullopt : std::optional{found->second};
    };
    desk = std::make_unique<StatusDesk>(std::move(services));
    world.scheduler().spawn(desk->run(world.engine()));
  }
  void end() {
    if (!desk) return;
    acme_test::stop(world.scheduler());
    desk->finish();
    world.end();
    desk.reset();
  }

  CertificateSummary row(const std::string& id) {
    const auto page = reader.summaries({{}, id, 0, 10});
    CHECK(page.ok());
    CHECK_EQ(page->rows.size(), 1U);
    return page->rows.front();
  }
  IndexHeader header() const {
    const auto status = open_directory_at(engine_directory_.get(), "status");
    CHECK(status.ok());
    const auto index = IndexReader::open(status->get());
    CHECK(index.ok());
    return index->header();
  }
  std::string status(const std::string& name) const { return directory / ("engine/status/" + name); }

  TemporaryDirectory directory;
  EngineWorld world;
  Overview overview;
  std::map<std::string, Attempt> attempts;
  std::unique_ptr<StatusDesk> desk;
  FileStatus reader{directory.path()};

 private:
  UniqueFd engine_directory_;
};

constexpr Duration kSecond = std::chrono::seconds{1};
constexpr Duration kHour = std::chrono::hours{1};

void a_certificate_is_followed_from_nothing_to_valid() {
  DeskWorld desk;
  const auto id = desk.world.add_certificate("a.test");
  desk.world.ca().validation_takes = std::chrono::seconds{20};
  desk.overview.server = "a server";
  desk.start();
  desk.world.pass(3 * kSecond);
  CHECK(desk.row(id).standing == CertificateStanding::ordering);
  CHECK_EQ(desk.row(id).version, 0U);
  desk.world.pass(120 * kSecond);
  const auto row = desk.row(id);
  CHECK(row.standing == CertificateStanding::valid);
  CHECK(row.version == 1 && row.names == 1 && row.name == "a.test" && row.issuer == "ca");
  CHECK(row.not_after && row.renew_at && row.next == row.renew_at);
  const auto detail = desk.reader.certificate(id);
  CHECK(detail.ok());
  CHECK_EQ(detail->history.size(), 1U);
  CHECK_EQ(detail->chain.size(), 2U);
  CHECK(detail->serial == detail->history.front().serial && !detail->serial.empty());
  CHECK(detail->names == std::vector<std::string>{"a.test"});
  CHECK(!detail->reason.empty() && detail->path.empty());
  const auto overview = desk.reader.overview();
  CHECK(overview.ok() && overview->server == "a server");
  CHECK_EQ(overview->counts[static_cast<std::size_t>(CertificateStanding::valid)], 1U);
}

void a_change_is_seen_within_a_tenth_of_a_second() {
  DeskWorld desk;
  const auto id = desk.world.add_certificate("a.test");
  desk.start();
  desk.world.pass(kHour);
  desk.world.engine().certificates().front()->mark_revoked(false);
  desk.world.pass(std::chrono::milliseconds{100});
  CHECK(desk.row(id).standing == CertificateStanding::revoked);
  CHECK(!desk.row(id).next);
}

void a_quiet_engine_writes_that_it_lives() {
  DeskWorld desk;
  desk.world.add_certificate("a.test");
  desk.start();
  desk.world.pass(kHour);
  const auto before = desk.header();
  desk.world.pass(kHour / 6);
  const auto after = desk.header();
  CHECK_EQ(after.flushes, before.flushes);
  CHECK_EQ(after.generation, before.generation);
  CHECK(after.written > before.written);
  CHECK(desk.world.clock.now() - after.written <= kStatusHeartbeat + Seconds{1});
}

void many_changes_are_one_flush_a_second() {
  DeskWorld desk;
  std::vector<std::string> ids;
  for (int i = 0; i < 20; ++i) ids.push_back(desk.world.add_certificate("n" + std::to_string(i) + ".test"));
  desk.start();
  desk.world.pass(kHour);
  const auto before = desk.header().flushes;
  const auto tended = desk.world.engine().certificates();
  for (int i = 0; i < 1000; ++i) {
    const auto& one = tended[static_cast<std::size_t>(i) % tended.size()];
    desk.attempts[one->config().id].reason = std::to_string(i);
    desk.desk->mark(*one);
    desk.world.pass(std::chrono::milliseconds{10});
  }
  desk.world.pass(2 * kSecond);
  const auto flushes = desk.header().flushes - before;
  CHECK(flushes >= 9 && flushes <= 12);
  CHECK_EQ(desk.reader.certificate(tended[19]->config().id)->attempt->reason, std::string{"999"});
}

void time_alone_makes_it_expiring_and_expired() {
  DeskWorld desk;
  const auto id = desk.world.add_certificate("a.test");
  desk.world.ca().issue.lifetime = std::chrono::hours{6};
  desk.start();
  CHECK(desk.world.reach_version(1, kHour));
  const UtcTime not_after = desk.world.current(id)->meta.not_after;
  const auto lifetime = not_after - desk.world.current(id)->meta.not_before;
  desk.world.ca().instead = [](CaRequest) -> std::optional<SimulatedCa::Answer> {
    return Error{ErrorKind::transport, "connection refused"};
  };
  desk.world.pass(not_after - lifetime / 4 - desk.world.clock.now());
  CHECK(desk.row(id).standing == CertificateStanding::failing);
  CHECK(desk.row(id).failures > 0 && !desk.row(id).error_type.empty());
  CHECK(!desk.reader.certificate(id)->last_error.empty());
  desk.world.pass(not_after - lifetime / 5 - desk.world.clock.now() + Seconds{35});
  CHECK(desk.row(id).standing == CertificateStanding::expiring);
  desk.world.pass(not_after - desk.world.clock.now() + Seconds{35});
  CHECK(desk.row(id).standing == CertificateStanding::expired);
  const auto overview = desk.reader.overview();
  CHECK_EQ(overview->counts[static_cast<std::size_t>(CertificateStanding::expired)], 1U);
}

void the_next_life_takes_over() {
  DeskWorld desk;
  const auto id = desk.world.add_certificate("a.test");
  desk.world.ca().issue.lifetime = std::chrono::hours{2};
  desk.start();
  CHECK(desk.world.reach_version(2, 4 * kHour));
  Attempt attempt;
  attempt.begun = desk.world.clock.now();
  attempt.steps = {{"order", attempt.begun, std::nullopt, false, ""}};
  desk.attempts[id] = attempt;
  desk.world.counters.request("ca", 200);
  const auto requests = desk.world.counters.requests;
  desk.desk->mark(*desk.world.engine().certificates().front());
  desk.end();
  CHECK(!desk.reader.certificate(id)->attempt->took);

  desk.attempts.clear();
  desk.world.counters = {};
  desk.start();
  desk.world.pass(5 * kSecond);
  CHECK(desk.world.counters.requests == requests);
  const auto detail = desk.reader.certificate(id);
  CHECK_EQ(detail->history.size(), 2U);
  CHECK(detail->history[0].version == 2 && detail->history[1].version == 1);
  // It is not under way any more.
  CHECK(detail->attempt.has_value() && detail->attempt->took && detail->attempt->steps.front().failed);
}

void the_history_begins_with_what_is_stored() {
  DeskWorld desk;
  const auto id = desk.world.add_certificate("a.test");
  desk.world.ca().issue.lifetime = std::chrono::hours{2};
  desk.start();
  CHECK(desk.world.reach_version(3, 6 * kHour));
  desk.end();
  std::filesystem::remove_all(desk.status(""));
  desk.start();
  desk.world.pass(5 * kSecond);
  const auto detail = desk.reader.certificate(id);
  CHECK(detail.ok());
  CHECK_EQ(detail->history.size(), desk.world.store.version_numbers(id).size());
  CHECK_EQ(detail->history.front().version, 3U);
}

void what_is_gone_is_forgotten() {
  DeskWorld desk;
  const auto id = desk.world.add_certificate("a.test");
  desk.world.add_certificate("b.test");
  desk.start();
  desk.world.pass(kHour);
  CHECK(desk.reader.certificate(id).ok());
  desk.end();
  desk.world.configuration.certificates.erase(desk.world.configuration.certificates.begin());
  desk.world.configuration.sets = {{{0}, desk.world.configuration.certificates.front().names, {}}};
  desk.start();
  desk.world.pass(5 * kSecond);
  CHECK(desk.reader.certificate(id).error().kind == ErrorKind::not_found);
  CHECK_EQ(desk.reader.summaries({})->matching, 1U);
}

void unchanged_details_are_not_written_again() {
  DeskWorld desk;
  const auto id = desk.world.add_certificate("a.test");
  desk.start();
  desk.world.pass(kHour);
  desk.end();
  const auto before = std::filesystem::last_write_time(desk.status("certificates/" + id + ".json"));
  desk.start();
  desk.world.pass(5 * kSecond);
  CHECK(std::filesystem::last_write_time(desk.status("certificates/" + id + ".json")) == before);
  CHECK_EQ(desk.header().generation, 2U);
}

void a_full_disk_is_told_once_and_hurts_nobody() {
  DeskWorld desk;
  const auto id = desk.world.add_certificate("a.test");
  {
    const FileSizeLimit limit{100};
    desk.start();
    desk.world.pass(kHour);
    CHECK_EQ(desk.world.engine().certificates().front()->version(), 1U);
    int told = 0;
    for (const auto& [level, line] : desk.world.log.lines()) told += line.starts_with("the status page") ? 1 : 0;
    CHECK_EQ(told, 1);
    CHECK(!desk.reader.overview().ok());
  }
  desk.world.pass(60 * kSecond);
  CHECK(desk.row(id).standing == CertificateStanding::valid);
  CHECK(desk.world.log.has("up to date again"));
}

void that_it_lives_needs_no_room() {
  DeskWorld desk;
  const auto id = desk.world.add_certificate("a.test");
  desk.start();
  desk.world.pass(kHour);
  const FileSizeLimit limit{300};
  desk.attempts[id].reason = "another";
  desk.desk->mark(*desk.world.engine().certificates().front());
  desk.world.pass(100 * kSecond);
  CHECK(desk.world.log.has("the status page is not kept up to date"));
  CHECK(desk.world.clock.now() - desk.header().written <= kStatusHeartbeat + Seconds{1});
  CHECK(desk.reader.certificate(id).ok());
}

void what_was_removed_is_made_anew() {
  DeskWorld desk;
  const auto id = desk.world.add_certificate("a.test");
  desk.start();
  desk.world.pass(kHour);
  std::filesystem::remove_all(desk.status(""));
  CHECK(!desk.reader.overview().ok());
  desk.world.pass(60 * kSecond);
  CHECK(desk.row(id).standing == CertificateStanding::valid);
  CHECK(desk.reader.certificate(id).ok());
}

void what_another_engine_wrote_is_left_alone() {
  DeskWorld desk;
  desk.world.add_certificate("a.test");
  desk.start();
  desk.world.pass(kHour);
  std::filesystem::rename(desk.status("overview.json"), desk.status("index"));
  desk.overview.server = "another";
  desk.world.engine().certificates().front()->mark_revoked(false);
  desk.end();
  CHECK(!std::filesystem::exists(desk.status("overview.json")));
}

void a_stop_ends_it() {
  DeskWorld desk;
  desk.world.add_certificate("a.test");
  desk.start();
  desk.world.pass(kHour);
  const auto running = desk.world.scheduler().running();
  desk.desk->stop();
  desk.world.pass(kSecond);
  CHECK_EQ(desk.world.scheduler().running(), running - 1);
}

}  // namespace

int main() {
  return acme_test::run(
      "status_desk",
      {ACME_TEST(a_certificate_is_followed_from_nothing_to_valid),
       ACME_TEST(a_change_is_seen_within_a_tenth_of_a_second), ACME_TEST(a_quiet_engine_writes_that_it_lives),
       ACME_TEST(many_changes_are_one_flush_a_second), ACME_TEST(time_alone_makes_it_expiring_and_expired),
       ACME_TEST(the_next_life_takes_over), ACME_TEST(the_history_begins_with_what_is_stored),
       ACME_TEST(what_is_gone_is_forgotten), ACME_TEST(unchanged_details_are_not_written_again),
       ACME_TEST(a_full_disk_is_told_once_and_hurts_nobody), ACME_TEST(that_it_lives_needs_no_room),
       ACME_TEST(what_was_removed_is_made_anew), ACME_TEST(what_another_engine_wrote_is_left_alone),
       ACME_TEST(a_stop_ends_it)});
}
