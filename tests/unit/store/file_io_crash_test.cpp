// What deaths and power cuts leave of one file, on the simulated disk; and that this disk is as hostile as it says.
#include "common/store/file_io.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <set>

#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/seeded_random.hpp"
#include "tests/simulation/simulated_disk.hpp"

#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const std::string kOld = "the old text";
const std::string kNew = "the new text, longer";

std::string text_of(const char* name) {
  auto root = open_directory("/simulated");
  CHECK_OK(root);
  auto text = read_file_at(root->get(), name, 1000);
  return text ? *text : text.error().kind == ErrorKind::not_found ? "(none)" : "(error)";
}

Status replace(Durability durability) {
  auto root = open_directory("/simulated");
  if (!root) return std::move(root).error();
  return write_file_at(root->get(), "file", kNew, 0600, durability);
}

/// What is seen of "file" after a power cut, by one who replaced it with or without care.
std::set<std::string> after_power_cuts(bool careful) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const ManualClock clock;
    SimulatedDisk disk{seed, clock};
    SeededRandom random{seed};
    auto root = open_directory("/simulated");
    CHECK_OK(root);
    CHECK_OK(write_file_at(root->get(), "file", kOld, 0600, Durability::durable));
    if (careful) {
      CHECK_OK(replace(Durability::durable));
    } else {
      const UniqueFd file{::openat(root->get(), "file", O_WRONLY)};
      CHECK_EQ(::write(file.get(), kNew.data(), kNew.size()), static_cast<ssize_t>(kNew.size()));
    }
    disk.power_cut(random);
    seen.insert(text_of("file"));
  }
  return seen;
}

}  // namespace

static void a_power_cut_tears_what_was_not_synced() {
  CHECK_EQ(after_power_cuts(true), std::set<std::string>{kNew});
  const auto seen = after_power_cuts(false);
  CHECK(seen.size() > 10 && seen.contains(kOld) && seen.contains(kNew));
}

static void a_death_leaves_the_old_or_the_new() {
  for (std::uint64_t nth = 1;; ++nth) {
    const ManualClock clock;
    SimulatedDisk disk{nth, clock};
    auto root = open_directory("/simulated");
    CHECK_OK(root);
    CHECK_OK(write_file_at(root->get(), "file", kOld, 0600, Durability::durable));
    disk.die_at(nth);
    const auto replaced = replace(Durability::durable);
    const bool died = disk.dead();
    disk.restart();
    CHECK_EQ(disk.descriptors(), 0U);
    const std::string text = text_of("file");
    CHECK(text == kNew || (text == kOld && !replaced));
    CHECK_EQ(text_of("other"), "(none)");
    if (!died) break;
    CHECK(nth < 20);
  }
}

int main() {
  return acme_test::run("file_io_crash", {ACME_TEST(a_power_cut_tears_what_was_not_synced),
                                          ACME_TEST(a_death_leaves_the_old_or_the_new)});
}
