// A year of 10,000 certificates: the engine's real policy, back-off, limits, ledger index and scheduler, with CAs at
// the level of orders. Built without sanitizers (tests/tests.mk): it is about numbers and time.
//
// The load is to be even outside incidents, which are only these:
//   - the first two days: 240 first orders in 3 hours are what a CA allows beside renewals, so 3,334 take 42 hours;
//   - each outage and the day after it, in which what it held up is caught up with;
//   - the CAs' move of all windows, for as long as the windows last that it opens: a tenth of the longest life.
// The echoes of all these, one life of the certificates later and again, are not: the load is even then.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "common/base/text.hpp"
#include "common/runtime/engine.hpp"
#include "tests/check.hpp"
#include "tests/fakes/memory_board.hpp"
#include "tests/fakes/memory_store.hpp"
#include "tests/fakes/order_level_ca.hpp"
#include "tests/fakes/run.hpp"

using namespace acme;
using namespace acme_test;
using std::chrono::days;
using std::chrono::hours;

namespace {

constexpr std::size_t kOfEach = 3333;
constexpr std::size_t kMore = 1;  // 10,000 in all

/// Forgets as the real one does.
class LeanLedger final : public Ledger {
 public:
  Status append(const LedgerEntry& entry) override {
    entries_.push_back(entry);
    const UtcTime time = entry.time - days{8};
    if (entries_[entries_.size() / 8].time >= time) return {};
    const auto old = std::find_if(entries_.begin(), entries_.end(), [&](const auto& one) { return one.time >= time; });
    entries_.erase(entries_.begin(), old);
    return {};
  }
  const std::vector<LedgerEntry>& entries() const override { return entries_; }

 private:
  std::vector<LedgerEntry> entries_;
};

class CountingLogger final : public Logger {
 public:
  void write(LogLevel level, const std::string&) override { ++lines[static_cast<std::size_t>(level)]; }
  std::array<int, 5> lines{};
};

struct Year {
  explicit Year() {
    add("long", "https://acme-v02.api.letsencrypt.org/directory", days{90}, kOfEach + kMore);
    add("middle", "https://dv.acme-v02.api.pki.goog/directory", days{45}, kOfEach);
    add("short", "https://acme.zerossl.com/v2/DV90", days{6}, kOfEach);
  }

  void add(const std::string& issuer, const std::string& uri, Seconds lifetime, std::size_t certificates) {
    IssuerConfig config;
    config.name = issuer;
    config.uri = uri;
    configuration.issuers[issuer] = std::move(config);
    OrderLevelRecords& records = cas[issuer];
    records.lifetime = lifetime;
    records.failures = 0.05;
    for (std::size_t i = 0; i < certificates; ++i) {
      CertificateConfig certificate;
      certificate.first_name = cat(issuer, i, ".test");
      certificate.id = certificate.first_name;
      certificate.names = {{IdentifierType::dns, certificate.first_name}};
      certificate.issuer = issuer;
      configuration.certificates.push_back(std::move(certificate));
    }
  }

  /// For all of them, from this day on.
  void outage(int day, Seconds length) {
    for (auto& [issuer, records] : cas) outage_of(issuer, day, length);
  }
  void outage_of(const std::string& issuer, int day, Seconds length) {
    const UtcTime from = begin + days{day} + hours{day % 24};
    cas[issuer].outages.push_back({from, from + length});
    incidents.push_back({from, from + length + days{1}});
  }
  void move_all(int day) {
    for (auto& [issuer, records] : cas) {
      records.moved = begin + days{day};
      records.moved_within = records.lifetime / 10;
    }
    incidents.push_back({begin + days{day}, begin + days{day} + cas["long"].moved_within});
  }

  void run() {
    EngineServices services;
    services.configuration = &configuration;
    services.scheduler = &scheduler;
    services.random = &random;
    services.log = &log;
    services.board = &board;
    services.ledger = &ledger;
    services.store = [this](const IssuerConfig&) -> Store& { return store; };
    services.installed = [](const std::string&, std::uint64_t) {};
    services.authority = [this](const IssuerConfig& config, Store& its_store, CertificateAuthority::Services own) {
      return std::make_unique<OrderLevelCa>(config, its_store, own, cas.at(config.name));
    };
    Engine engine{std::move(services)};
    engine.load(true);
    scheduler.spawn(engine.run());
    acme_test::pass(scheduler, clock, days{365});
    acme_test::stop(scheduler);
  }

  bool in_incident(UtcTime hour) const {
    return std::any_of(incidents.begin(), incidents.end(), [&](const Span& span) { return span.contains(hour); });
  }

  ManualClock clock;
  const UtcTime begin = clock.now();
  Scheduler scheduler{clock};
  MemoryStore store;
  LeanLedger ledger;
  MemoryBoard board;
  CountingLogger log;
  SeededRandom random{11};
  Configuration configuration;
  std::map<std::string, OrderLevelRecords> cas;
  std::vector<Span> incidents;
};

int total(const OrderLevelRecords& records) {
  int sum = 0;
  for (const auto& [id, count] : records.issued) sum += count;
  return sum;
}

/// How often a certificate of this CA is to be ordered when nothing fails: at first, then in the middle of each window,
/// and once more for the part of a life that the move of all windows cuts off: half of one, less the middle of the new
/// window. Outages and failures only put orders off; nothing is taken off for them.
double asked(const OrderLevelRecords& records) {
  const auto life = static_cast<double>(records.lifetime.count());
  const double interval = 0.65 * life - 3600;
  const double cut_off = 0.5 - static_cast<double>(records.moved_within.count()) / 2 / interval;
  return 1 + 365.0 * 86400 / interval + cut_off;
}

/// The fewest and the most that one certificate of this CA was ordered.
std::pair<int, int> extremes(const OrderLevelRecords& records) {
  const auto less = [](const auto& one, const auto& other) { return one.second < other.second; };
  const auto [fewest, most] = std::minmax_element(records.issued.begin(), records.issued.end(), less);
  return {fewest->second, most->second};
}

std::string line_of(const std::string& issuer, const OrderLevelRecords& records) {
  const double each = static_cast<double>(total(records)) / static_cast<double>(records.issued.size());
  return cat(issuer, ": ", total(records), " certificates, ", static_cast<int>(each * 100), " per 100, asked ",
             static_cast<int>(asked(records) * 100), ", each ", extremes(records).first, " to ",
             extremes(records).second, ", refused ", records.refused, ", polls ", records.polls, ", limits broken ",
             records.limits_broken, ", expired ", records.expired);
}

}  // namespace

static void ten_thousand_certificates_live_through_a_year() {
  Year year;
  year.outage(40, hours{3});
  year.outage(75, hours{36});
  year.outage_of("long", 130, days{5});
  year.outage_of("middle", 130, days{5});
  year.outage(200, hours{12});
  year.outage(290, hours{36});
  year.outage(330, hours{1});
  year.move_all(240);
  year.incidents.push_back({year.begin, year.begin + days{2}});  // all are ordered for the first time
  // Of this process: others may keep the machine busy.
  const std::clock_t began = std::clock();
  year.run();
  const double took = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  std::map<UtcTime, int> hourly;
  for (const auto& [issuer, records] : year.cas) {
    std::printf("%s\n", line_of(issuer, records).c_str());
    for (const auto& [hour, count] : records.orders_by_hour) hourly[hour] += count;
  }
  int busiest = 0;
  int busiest_ever = 0;
  int sum = 0;
  for (const auto& [hour, count] : hourly) {
    sum += count;
    busiest_ever = std::max(busiest_ever, count);
    if (!year.in_incident(hour)) busiest = std::max(busiest, count);
  }
  const double mean = sum / (365.0 * 24);
  std::printf(
      "%.1f s; %.1f orders an hour, %d in the busiest outside incidents (%d of all); lines: %d error, %d warn\n", took,
      mean, busiest, busiest_ever, year.log.lines[0], year.log.lines[1]);
  for (const auto& [issuer, records] : year.cas) {
    CHECK_EQ(records.expired, 0);
    CHECK_EQ(records.limits_broken, 0);
    for (const auto& [id, ends] : records.ends) CHECK(ends > year.clock.now());
    const double each = static_cast<double>(total(records)) / static_cast<double>(records.issued.size());
    const double wanted = asked(records);
    CHECK(each > wanted * 0.95 && each < wanted * 1.05);
    // Nor does any single one stray further than a few orders from that.
    const auto [fewest, most] = extremes(records);
    CHECK(fewest > wanted * 0.95 - 3 && most < wanted * 1.05 + 3);
  }
  CHECK(busiest < 3 * mean);
  // The last outage of 36 hours holds up 1,300 of the short ones, which have hours left: not even they come all at
  // once.
  CHECK(busiest_ever < 20 * mean);
  CHECK(took < 60);  // half of it on a quiet machine
}

int main() { return acme_test::run("engine_year", {ACME_TEST(ten_thousand_certificates_live_through_a_year)}); }
