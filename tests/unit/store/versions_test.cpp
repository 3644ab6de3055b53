#include "common/store/versions.hpp"

#include <sys/stat.h>

#include "tests/unit/store/sample_records.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;

static void versions_that_are_pruned_leave_the_newest_and_the_young() {
  Fixture f;
  FileStore store = f.open();
  const auto old = kNow - std::chrono::hours{48};
  for (int i = 1; i <= 6; ++i) {
    CHECK_OK(store.save_certificate(kId, certificate("chain", i == 2 ? kNow - Seconds{60} : old)));
  }
  store.prune_certificate(kId, kNow);
  for (int i = 1; i <= 6; ++i) {
    CHECK_EQ(std::filesystem::exists(f.certificate(std::to_string(i))), i == 2 || i >= 4);
  }
}

static void a_key_opens_only_with_its_secret_its_place_and_its_chain() {
  Fixture f;
  FileStore store = f.open();
  CHECK_OK(store.save_account("le", account()));
  CHECK_OK(store.save_order(kId, order()));
  CHECK_OK(store.save_certificate(kId, certificate("chain")));
  FileStore stranger = f.open('x');
  CHECK(stranger.load_account("le").error().kind == ErrorKind::crypto);
  CHECK(stranger.load_order(kId).error().kind == ErrorKind::crypto);
  const auto foreign = stranger.load_certificate(kId);
  CHECK(foreign.error().kind == ErrorKind::crypto);
  CHECK(foreign.error().hint.find("secret") != std::string::npos);
  CHECK_OK(read_version(f.tree(), secret(), kId, 1));
  std::filesystem::copy(f.certificate("1"), f.certificate("2"));
  CHECK(read_version(f.tree(), secret(), kId, 2).error().kind == ErrorKind::crypto);
  spill(f.certificate("1/fullchain.pem"), "another chain");
  CHECK(read_version(f.tree(), secret(), kId, 1).error().kind == ErrorKind::crypto);
  std::filesystem::rename(f.temp / ("orders/" + kId + ".json"), f.temp / "orders/other.json");
  CHECK(store.load_order("other").error().kind == ErrorKind::crypto);
}

static void numbers_are_never_used_again() {
  Fixture f;
  FileStore store = f.open();
  CHECK_OK(store.save_certificate(kId, certificate("one")));
  CHECK_OK(store.save_certificate(kId, certificate("two")));
  // A death between rename and link swap leaves a version that was never current.
  std::filesystem::create_directory(f.certificate("9"));
  CHECK_EQ(*store.save_certificate(kId, certificate("three")), 10U);
  std::filesystem::remove(f.certificate("current"));
  CHECK(!store.load_certificate(kId)->has_value());
  CHECK_EQ(*store.save_certificate(kId, certificate("four")), 11U);
  CHECK_EQ(current_version(f.tree(), kId.c_str()), 11U);
  std::filesystem::remove_all(f.certificate("11"));
  CHECK(store.load_certificate(kId).error().kind == ErrorKind::not_found);
  CHECK_EQ(*store.save_certificate(kId, certificate("five")), 12U);
}

static void only_a_number_is_a_current_version() {
  Fixture f;
  std::filesystem::create_directories(f.certificate(""));
  CHECK_EQ(current_version(f.tree(), kId.c_str()), 0U);
  const std::vector<std::pair<std::string, std::uint64_t>> texts{{"7", 7},          {"999999999", 999999999},
                                                                 {"1000000000", 0}, {"../../../etc", 0},
                                                                 {"7/", 0},         {"-1", 0},
                                                                 {"+1", 0},         {" 1", 0},
                                                                 {"1x", 0},         {"/1", 0},
                                                                 {"tmp", 0},        {std::string(300, '1'), 0}};
  for (const auto& [text, expected] : texts) {
    std::filesystem::remove(f.certificate("current"));
    std::filesystem::create_symlink(text, f.certificate("current"));
    CHECK_EQ(current_version(f.tree(), kId.c_str()), expected);
  }
  std::filesystem::remove(f.certificate("current"));
  spill(f.certificate("current"), "7");
  CHECK_EQ(current_version(f.tree(), kId.c_str()), 0U);
  for (const char* id : {"", "..", ".hidden", "a/b", "nothing", "a b"}) CHECK_EQ(current_version(f.tree(), id), 0U);
  CHECK_EQ(current_version(f.tree(), std::string(300, 'a').c_str()), 0U);
}

static void what_the_worker_plants_is_refused() {
  Fixture f;
  FileStore store = f.open();
  CHECK_OK(store.save_certificate(kId, certificate("chain")));
  std::filesystem::create_directories(f.temp / "elsewhere");
  spill(f.temp / "elsewhere/file", "x");
  const std::string chain = f.certificate("1/fullchain.pem");
  std::filesystem::remove(chain);
  std::filesystem::create_symlink(f.temp / "elsewhere/file", chain);
  CHECK(read_version(f.tree(), secret(), kId, 1).error().kind == ErrorKind::malformed);
  std::filesystem::remove(chain);
  CHECK_EQ(::mkfifo(chain.c_str(), 0600), 0);
  CHECK(read_version(f.tree(), secret(), kId, 1).error().kind == ErrorKind::malformed);
  std::filesystem::remove(chain);
  spill(chain, std::string(200 * 1024, 'x'));
  CHECK(read_version(f.tree(), secret(), kId, 1).error().kind == ErrorKind::malformed);
  std::filesystem::rename(f.certificate("1"), f.temp / "elsewhere/1");
  std::filesystem::create_directory_symlink(f.temp / "elsewhere/1", f.certificate("1"));
  CHECK(read_version(f.tree(), secret(), kId, 1).error().kind == ErrorKind::malformed);
}

int main() {
  return acme_test::run(
      "versions",
      {ACME_TEST(versions_that_are_pruned_leave_the_newest_and_the_young),
       ACME_TEST(a_key_opens_only_with_its_secret_its_place_and_its_chain), ACME_TEST(numbers_are_never_used_again),
       ACME_TEST(only_a_number_is_a_current_version), ACME_TEST(what_the_worker_plants_is_refused)});
}
