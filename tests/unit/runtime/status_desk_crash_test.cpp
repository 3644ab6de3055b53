// The status desk on a disk that fails at any of its calls (crash_trial.hpp): told at most once, nobody is hurt, and
// once the disk is well again everything is shown as it is, counters included.
#include "common/base/text.hpp"
#include "common/runtime/status_desk.hpp"
#include "tests/fakes/engine_world.hpp"
#include "tests/unit/store/store_trial.hpp"

using namespace acme;
using namespace acme_test;

namespace {

constexpr Duration kSecond = std::chrono::seconds{1};

/// One engine for all histories: what it tends does not change meanwhile.
class Desk final : public StoreTrial {
 public:
  explicit Desk(EngineWorld& world) : world_{world} {}

 private:
  bool change(FileStore&) override {
    const auto tree = open_engine_tree(kPath);
    if (!tree) return false;
    world_.log.clear();
    StatusDesk desk{services(tree->get())};
    world_.scheduler().spawn(desk.run(world_.engine()));
    world_.pass(3 * kSecond);
    ++moment_;
    counters_.reload("asked");
    for (const auto& tended : world_.engine().certificates()) desk.mark(*tended);
    world_.pass(3 * kSecond);
    if (!disk().dead()) heal();
    world_.pass(50 * kSecond);
    desk.stop();
    world_.pass(kSecond);
    desk.finish();
    if (disk().dead()) return false;
    const bool told = world_.log.has("not kept up to date");
    CHECK_EQ(world_.log.count(LogLevel::warn), told ? 1U : 0U);
    CHECK_EQ(world_.log.has("up to date again"), told);
    return true;
  }
  void tidy() override {
    StoreTrial::tidy();
    const auto tree = open_engine_tree(kPath);
    auto writer = StatusWriter::open(tree->get());
    CHECK_OK(writer);
    CHECK_OK(writer->begin({}, clock().now()));
  }
  void heal() {
    disk().fail({});
    disk().read_only(false);
    disk().make_room();
  }
  ServedState served() const { return moment_ % 2 == 0 ? ServedState::unknown : ServedState::live; }
  StatusDesk::Services services(int directory) {
    StatusDesk::Services services;
    services.scheduler = &world_.scheduler();
    services.log = &world_.log;
    services.configuration = &world_.configuration;
    services.engine_directory = directory;
    services.state_path = kPath;
    services.counters = &counters_;
    services.overview = [this] {
      Overview overview;
      overview.server = cat(moment_);
      return overview;
    };
    services.add_served = [this](const TendedCertificate&, CertificateDetail& detail) {
      detail.summary.served = served();
    };
    services.attempt = [this](const TendedCertificate&) {
      Attempt attempt;
      attempt.reason = cat(moment_);
      return std::optional{attempt};
    };
    return services;
  }
  void look(FileStore&, Ending ending) override {
    if (ending != Ending::done) return;
    const SimulatedProcess serving{disk(), 1};
    FileStatus reader{kPath};
    const auto overview = reader.overview();
    CHECK_OK(overview);
    CHECK_EQ(overview->server, cat(moment_));
    CHECK_EQ(overview->counts[static_cast<std::size_t>(CertificateStanding::valid)], 1U);
    CHECK(world_.clock.now() - overview->written <= kStatusHeartbeat);
    CHECK_OK(reader.each([&](const CertificateSummary& row) { CHECK(row.served == served()); }));
    const auto counters = reader.counters();
    CHECK_OK(counters);
    CHECK(counters->reloads == counters_.reloads);
    for (const auto& tended : world_.engine().certificates()) {
      const auto detail = reader.certificate(tended->config().id);
      CHECK_OK(detail);
      CHECK(detail->summary.served == served());
      CHECK(detail->attempt && detail->attempt->reason == cat(moment_));
    }
  }

  EngineWorld& world_;
  Counters counters_;
  int moment_ = 0;
};

}  // namespace

static void all_is_shown_once_the_disk_is_well() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.start();
  CHECK(world.reach_version(1, std::chrono::hours{1}));
  explore([&] { return std::make_unique<Desk>(world); }, {.durable = false, .power_cuts = 1});
}

int main() { return acme_test::run("status_desk_crash", {ACME_TEST(all_is_shown_once_the_disk_is_well)}); }
