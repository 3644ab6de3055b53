#include "common/preflight/state_check.hpp"

#include <sys/stat.h>

#include "tests/check.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;

namespace {

DirectoryFacts good() {
  DirectoryFacts facts;
  facts.there = facts.is_directory = facts.writable = facts.has_space = facts.has_inodes = true;
  facts.mode = 0755;
  facts.free_bytes = 10ULL << 30U;
  facts.free_inodes = 1'000'000;
  return facts;
}

Severity worst(const DirectoryFacts& facts) {
  Severity severity = Severity::ok;
  for (const auto& finding : judge_state("/state", facts)) {
    severity = std::max(severity, finding.severity);
    CHECK((finding.severity == Severity::ok) == finding.fix.empty());
  }
  return severity;
}

}  // namespace

static void each_trouble_is_told() {
  CHECK(worst(good()) == Severity::ok);
  DirectoryFacts gone;
  CHECK(worst(gone) == Severity::failure);
  DirectoryFacts read_only = good();
  read_only.writable = false;
  CHECK(worst(read_only) == Severity::failure);
  DirectoryFacts open = good();
  open.mode = 0777;
  CHECK(worst(open) == Severity::warning);
  DirectoryFacts full = good();
  full.free_bytes = 1000;
  CHECK(worst(full) == Severity::failure);
  full.free_bytes = 20ULL << 20U;
  CHECK(worst(full) == Severity::warning);
  DirectoryFacts no_inodes = good();
  no_inodes.free_inodes = 3;
  CHECK(worst(no_inodes) == Severity::failure);
  no_inodes.has_inodes = false;  // btrfs counts none
  CHECK(worst(no_inodes) == Severity::ok);
}

static void a_real_directory_is_looked_at() {
  const TemporaryDirectory folder;
  CHECK(!directory_facts(folder.path() + "/none").there);
  CHECK(!directory_facts(folder.path()).writable);  // it has no engine/
  CHECK_EQ(::mkdir((folder.path() + "/engine").c_str(), 0700), 0);
  const DirectoryFacts facts = directory_facts(folder.path());
  CHECK(facts.there && facts.is_directory && facts.writable && facts.has_space);
  CHECK(facts.free_bytes > 0);
}

int main() {
  return acme_test::run("state_check", {ACME_TEST(each_trouble_is_told), ACME_TEST(a_real_directory_is_looked_at)});
}
