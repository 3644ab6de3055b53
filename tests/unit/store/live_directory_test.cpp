#include "common/store/live_directory.hpp"

#include <sys/stat.h>

#include "common/base/text.hpp"
#include "common/store/file_io.hpp"
#include "tests/fakes/temporary_directory.hpp"
#include "tests/fakes/test_ca.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;
using acme_test::slurp;
using acme_test::TemporaryDirectory;

namespace {

std::string block(const std::string& body) {
  return "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
}

std::size_t entries(const std::string& path) {
  const auto directory = open_directory(path);
  CHECK_OK(directory);
  return list_directory(directory->get())->size();
}

struct Fixture {
  Fixture() { std::filesystem::create_directory(temp / "live"); }
  TemporaryDirectory temp;
  const Secret key{std::string_view{"-----BEGIN PRIVATE KEY-----\n"}};
};

}  // namespace

static void four_files_appear_under_the_name() {
  const Fixture f;
  const mode_t before = ::umask(0);
  const auto written = write_live(f.temp.path(), "example.org", 3, block("leaf") + block("middle"), f.key);
  ::umask(before);
  CHECK_OK(written);
  CHECK_EQ(slurp(f.temp / "live/example.org/fullchain.pem"), block("leaf") + block("middle"));
  CHECK_EQ(slurp(f.temp / "live/example.org/cert.pem"), block("leaf"));
  CHECK_EQ(slurp(f.temp / "live/example.org/chain.pem"), block("middle"));
  CHECK_EQ(slurp(f.temp / "live/example.org/privkey.pem"), f.key.view());
  struct stat facts {};
  CHECK_EQ(::stat((f.temp / "live/example.org/privkey.pem").c_str(), &facts), 0);
  CHECK_EQ(facts.st_mode & 07777U, 0600U);
  CHECK_EQ(::stat((f.temp / "live/example.org/").c_str(), &facts), 0);
  CHECK_EQ(facts.st_mode & 07777U, 0755U);
}

static void a_new_version_replaces_the_old_and_the_same_does_nothing() {
  const Fixture f;
  CHECK_OK(write_live(f.temp.path(), "example.org", 1, block("one"), f.key));
  struct stat first {};
  CHECK_EQ(::stat((f.temp / "live/example.org/").c_str(), &first), 0);
  CHECK_OK(write_live(f.temp.path(), "example.org", 1, block("one"), f.key));
  struct stat same {};
  CHECK_EQ(::stat((f.temp / "live/example.org/").c_str(), &same), 0);
  CHECK_EQ(same.st_ino, first.st_ino);
  CHECK_OK(write_live(f.temp.path(), "example.org", 2, block("two"), f.key));
  CHECK_EQ(slurp(f.temp / "live/example.org/fullchain.pem"), block("two"));
  CHECK_EQ(entries(f.temp / "live"), 2U);
}

static void version_numbers_that_begin_anew_are_told_apart() {
  const Fixture f;
  CHECK_OK(write_live(f.temp.path(), "example.org", 1, block("of issuer a"), f.key));
  CHECK_OK(write_live(f.temp.path(), "example.org", 1, block("of issuer b"), f.key));
  CHECK_EQ(slurp(f.temp / "live/example.org/fullchain.pem"), block("of issuer b"));
  CHECK_EQ(entries(f.temp / "live"), 2U);
}

static void names_are_plain_folders() {
  const Fixture f;
  CHECK_OK(write_live(f.temp.path(), "*.example.org", 1, block("w"), f.key));
  CHECK_EQ(slurp(f.temp / "live/_wildcard.example.org/cert.pem"), block("w"));
  CHECK_OK(write_live(f.temp.path(), "2001:db8::1", 1, block("6"), f.key));
  for (const std::string& bad : {std::string{""}, std::string{"."}, std::string{".."}, std::string{"../engine"},
                                 std::string{".hidden"}, std::string{"a/b"}, std::string(250, 'a')}) {
    CHECK_EQ(write_live(f.temp.path(), bad, 1, block("x"), f.key).ok(), false);
  }
  CHECK_EQ(entries(f.temp / "live"), 4U);
}

static void the_operators_own_folder_is_left_alone() {
  const Fixture f;
  std::filesystem::create_directory(f.temp / "live/example.org");
  acme_test::spill(f.temp / "live/example.org/fullchain.pem", "own");
  const auto written = write_live(f.temp.path(), "example.org", 1, block("x"), f.key);
  CHECK_EQ(written.ok(), false);
  CHECK(written.error().hint.find("move it away") != std::string::npos);
  CHECK_EQ(slurp(f.temp / "live/example.org/fullchain.pem"), "own");
  CHECK_EQ(entries(f.temp / "live"), 1U);
  std::filesystem::create_symlink("../elsewhere", f.temp / "live/example.net");
  std::filesystem::create_directory(f.temp / "elsewhere");
  CHECK_OK(write_live(f.temp.path(), "example.net", 1, block("x"), f.key));
  CHECK(std::filesystem::exists(f.temp / "elsewhere"));
}

static void what_is_no_certificate_changes_nothing() {
  const Fixture f;
  CHECK_EQ(write_live(f.temp.path(), "example.org", 1, "garbage", f.key).ok(), false);
  CHECK_EQ(entries(f.temp / "live"), 0U);
  CHECK_EQ(write_live(f.temp / "nowhere", "example.org", 1, block("x"), f.key).ok(), false);
}

static void only_a_new_version_is_news() {
  const Fixture f;
  const auto write = [&](std::uint64_t version, const char* body) {
    auto written = write_live(f.temp.path(), "example.org", version, block(body), f.key);
    CHECK_OK(written);
    return *written;
  };
  CHECK(write(1, "one"));
  CHECK(!write(1, "one"));
  CHECK(write(1, "another with the same number"));
  CHECK(write(2, "two"));
}

static void what_expired_and_is_not_wanted_goes() {
  const Fixture f;
  const UtcTime now{Seconds{1800000000}};
  const auto write = [&](const std::string& name, int age) {
    acme_test::IssueOptions options;
    options.not_before = now - std::chrono::days{age};
    const auto key = PrivateKey::generate(KeyType{});
    const auto chain = acme_test::TestCa{}.issue(*key, {{IdentifierType::dns, "example.org"}}, options);
    CHECK_OK(write_live(f.temp.path(), name, 1, chain, f.key));
  };
  write("kept.test", 100);
  write("*.kept.test", 100);
  write("valid.test", 89);
  write("expired.test", 90);
  CHECK_OK(write_live(f.temp.path(), "damaged.test", 1, block("x"), f.key));
  std::filesystem::create_directory(f.temp / "live/not-ours");
  std::filesystem::create_symlink("not-ours", f.temp / "live/a-link");
  CHECK_EQ(join(remove_expired_live(f.temp.path(), {"kept.test", "*.kept.test"}, now), " "), "expired.test");
  CHECK_EQ(join(*list_directory(open_directory(f.temp / "live")->get()), " ").find("expired"), std::string::npos);
  CHECK_EQ(entries(f.temp / "live"), 2U * 4 + 2);
  CHECK(remove_expired_live("/nonexistent", {}, now).empty());
}

int main() {
  return acme_test::run(
      "live_directory",
      {ACME_TEST(four_files_appear_under_the_name), ACME_TEST(a_new_version_replaces_the_old_and_the_same_does_nothing),
       ACME_TEST(version_numbers_that_begin_anew_are_told_apart), ACME_TEST(names_are_plain_folders),
       ACME_TEST(the_operators_own_folder_is_left_alone), ACME_TEST(what_is_no_certificate_changes_nothing),
       ACME_TEST(only_a_new_version_is_news), ACME_TEST(what_expired_and_is_not_wanted_goes)});
}
