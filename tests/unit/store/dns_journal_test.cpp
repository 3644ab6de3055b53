#include "common/store/dns_journal.hpp"

#include <sys/stat.h>

#include "common/base/text.hpp"
#include "common/store/file_io.hpp"
#include "tests/check.hpp"
#include "tests/fakes/garbage.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;

namespace {

JournaledRecord record(const std::string& value) {
  return {"le", "exec", "a.test-1", "_acme-challenge.a.test", "a.delegated.test", value, UtcTime{Seconds{1800000000}},
          3,    true};
}

const UtcTime kFarthest{Seconds{253402300799}};

struct Folder {
  Folder() {
    auto opened = open_directory(directory.path());
    CHECK_OK(opened);
    fd = *std::move(opened);
  }
  std::vector<JournaledRecord> loaded() const {
    auto records = load_dns_journal(fd.get());
    CHECK_OK(records);
    return *std::move(records);
  }
  TemporaryDirectory directory;
  UniqueFd fd;
};

}  // namespace

static void records_come_back_as_they_were() {
  const Folder folder;
  CHECK(folder.loaded().empty());
  JournaledRecord bare = record("v2");
  bare.failures = 0;
  bare.told = false;
  const std::vector<JournaledRecord> records{record("v1"), bare};
  CHECK_OK(save_dns_journal(folder.fd.get(), records));
  CHECK(folder.loaded() == records);
  struct stat facts {};
  CHECK_EQ(::stat((folder.directory / "dns-records").c_str(), &facts), 0);
  CHECK_EQ(facts.st_mode & 0777U, 0600U);
  CHECK_OK(save_dns_journal(folder.fd.get(), {}));
  CHECK(folder.loaded().empty());
}

static void broken_lines_cost_only_themselves() {
  const Folder folder;
  CHECK_OK(save_dns_journal(folder.fd.get(), {record("v1"), record("v2")}));
  const std::string path = folder.directory / "dns-records";
  const std::string good = slurp(path);
  const std::string nasty[] = {"",
                               "null",
                               "[]",
                               "{",
                               R"({"provider":"exec","name":"a","value":"v"})",
                               R"({"provider":"exec","name":1,"value":"v","setAt":1})",
                               R"({"provider":null,"name":"a","value":"v","setAt":1})",
                               std::string(3, '\0')};
  for (const auto& line : nasty) {
    spill(path, cat(line, "\n", good, line));
    CHECK_EQ(folder.loaded().size(), 2U);
  }
  spill(path, R"({"provider":"exec","name":"a","value":"v","setAt":7,"failures":-1})");
  CHECK_EQ(folder.loaded().at(0).asked_name, "a");
  CHECK_EQ(folder.loaded().at(0).failures, 0U);
}

static void what_is_no_file_is_an_error() {
  const Folder folder;
  std::filesystem::create_symlink("/etc/passwd", folder.directory / "dns-records");
  CHECK(!load_dns_journal(folder.fd.get()).ok());
}

static void a_flood_is_bounded() {
  const Folder folder;
  const std::string line = R"({"provider":"exec","name":"a","value":"v","setAt":7})";
  std::string text;
  for (int i = 0; i < 11000; ++i) text += line + "\n";
  spill(folder.directory / "dns-records", text);
  CHECK_EQ(folder.loaded().size(), kMostJournaledRecords);
}

static void a_damaged_journal_is_read_within_bounds() {
  const Folder folder;
  CHECK_OK(save_dns_journal(folder.fd.get(), {record("one"), record("two"), record("three")}));
  const std::string path = folder.directory / "dns-records";
  const std::string whole = slurp(path);
  Garbage garbage{1};
  std::size_t kept = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::string text = garbage.of_text(whole);
    std::filesystem::remove(path);  // some file systems flush a file that is truncated, not a new one
    spill(path, text);
    const auto records = folder.loaded();
    CHECK(records.size() <= split(text, '\n').size());
    kept += records.size();
    for (const auto& entry : records) {
      CHECK(!entry.provider.empty() && !entry.asked_name.empty() && !entry.name.empty() && !entry.value.empty());
      CHECK(entry.set_at >= UtcTime{} && entry.set_at <= kFarthest);
      CHECK(entry.failures <= 1000000);
    }
    if (round % 400 != 0) continue;
    CHECK_OK(save_dns_journal(folder.fd.get(), records));
    CHECK(folder.loaded() == records);
  }
  CHECK(kept > 2000 && kept < 8000);
}

static void a_time_that_cannot_be_counts_as_the_nearest_that_can() {
  const Folder folder;
  for (const char* time : {"-9223372036854775808", "-1", "253402300800", "9223372036854775807"}) {
    spill(folder.directory / "dns-records", cat(R"({"provider":"p","name":"n","value":"v","setAt":)", time, "}\n"));
    const auto records = folder.loaded();
    CHECK(records.at(0).set_at == (time[0] == '-' ? UtcTime{} : kFarthest));
  }
}

int main() {
  return acme_test::run("dns_journal",
                        {ACME_TEST(records_come_back_as_they_were), ACME_TEST(broken_lines_cost_only_themselves),
                         ACME_TEST(what_is_no_file_is_an_error), ACME_TEST(a_flood_is_bounded),
                         ACME_TEST(a_damaged_journal_is_read_within_bounds),
                         ACME_TEST(a_time_that_cannot_be_counts_as_the_nearest_that_can)});
}
