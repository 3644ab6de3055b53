#include "common/store/file_io.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <utime.h>

#include <ctime>

#include "tests/fakes/temporary_directory.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;
using acme_test::as_ordinary_user;
using acme_test::slurp;
using acme_test::spill;
using acme_test::TemporaryDirectory;

namespace {

UniqueFd opened(const TemporaryDirectory& directory) {
  auto fd = open_directory(directory.path());
  CHECK_OK(fd);
  return std::move(*fd);
}

mode_t mode_of(const std::string& path) {
  struct stat facts {};
  CHECK_EQ(::lstat(path.c_str(), &facts), 0);
  return facts.st_mode & 07777U;
}

std::size_t entries(int directory) {
  const auto names = list_directory(directory);
  CHECK_OK(names);
  return names->size();
}

}  // namespace

static void a_file_is_written_whole_with_its_mode_whatever_the_umask() {
  const TemporaryDirectory temp;
  const auto directory = opened(temp);
  const mode_t before = ::umask(0277);
  const auto secret = write_file_at(directory.get(), "key", "one", 0600, Durability::durable);
  const auto folder = make_directory_at(directory.get(), "folder", 0700);
  ::umask(0);
  const auto open = write_file_at(directory.get(), "chain", std::string(300000, 'x'), 0644, Durability::volatile_);
  ::umask(before);
  CHECK_OK(secret);
  CHECK_OK(folder);
  CHECK_OK(open);
  CHECK_EQ(mode_of(temp / "key"), 0600U);
  CHECK_EQ(mode_of(temp / "folder"), 0700U);
  CHECK_EQ(mode_of(temp / "chain"), 0644U);
  CHECK_EQ(slurp(temp / "chain").size(), 300000U);
  CHECK_OK(write_file_at(directory.get(), "key", "two", 0600, Durability::durable));
  CHECK_EQ(slurp(temp / "key"), "two");
  CHECK_EQ(entries(directory.get()), 3U);
}

static void a_planted_link_is_replaced_and_never_written_through() {
  const TemporaryDirectory temp;
  const auto directory = opened(temp);
  spill(temp / "victim", "precious");
  CHECK_EQ(::symlink((temp / "victim").c_str(), (temp / "state.json").c_str()), 0);
  CHECK_OK(write_file_at(directory.get(), "state.json", "new", 0600, Durability::volatile_));
  CHECK_EQ(slurp(temp / "victim"), "precious");
  CHECK_EQ(slurp(temp / "state.json"), "new");
  CHECK_EQ(create_file_at(directory.get(), "victim", "x", 0600, Durability::volatile_).ok(), false);
  CHECK_EQ(slurp(temp / "victim"), "precious");
}

static void a_failed_write_leaves_the_old_file_and_nothing_else() {
  const TemporaryDirectory temp;
  const auto directory = opened(temp);
  CHECK_OK(write_file_at(directory.get(), "state", "old", 0600, Durability::durable));
  // write() stops short at the limit, then fails.
  const auto written = [&] {
    const acme_test::FileSizeLimit limit{1000};
    return write_file_at(directory.get(), "state", std::string(5000, 'n'), 0600, Durability::durable);
  }();
  CHECK_EQ(written.ok(), false);
  CHECK(written.error().kind == ErrorKind::io);
  // The same each time, for those who tell it once.
  CHECK_EQ(written.error().message, "cannot write state: write: File too large");
  CHECK_EQ(slurp(temp / "state"), "old");
  CHECK_EQ(entries(directory.get()), 1U);
  CHECK_OK(make_directory_at(directory.get(), "folder", 0700));
  CHECK_EQ(write_file_at(directory.get(), "folder", "x", 0600, Durability::volatile_).ok(), false);
  CHECK_EQ(entries(directory.get()), 2U);
}

static void reading_stays_beneath_and_follows_no_link() {
  const TemporaryDirectory temp;
  const auto directory = opened(temp);
  spill(temp / "secret", "secret");
  std::filesystem::create_directories(temp / "engine/sub");
  spill(temp / "engine/sub/file", "fine");
  std::filesystem::create_symlink("../secret", temp / "engine/link");
  std::filesystem::create_symlink("sub", temp / "engine/linked");
  std::filesystem::create_symlink("/etc", temp / "engine/absolute");
  const auto engine = open_directory_at(directory.get(), "engine");
  CHECK_OK(engine);
  const auto fine = read_file_at(engine->get(), "sub/file", 100);
  CHECK_OK(fine);
  CHECK_EQ(*fine, "fine");
  for (const char* bad : {"link", "linked/file", "absolute/passwd", "../secret", "/etc/passwd", "sub/../sub/file", "",
                          "sub//file", "./sub/file"}) {
    const auto read = read_file_at(engine->get(), bad, 100000);
    CHECK_EQ(read.ok(), false);
    CHECK(read.error().kind == ErrorKind::malformed);
  }
  CHECK(read_file_at(engine->get(), "nothing", 10).error().kind == ErrorKind::not_found);
  CHECK(read_file_at(engine->get(), "sub/file/deeper", 10).error().kind == ErrorKind::malformed);
}

static void the_way_without_openat2_is_as_strict() {
  const TemporaryDirectory temp;
  const auto directory = opened(temp);
  std::filesystem::create_directories(temp / "a/b");
  spill(temp / "a/b/file", "x");
  std::filesystem::create_symlink("b", temp / "a/link");
  std::filesystem::create_symlink("file", temp / "a/b/last");
  const UniqueFd good{detail::open_by_component(directory.get(), "a/b/file", O_RDONLY)};
  CHECK(static_cast<bool>(good));
  for (const char* bad : {"a/link/file", "a/b/last", "a/nothing/file"}) {
    const UniqueFd fd{detail::open_by_component(directory.get(), bad, O_RDONLY)};
    CHECK(!fd);
  }
  const UniqueFd overlong{detail::open_by_component(directory.get(), std::string(300, 'n'), O_RDONLY)};
  CHECK(!overlong);
}

static void fifos_folders_and_huge_files_are_errors_not_hangs() {
  const TemporaryDirectory temp;
  const auto directory = opened(temp);
  CHECK_EQ(::mkfifo((temp / "fifo").c_str(), 0600), 0);
  std::filesystem::create_directory(temp / "folder");
  spill(temp / "huge", std::string(1001, 'x'));
  for (const char* bad : {"fifo", "folder", "huge"}) {
    const auto read = read_file_at(directory.get(), bad, 1000);
    CHECK_EQ(read.ok(), false);
    CHECK(read.error().kind == ErrorKind::malformed);
  }
  CHECK_OK(read_file_at(directory.get(), "huge", 1001));
  spill(temp / "empty", "");
  CHECK_EQ(read_file_at(directory.get(), "empty", 0)->size(), 0U);
  // A file of /proc says that it is 0 bytes long.
  const auto proc = open_directory("/proc/sys/kernel");
  CHECK_OK(proc);
  CHECK(!read_file_at(proc->get(), "ostype", 100)->empty());
}

static void what_an_ordinary_user_may_not_read_is_a_permission_error() {
  const TemporaryDirectory temp;
  ::chmod(temp.path().c_str(), 0755);
  spill(temp / "file", "x");
  ::chmod((temp / "file").c_str(), 0);
  CHECK(as_ordinary_user([&] {
    const auto directory = open_directory(temp.path());
    const auto read = read_file_at(directory->get(), "file", 10);
    return !read && read.error().kind == ErrorKind::permission && !read.error().hint.empty();
  }));
}

static void removing_follows_no_link() {
  const TemporaryDirectory temp;
  const auto directory = opened(temp);
  std::filesystem::create_directories(temp / "kept");
  spill(temp / "kept/file", "x");
  std::filesystem::create_directories(temp / "gone/deep");
  spill(temp / "gone/deep/file", "x");
  std::filesystem::create_symlink("../kept", temp / "gone/link");
  CHECK_OK(remove_at(directory.get(), "gone"));
  CHECK_OK(remove_at(directory.get(), "gone"));
  CHECK_EQ(slurp(temp / "kept/file"), "x");
  std::filesystem::create_symlink("kept", temp / "link");
  CHECK_OK(remove_at(directory.get(), "link"));
  CHECK_EQ(entries(directory.get()), 1U);
}

static void directories_are_made_once_and_files_in_the_way_told() {
  const TemporaryDirectory temp;
  const auto directory = opened(temp);
  CHECK_OK(make_directory_at(directory.get(), "orders", 0700));
  CHECK_OK(make_directory_at(directory.get(), "orders", 0755));
  CHECK_EQ(mode_of(temp / "orders"), 0700U);
  spill(temp / "file", "");
  std::filesystem::create_symlink("orders", temp / "link");
  CHECK(make_directory_at(directory.get(), "file", 0700).error().kind == ErrorKind::malformed);
  CHECK(make_directory_at(directory.get(), "link", 0700).error().kind == ErrorKind::malformed);
}

static void links_are_swapped_in_one_step() {
  const TemporaryDirectory temp;
  const auto directory = opened(temp);
  CHECK_EQ(*read_link_at(directory.get(), "current"), "");
  CHECK_OK(swap_link_at(directory.get(), "1", "current"));
  CHECK_OK(swap_link_at(directory.get(), "2", "current"));
  CHECK_EQ(*read_link_at(directory.get(), "current"), "2");
  CHECK_EQ(entries(directory.get()), 1U);
  std::filesystem::create_directory(temp / "folder");
  CHECK_EQ(swap_link_at(directory.get(), "1", "folder").ok(), false);
  CHECK_EQ(entries(directory.get()), 2U);
  CHECK_OK(swap_link_at(directory.get(), std::string(256, 'x'), "long"));
  CHECK_EQ(*read_link_at(directory.get(), "long"), "");
}

static void only_stale_temporaries_are_removed() {
  const TemporaryDirectory temp;
  const auto directory = opened(temp);
  CHECK(temporary_name() != temporary_name());
  const utimbuf old{::time(nullptr) - 3600, ::time(nullptr) - 3600};
  const utimbuf ahead{::time(nullptr) + 86400, ::time(nullptr) + 86400};
  for (const char* name : {"tmp-old", "tmp-young", "tmp-ahead", "state.json"}) spill(temp / name, "x");
  CHECK_EQ(::utime((temp / "tmp-ahead").c_str(), &ahead), 0);
  std::filesystem::create_directory(temp / "tmp-folder");
  spill(temp / "tmp-folder/file", "x");
  for (const char* name : {"tmp-old", "tmp-folder", "state.json"}) CHECK_EQ(::utime((temp / name).c_str(), &old), 0);
  remove_stale_temporaries(directory.get());
  const auto names = list_directory(directory.get());
  CHECK_OK(names);
  CHECK(*names == (std::vector<std::string>{"state.json", "tmp-young"}));
}

static void errors_name_the_step_that_mends_them() {
  CHECK(system_error("x", ENOENT).kind == ErrorKind::not_found);
  CHECK(system_error("x", EACCES).kind == ErrorKind::permission);
  CHECK(system_error("x", EROFS).hint.find("ReadWritePaths") != std::string::npos);
  CHECK(system_error("x", ENOSPC).hint.find("room") != std::string::npos);
  CHECK_EQ(system_error("cannot open y", ENOENT).message, "cannot open y: No such file or directory");
}

int main() {
  return acme_test::run(
      "file_io",
      {ACME_TEST(a_file_is_written_whole_with_its_mode_whatever_the_umask),
       ACME_TEST(a_planted_link_is_replaced_and_never_written_through),
       ACME_TEST(a_failed_write_leaves_the_old_file_and_nothing_else),
       ACME_TEST(reading_stays_beneath_and_follows_no_link), ACME_TEST(the_way_without_openat2_is_as_strict),
       ACME_TEST(fifos_folders_and_huge_files_are_errors_not_hangs),
       ACME_TEST(what_an_ordinary_user_may_not_read_is_a_permission_error), ACME_TEST(removing_follows_no_link),
       ACME_TEST(directories_are_made_once_and_files_in_the_way_told), ACME_TEST(links_are_swapped_in_one_step),
       ACME_TEST(only_stale_temporaries_are_removed), ACME_TEST(errors_name_the_step_that_mends_them)});
}
