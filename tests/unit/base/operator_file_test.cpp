#include "common/base/operator_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/check.hpp"

using namespace acme;

namespace {

class Folder {
 public:
  Folder() { CHECK(::mkdtemp(path_) != nullptr); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_; }
  std::string file() const { return path() + "/file"; }
  void write(const std::string& text) const { std::ofstream{file(), std::ios::binary} << text; }
  /// A secret as it should be kept.
  void keep(const std::string& text) const {
    write(text);
    CHECK_EQ(::chmod(file().c_str(), 0600), 0);
  }
  std::string link(const std::string& target, const std::string& name) const {
    const std::string at = path() + "/" + name;
    CHECK_EQ(::symlink(target.c_str(), at.c_str()), 0);
    return at;
  }

 private:
  char path_[32] = "/tmp/acme-operator-XXXXXX";
};

constexpr std::size_t kMost = 64 * 1024;

/// The error of either reader, with its hint.
std::string refusal(const Result<Secret>& read) {
  CHECK(!read.ok());
  CHECK(read.error().kind == ErrorKind::configuration);
  return read.error().message + " | " + read.error().hint;
}

void check_holds(const std::string& text, const std::string& part) {
  CHECK_EQ(text.find(part) != std::string::npos ? part : text, part);
}

}  // namespace

static void a_file_is_read_whole() {
  const Folder folder;
  folder.write(std::string(64 * 1024, 'k'));
  const auto content = read_operator_file(folder.file());
  CHECK_OK(content);
  CHECK_EQ(content->size(), std::size_t{64 * 1024});
}

static void what_is_no_small_file_is_refused_by_name() {
  const Folder folder;
  CHECK(!read_operator_file(folder.file()).ok());
  CHECK(!read_operator_file(folder.path()).ok());
  CHECK(!read_operator_file("/dev/zero").ok());
  folder.write(std::string(64 * 1024 + 1, 'k'));
  const auto large = read_operator_file(folder.file());
  CHECK(!large.ok());
  CHECK(large.error().kind == ErrorKind::configuration);
  CHECK(large.error().message.find(folder.file()) != std::string::npos);
}

static void a_fifo_does_not_hold_up_the_load() {
  const Folder folder;
  CHECK_EQ(::mkfifo(folder.file().c_str(), 0600), 0);
  CHECK(!read_operator_file(folder.file()).ok());
}

static void what_is_kept_well_is_read() {
  const Folder folder;
  folder.keep("planted");
  for (const mode_t mode : {0400U, 0600U, 0640U}) {
    CHECK_EQ(::chmod(folder.file().c_str(), mode), 0);
    CHECK_EQ(read_secret_file(folder.file())->view(), "planted");
    CHECK_EQ(read_trusted_file(folder.file(), kMost)->view(), "planted");
  }
  CHECK_EQ(read_secret_file(folder.path() + "//./../" + folder.path().substr(5) + "/file")->view(), "planted");
}

static void modes_are_looked_at() {
  struct Case {
    mode_t mode;
    const char* of_a_secret;
    const char* of_roots;
  };
  const Folder folder;
  folder.keep("planted");
  CHECK_EQ(::geteuid() == 0 ? ::chown(folder.file().c_str(), 0, 65534) : 0, 0);
  for (const auto& [mode, secret, roots] : {Case{0604, "everybody may read", ""}, Case{0644, "everybody may read", ""},
                                            Case{0602, "others may write to", "others may write to"},
                                            Case{0666, "others may write to", "others may write to"},
                                            Case{0660, "others may write to", "others may write to"}}) {
    if ((mode & S_IWGRP) != 0 && ::geteuid() != 0 && ::getegid() == 0) continue;
    CHECK_EQ(::chmod(folder.file().c_str(), mode), 0);
    const std::string said = refusal(read_secret_file(folder.file()));
    check_holds(said, secret);
    check_holds(said, "| run: chmod 600 " + folder.file());
    CHECK_EQ(said.find("planted"), std::string::npos);
    const auto read = read_trusted_file(folder.file(), kMost);
    CHECK_EQ(read.ok(), *roots == '\0');
    if (*roots != '\0') check_holds(refusal(read), "| run: chmod go-w " + folder.file());
  }
}

static void owners_are_looked_at() {
  if (::geteuid() != 0) return;  // nobody else can give a file away
  const Folder folder;
  folder.keep("planted");
  CHECK_EQ(::chown(folder.file().c_str(), 65534, 0), 0);
  for (const auto& said :
       {refusal(read_secret_file(folder.file())), refusal(read_trusted_file(folder.file(), kMost))}) {
    check_holds(said, "belongs to another user (65534) | run: chown root " + folder.file());
  }
  CHECK_EQ(read_operator_file(folder.file())->view(), "planted");
}

/// As Kubernetes mounts a secret: token -> ..data/token, ..data -> ..2030_01_01.
static void own_links_are_followed() {
  const Folder folder;
  std::filesystem::create_directory(folder.path() + "/..2030_01_01");
  folder.keep("planted");
  std::filesystem::rename(folder.file(), folder.path() + "/..2030_01_01/token");
  folder.link("..2030_01_01", "..data");
  const std::string token = folder.link("..data/token", "token");
  CHECK_EQ(read_secret_file(token)->view(), "planted");
  CHECK_EQ(read_secret_file(folder.link(token, "absolute"))->view(), "planted");
  check_holds(refusal(read_secret_file(folder.link("loop", "loop"))), "Too many levels of symbolic links");
  check_holds(refusal(read_secret_file(folder.link("nowhere", "dangling"))), "No such file");
}

static void links_of_others_are_refused() {
  if (::geteuid() != 0) return;
  const Folder folder;
  folder.keep("planted");
  const std::string link = folder.link("file", "link");
  CHECK_EQ(::lchown(link.c_str(), 65534, 65534), 0);
  check_holds(refusal(read_secret_file(link)), "others can change the symbolic link \"link\"");
  CHECK_EQ(::lchown(link.c_str(), 0, 0), 0);
  CHECK_EQ(read_secret_file(link)->view(), "planted");
  // A folder in which everybody may exchange it, and one in which nobody but its owner may.
  for (const auto& [mode, fine] : {std::pair<mode_t, bool>{0777, false}, {01777, true}, {0775, true}}) {
    CHECK_EQ(::chmod(folder.path().c_str(), mode), 0);
    CHECK_EQ(read_secret_file(link).ok(), fine);
  }
  CHECK_EQ(::chown(folder.path().c_str(), 65534, 0), 0);
  check_holds(refusal(read_trusted_file(link, kMost)), "name the file itself");
  CHECK_EQ(read_secret_file(folder.file())->view(), "planted");
}

static void sizes_and_kinds_hold_for_all() {
  const Folder folder;
  folder.keep(std::string(64 * 1024 + 1, 'k'));
  check_holds(refusal(read_secret_file(folder.file())), "no regular file of at most 64 KiB");
  check_holds(refusal(read_trusted_file(folder.file(), 1024)), "no regular file of at most 1 KiB");
  for (const std::string path : {"/dev/zero", "/", "", "/tmp/"}) CHECK(!read_secret_file(path).ok());
  std::filesystem::remove(folder.file());
  CHECK_EQ(::mkfifo(folder.file().c_str(), 0600), 0);
  CHECK(!read_secret_file(folder.file()).ok());
  check_holds(refusal(read_secret_file(folder.file() + "/x")), "Not a directory");
}

int main() {
  return acme_test::run(
      "operator_file",
      {ACME_TEST(a_file_is_read_whole), ACME_TEST(what_is_no_small_file_is_refused_by_name),
       ACME_TEST(a_fifo_does_not_hold_up_the_load), ACME_TEST(what_is_kept_well_is_read),
       ACME_TEST(modes_are_looked_at), ACME_TEST(owners_are_looked_at), ACME_TEST(own_links_are_followed),
       ACME_TEST(links_of_others_are_refused), ACME_TEST(sizes_and_kinds_hold_for_all)});
}
