#include "common/store/bounded_log.hpp"

#include <sys/stat.h>

#include "common/store/file_io.hpp"
#include "tests/fakes/temporary_directory.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;
using acme_test::slurp;
using acme_test::TemporaryDirectory;

namespace {

class FixedClock final : public Clock {
 public:
  UtcTime now() const override { return UtcTime{Seconds{1795348800}}; }
  SteadyTime steady_now() const override { return {}; }
};

}  // namespace

static void lines_have_time_and_level_and_no_control_bytes() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  const FixedClock clock;
  BoundedLog log{directory->get(), clock};
  log.write(LogLevel::notice, "example.org: new certificate");
  log.write(LogLevel::error, "two\nlines\x1b[31m");
  CHECK_EQ(slurp(temp / "log"),
           "2026-11-22T12:00:00Z notice example.org: new certificate\n2026-11-22T12:00:00Z error two?lines?[31m\n");
  struct stat facts {};
  CHECK_EQ(::stat((temp / "log").c_str(), &facts), 0);
  CHECK_EQ(facts.st_mode & 07777U, 0600U);
}

static void a_full_log_is_rotated_once() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  const FixedClock clock;
  BoundedLog log{directory->get(), clock};
  for (int line = 0; line < 900; ++line) log.write(LogLevel::info, std::string(2500, 'x'));
  CHECK_EQ(list_directory(directory->get())->size(), 2U);
  CHECK(std::filesystem::file_size(temp / "log") <= 1024U * 1024U);
  CHECK(std::filesystem::file_size(temp / "log.1") <= 1024U * 1024U);
  CHECK(std::filesystem::file_size(temp / "log.1") > 1000U * 1024U);
}

static void another_writers_lines_count_and_a_removed_log_comes_back() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  const FixedClock clock;
  acme_test::spill(temp / "log", std::string(1024 * 1024 - 10, 'o'));
  BoundedLog log{directory->get(), clock};
  log.write(LogLevel::info, "first");
  CHECK_EQ(slurp(temp / "log"), "2026-11-22T12:00:00Z info first\n");
  std::filesystem::remove(temp / "log");
  log.write(LogLevel::info, "second");
  CHECK_EQ(slurp(temp / "log"), "2026-11-22T12:00:00Z info second\n");
}

static void a_line_that_was_cut_swallows_no_other() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  const FixedClock clock;
  acme_test::spill(temp / "log", "2026-11-22T11:00:00Z notice cut by a power c");
  BoundedLog log{directory->get(), clock};
  log.write(LogLevel::info, "first");
  {
    const acme_test::FileSizeLimit limit{std::filesystem::file_size(temp / "log") + 30};
    log.write(LogLevel::info, "cut by a full disk");
  }
  log.write(LogLevel::info, "second");
  CHECK_EQ(slurp(temp / "log"),
           "2026-11-22T11:00:00Z notice cut by a power c\n2026-11-22T12:00:00Z info first\n"
           "2026-11-22T12:00:00Z info cut \n2026-11-22T12:00:00Z info second\n");
}

static void what_is_in_the_way_is_left_alone() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  const FixedClock clock;
  acme_test::spill(temp / "victim", "precious");
  std::filesystem::create_symlink("victim", temp / "log");
  BoundedLog linked{directory->get(), clock};
  linked.write(LogLevel::info, "line");
  CHECK_EQ(slurp(temp / "victim"), "precious");
  std::filesystem::remove(temp / "log");
  CHECK_EQ(::mkfifo((temp / "log").c_str(), 0600), 0);
  BoundedLog piped{directory->get(), clock};
  piped.write(LogLevel::info, "line");
}

int main() {
  return acme_test::run(
      "bounded_log", {ACME_TEST(lines_have_time_and_level_and_no_control_bytes), ACME_TEST(a_full_log_is_rotated_once),
                      ACME_TEST(another_writers_lines_count_and_a_removed_log_comes_back),
                      ACME_TEST(a_line_that_was_cut_swallows_no_other), ACME_TEST(what_is_in_the_way_is_left_alone)});
}
