#include "common/base/time_zone.hpp"

#include <cstdlib>

#include "common/base/tzif.hpp"
#include "tests/check.hpp"
#include "tests/fakes/temporary_directory.hpp"
#include "tests/fakes/tzif_file.hpp"

using namespace acme;
using namespace acme_test;

namespace {

UtcTime at(const char* text) { return *parse_rfc3339(text); }

std::int64_t stamp(const char* text) { return at(text).time_since_epoch().count(); }

/// A tz database with one zone of a short table and a rule behind it.
struct Database {
  Database() {
    std::filesystem::create_directory(directory / "Test");
    spill(directory / "Test/Place",
          tzif_file({100, 7200, 3600}, {{stamp("1900-01-01T00:00:00Z"), 1}, {stamp("2025-10-26T01:00:00Z"), 2}},
                    "CET-1CEST,M3.5.0,M10.5.0/3"));
    spill(directory / "Test/Junk", "TZif?");
    ::setenv("TZDIR", directory.path().c_str(), 1);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() {
    ::unsetenv("TZDIR");
    ::unsetenv("TZ");
  }
  TemporaryDirectory directory;
};

}  // namespace

static void fixed_offsets() {
  const std::pair<const char*, int> table[] = {{"UTC", 0}, {"+00:00", 0}, {"+02:00", 120}, {"-03:30", -210}};
  for (const auto& [name, minutes] : table) {
    const auto zone = TimeZone::load(name);
    CHECK_OK(zone);
    CHECK_EQ(zone->offset_at(at("2026-07-01T00:00:00Z")).count(), minutes * 60);
    CHECK_EQ(zone->offset_at(at("1950-07-01T00:00:00Z")).count(), minutes * 60);
  }
}

static void a_zone_of_the_database() {
  const Database database;
  const auto zone = TimeZone::load("Test/Place");
  CHECK_OK(zone);
  const std::pair<const char*, int> table[] = {{"1899-12-31T23:59:59Z", 100},  {"1900-01-01T00:00:00Z", 7200},
                                               {"2025-10-26T00:59:59Z", 7200}, {"2025-10-26T01:00:00Z", 3600},
                                               {"2026-03-29T00:59:59Z", 3600}, {"2026-03-29T01:00:00Z", 7200},
                                               {"2099-07-01T00:00:00Z", 7200}, {"2099-12-01T00:00:00Z", 3600}};
  for (const auto& [time, seconds] : table) CHECK_EQ(zone->offset_at(at(time)).count(), seconds);
}

static void names_lead_nowhere_else() {
  const Database database;
  spill(database.directory / "outside", slurp(database.directory / "Test/Place"));
  ::setenv("TZDIR", (database.directory / "Test").c_str(), 1);
  CHECK_OK(TimeZone::load("Place"));
  for (const char* name : {"", "../outside", "Test/../outside", "/etc/localtime", "Place/", "//Place", "./Place",
                           "Pla ce", "Place\n", "Junk", "Nowhere", "utc", "Local", "+2", "+24:00", "CET-1CEST", "."}) {
    const auto zone = TimeZone::load(name);
    if (zone.ok()) print_message("accepted: %s\n", name);
    CHECK(!zone.ok());
    CHECK(zone.error().kind == ErrorKind::configuration);
    CHECK(zone.error().hint.find("Europe/Berlin") != std::string::npos);
  }
}

static void the_local_zone_follows_the_environment() {
  const Database database;
  const std::string file = database.directory / "Test/Place";
  const std::pair<std::string, int> table[] = {
      {"", 0},          {":", 0},     {"Test/Place", 7200}, {":Test/Place", 7200},
      {"PST8", -28800}, {file, 7200}, {":" + file, 7200}};
  for (const auto& [value, seconds] : table) {
    ::setenv("TZ", value.c_str(), 1);
    const auto zone = TimeZone::load("local");
    CHECK_OK(zone);
    CHECK_EQ(zone->offset_at(at("2026-07-01T00:00:00Z")).count(), seconds);
  }
  for (const char* bad : {"Test/Nowhere", "../Test/Place", "Test/Junk"}) {
    ::setenv("TZ", bad, 1);
    CHECK(!TimeZone::load("local").ok());
  }
  ::unsetenv("TZ");
  CHECK_OK(TimeZone::load("local"));
}

static void damaged_files_are_refused() {
  const std::string good = tzif_file({3600, 0}, {{1000, 1}, {2000, 0}}, "CET-1");
  CHECK(parse_tzif(good).has_value());
  CHECK_EQ(parse_tzif(good)->rule, "CET-1");
  for (std::size_t length = 0; length < good.size(); ++length) CHECK(!parse_tzif(good.substr(0, length)).has_value());
  // Types that are not there, none at all, times out of order, offsets of no place, counts beyond the file.
  CHECK(!parse_tzif(tzif_file({3600}, {{1000, 1}}, "")).has_value());
  CHECK(!parse_tzif(tzif_file({}, {}, "")).has_value());
  CHECK(!parse_tzif(tzif_file({0}, {{1000, 0}, {999, 0}}, "")).has_value());
  CHECK(!parse_tzif(tzif_file({1 << 30}, {}, "")).has_value());
  for (std::size_t i = 20; i < 44; ++i) {
    std::string bad = good;
    bad[i] = '\x7f';
    CHECK(!parse_tzif(bad).has_value());
  }
}

static void the_oldest_version_has_one_block() {
  const auto table = parse_tzif(tzif_block('\0', 4, {0, 3600}, {{-1000, 1}}));
  CHECK(table.has_value());
  CHECK_EQ(table->changes.size(), 2U);
  CHECK_EQ(table->changes[1].first.time_since_epoch().count(), -1000);
  CHECK_EQ(table->changes[1].second.count(), 3600);
  CHECK(table->rule.empty());
}

int main() {
  return acme_test::run(
      "time_zone", {ACME_TEST(fixed_offsets), ACME_TEST(a_zone_of_the_database), ACME_TEST(names_lead_nowhere_else),
                    ACME_TEST(the_local_zone_follows_the_environment), ACME_TEST(damaged_files_are_refused),
                    ACME_TEST(the_oldest_version_has_one_block)});
}
