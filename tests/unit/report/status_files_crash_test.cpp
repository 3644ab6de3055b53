// The files of engine/status/ under every fault, death and power cut (crash_trial.hpp): who reads finds what an engine
// wrote at one moment, whole, or is told that it is damaged; never anything else.
#include "common/report/status_files.hpp"

#include <map>
#include <set>

#include "common/base/text.hpp"
#include "common/report/status_index.hpp"
#include "common/report/stored_records.hpp"
#include "tests/unit/store/store_trial.hpp"

using namespace acme;
using namespace acme_test;

namespace {

constexpr int kServer = 1;
using Names = std::vector<std::string>;
const Names kBefore{"a.test", "b.test"};
const Names kAfter{"b.test", "c.test"};

/// As it is at a moment, which is in all that is written then.
CertificateSummary summary(const std::string& name, std::uint32_t moment) {
  CertificateSummary made;
  made.id = cat(name, "-0123456789abcdef");
  made.name = name;
  made.issuer = "letsencrypt";
  made.standing = static_cast<CertificateStanding>(moment % kStandings);
  made.failures = moment;
  made.next = kNow + Seconds{moment};
  return made;
}

CertificateDetail detail(const std::string& name, std::uint32_t moment) {
  CertificateDetail made;
  made.summary = summary(name, moment);
  made.names = {name, cat("www.", name)};
  made.last_error = cat("error ", moment);
  return made;
}

/// An engine's life: it takes over at one moment, and writes what changed at the next.
bool live(const Names& names, std::uint32_t moment, UtcTime now) {
  const auto tree = open_engine_tree(kPath);
  if (!tree) return false;
  auto writer = StatusWriter::open(tree->get());
  if (!writer) return false;
  std::vector<CertificateSummary> all;
  for (const auto& name : names) all.push_back(summary(name, moment));
  if (!writer->begin(std::move(all), now)) return false;
  bool done = true;
  for (const auto at : {moment, moment + 1}) {
    for (const auto& name : names) {
      done = writer->update(summary(name, at)).ok() && done;
      done = writer->save_detail(detail(name, at)).ok() && done;
    }
    Overview overview;
    overview.server = cat(at);
    Counters counters;
    counters.reloads["asked"] = at;
    done = writer->save_overview(overview).ok() && done;
    done = writer->save_counters(counters).ok() && done;
    done = writer->commit(now).ok() && done;
  }
  return done;
}

/// All that a server shows, read at one moment.
class Look {
 public:
  Look() {
    note("index", reader_.each([&](const CertificateSummary& found) {
      check(found);
      names.insert(found.name);
      moments[found.name] = found.failures;
    }));
    const auto page = reader_.summaries({});
    if (note("page", page)) check_all(page->rows);
    const auto events = reader_.next_events(10);
    if (note("events", events)) check_all(*events);
    for (const auto& name : kAfter) read_detail(name);
    const auto overview = reader_.overview();
    if (note("overview", overview)) moments["overview"] = parse_number(overview->server).value_or(0);
    const auto counters = reader_.counters();
    if (note("counters", counters)) moments["counters"] = counters->reloads.at("asked");
  }

  std::string wrong;            // no engine wrote it
  std::string damaged;          // and said to be so
  std::string absent;           // not there yet
  std::string failed;           // for another reason
  std::set<std::string> names;  // in the index
  std::map<std::string, std::uint64_t> moments;

 private:
  template <class T>
  bool note(const std::string& what, const T& outcome) {
    if (outcome) return true;
    const ErrorKind kind = outcome.error().kind;
    std::string& told = kind == ErrorKind::malformed ? damaged : kind == ErrorKind::not_found ? absent : failed;
    told += cat(what, ": ", outcome.error().message, "; ");
    return false;
  }
  void check(const CertificateSummary& found) {
    if (encode(found) != encode(summary(found.name, found.failures))) wrong += cat("the row of ", found.name, "; ");
  }
  void check_all(const std::vector<CertificateSummary>& rows) {
    for (const auto& row : rows) check(row);
  }
  void read_detail(const std::string& name) {
    const auto found = reader_.certificate(summary(name, 0).id);
    if (!note(name, found)) return;
    const std::uint32_t moment = found->summary.failures;
    moments[cat(name, ".json")] = moment;
    if (to_text(*found) != to_text(detail(name, moment))) wrong += cat("the detail of ", name, "; ");
  }

  FileStatus reader_{kPath};
};

bool is_one_of_both(const std::set<std::string>& names) {
  return names == std::set<std::string>{kBefore.begin(), kBefore.end()} ||
         names == std::set<std::string>{kAfter.begin(), kAfter.end()};
}

class Life final : public StoreTrial {
  void fill(FileStore&) override { CHECK(live(kBefore, 1, clock().now())); }
  bool change(FileStore&) override { return live(kAfter, 3, clock().now()); }
  void tidy() override {
    StoreTrial::tidy();
    CHECK(live(kAfter, 3, clock().now()));
  }
  void look(FileStore&, Ending ending) override {
    const SimulatedProcess serving{disk(), kServer};
    const Look found;
    CHECK_EQ(found.wrong, "");
    CHECK_EQ(found.failed, "");
    CHECK(is_one_of_both(found.names) || !found.damaged.empty() || !found.absent.empty());
    for (const auto& [what, moment] : found.moments) CHECK(moment >= 1 && moment <= 4);
    // What failed has damaged nothing.
    if (ending == Ending::refused) CHECK_EQ(found.damaged, "");
    if (ending != Ending::done) return;
    CHECK_EQ(found.damaged, "");
    CHECK_EQ(found.absent, "");
    CHECK_EQ(found.names.size(), kAfter.size());
    for (const auto& [what, moment] : found.moments) CHECK_EQ(moment, 4U);
  }
};

struct World {
  World() {
    CHECK_OK(prepare_state_directory(kPath, kWorker));
    CHECK_OK(make_engine_tree(kPath));
    CHECK(live(kBefore, 1, clock.now()));
  }
  ManualClock clock;
  SimulatedDisk disk{1, clock};
};

}  // namespace

static void what_was_written_is_found_or_said_to_be_damaged() {
  explore([] { return std::make_unique<Life>(); }, {.durable = false, .power_cuts = 1});
}

static void an_engine_at_work_disturbs_no_reader() {
  World world;
  int looks = 0;
  std::string wrong;
  std::map<std::string, std::uint64_t> before;
  world.disk.fail([&](const DiskAccess& access) {
    if (access.process == kServer) return DiskFault::none();
    const SimulatedProcess serving{world.disk, kServer};
    const Look found;
    ++looks;
    wrong += found.wrong + found.damaged + found.failed;
    if (!is_one_of_both(found.names)) wrong += "other names; ";
    for (const auto& [what, moment] : found.moments) {
      if (moment < before[what]) wrong += cat(what, " of ", moment, " after ", before[what], "; ");
    }
    before = found.moments;
    return DiskFault::none();
  });
  CHECK(live(kAfter, 3, world.clock.now()));
  CHECK_EQ(wrong, "");
  CHECK(looks > 100);
}

static void a_reader_that_fails_makes_nothing_up() {
  World world;
  for (const int number : {EIO, EMFILE, EACCES, EINTR, 0}) {
    const auto fault = [number](const DiskAccess& access) {
      const bool waits = access.call == DiskCall::open || access.call == DiskCall::read;
      if (number == EINTR && !waits) return DiskFault::none();
      return number != 0 ? DiskFault::error(number) : DiskFault::partial(100);
    };
    fail_each_call(world.disk, kServer, fault, [&] {
      const Look found;
      CHECK_EQ(found.wrong, "");
      CHECK_EQ(found.damaged, "");
      if (number == EINTR || number == 0) CHECK_EQ(found.failed, "");
      CHECK_EQ(world.disk.descriptors(kServer), 0U);
    });
  }
}

int main() {
  return acme_test::run("status_files_crash", {ACME_TEST(what_was_written_is_found_or_said_to_be_damaged),
                                               ACME_TEST(an_engine_at_work_disturbs_no_reader),
                                               ACME_TEST(a_reader_that_fails_makes_nothing_up)});
}
