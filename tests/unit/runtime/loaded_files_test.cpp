#include "common/runtime/loaded_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <ctime>

#include "tests/fakes/temporary_directory.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;
using acme_test::spill;
using acme_test::TemporaryDirectory;

namespace {

void set_modified(const std::string& path, std::time_t seconds, long nanoseconds = 0) {
  const timespec times[2] = {{seconds, nanoseconds}, {seconds, nanoseconds}};
  CHECK_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
}

constexpr std::time_t kLoad = 1795348800;

/// A configuration of one file, older than the load.
struct Fixture {
  Fixture() : main{temp / "nginx.conf"} {
    spill(main, "events {}\n");
    set_modified(main, kLoad - 100);
    files.add(main, kLoad);
  }
  TemporaryDirectory temp;
  std::string main;
  LoadedFiles files;
};

}  // namespace

static void what_nobody_touched_is_unchanged() {
  Fixture f;
  f.files.add(f.temp / "never-there.conf", kLoad);
  f.files.add_pattern(f.temp / "sites/*.conf");
  CHECK(!f.files.changed().has_value());
  CHECK(!LoadedFiles{}.changed().has_value());
}

static void every_way_to_edit_is_seen() {
  {
    Fixture f;
    spill(f.main, "events {} # longer\n");
    set_modified(f.main, kLoad - 100);
    CHECK(f.files.changed() == f.main);
  }
  {
    Fixture f;
    set_modified(f.main, kLoad - 100, 1);
    CHECK(f.files.changed() == f.main);
  }
  {
    Fixture f;
    spill(f.temp / "new", "events {}\n");
    set_modified(f.temp / "new", kLoad - 100);
    std::filesystem::rename(f.temp / "new", f.main);
    CHECK(f.files.changed() == f.main);
  }
  {
    Fixture f;
    std::filesystem::remove(f.main);
    CHECK(f.files.changed() == f.main);
  }
}

static void a_file_that_appears_is_a_change() {
  Fixture f;
  f.files.add(f.temp / "later.conf", kLoad);
  spill(f.temp / "later.conf", "");
  CHECK(f.files.changed() == f.temp / "later.conf");
}

static void a_file_modified_while_the_load_read_it_counts_as_changed() {
  const TemporaryDirectory temp;
  spill(temp / "a.conf", "");
  set_modified(temp / "a.conf", kLoad + 1);
  LoadedFiles after;
  after.add(temp / "a.conf", kLoad);
  CHECK(after.changed() == temp / "a.conf");
  LoadedFiles same_second;
  same_second.add(temp / "a.conf", kLoad + 1);
  CHECK(!same_second.changed().has_value());
}

static void a_link_that_points_elsewhere_is_a_change() {
  Fixture f;
  spill(f.temp / "other.conf", "events {}\n");
  set_modified(f.temp / "other.conf", kLoad - 100);
  std::filesystem::create_symlink("nginx.conf", f.temp / "enabled.conf");
  f.files.add(f.temp / "enabled.conf", kLoad);
  CHECK(!f.files.changed().has_value());
  std::filesystem::remove(f.temp / "enabled.conf");
  std::filesystem::create_symlink("other.conf", f.temp / "enabled.conf");
  CHECK(f.files.changed() == f.temp / "enabled.conf");
}

static void what_begins_or_ceases_to_match_is_a_change() {
  Fixture f;
  std::filesystem::create_directory(f.temp / "sites");
  spill(f.temp / "sites/a.conf", "");
  f.files.add_pattern(f.temp / "sites/*.conf");
  f.files.add_pattern(f.temp / "sites/*.conf");
  CHECK(!f.files.changed().has_value());
  spill(f.temp / "sites/b.conf.dpkg-new", "");
  CHECK(!f.files.changed().has_value());
  spill(f.temp / "sites/b.conf", "");
  CHECK(f.files.changed().value_or("").find("sites/*.conf") != std::string::npos);
  std::filesystem::remove(f.temp / "sites/b.conf");
  CHECK(!f.files.changed().has_value());
  std::filesystem::remove(f.temp / "sites/a.conf");
  CHECK(f.files.changed().has_value());
}

static void what_the_worker_may_not_see_is_told_as_that() {
  Fixture f;
  std::filesystem::create_directory(f.temp / "private");
  spill(f.temp / "private/a.conf", "");
  set_modified(f.temp / "private/a.conf", kLoad - 1);
  LoadedFiles file;
  file.add(f.temp / "private/a.conf", kLoad);
  LoadedFiles pattern;
  pattern.add_pattern(f.temp / "private/*.conf");
  CHECK(!file.changed().has_value() && !pattern.changed().has_value());
  ::chmod(f.temp.path().c_str(), 0755);
  ::chmod((f.temp / "private").c_str(), 0);
  CHECK(acme_test::as_ordinary_user([&] {
    return file.changed().value_or("").find("not readable") != std::string::npos &&
           pattern.changed().value_or("").find("not readable") != std::string::npos;
  }));
  ::chmod((f.temp / "private").c_str(), 0700);
}

int main() {
  return acme_test::run(
      "loaded_files",
      {ACME_TEST(what_nobody_touched_is_unchanged), ACME_TEST(every_way_to_edit_is_seen),
       ACME_TEST(a_file_that_appears_is_a_change), ACME_TEST(a_file_modified_while_the_load_read_it_counts_as_changed),
       ACME_TEST(a_link_that_points_elsewhere_is_a_change), ACME_TEST(what_begins_or_ceases_to_match_is_a_change),
       ACME_TEST(what_the_worker_may_not_see_is_told_as_that)});
}
