#include "common/base/operator_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "tests/check.hpp"

using namespace acme;

namespace {

class Folder {
 public:
  Folder() { CHECK(::mkdtemp(path_) != nullptr); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    ::unlink(file().c_str());
    ::rmdir(path_);
  }
  std::string path() const { return path_; }
  std::string file() const { return path() + "/file"; }
  void write(const std::string& text) const { std::ofstream{file(), std::ios::binary} << text; }

 private:
  char path_[32] = "/tmp/acme-operator-XXXXXX";
};

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

int main() {
  return acme_test::run("operator_file",
                        {ACME_TEST(a_file_is_read_whole), ACME_TEST(what_is_no_small_file_is_refused_by_name),
                         ACME_TEST(a_fifo_does_not_hold_up_the_load)});
}
