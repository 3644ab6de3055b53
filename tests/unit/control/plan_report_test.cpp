#include "common/control/plan_report.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "common/base/unique_fd.hpp"
#include "tests/check.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;

static std::string content(int fd) {
  std::string text(1 << 16, '\0');
  const ssize_t length = ::pread(fd, text.data(), text.size(), 0);
  text.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  return text;
}

static void a_report_survives_the_way() {
  const UniqueFd file{::memfd_create("test", MFD_CLOEXEC)};
  ::setenv(kPlanDescriptor, std::to_string(file.get()).c_str(), 1);
  CHECK_EQ(plan_descriptor(), file.get());
  ::unsetenv(kPlanDescriptor);
  CertificateRow row;
  row.id = row.name = "a.test";
  row.names = {"a.test", "b.test"};
  write_plan_report(file.get(), {row, row});
  const std::string text = content(file.get());
  auto read = parse_plan_report(text);
  CHECK_OK(read);
  CHECK_EQ(read->size(), std::size_t{2});
  CHECK_EQ((*read)[1].names[1], "b.test");
  for (std::size_t cut = 0; cut + 1 < text.size(); ++cut) CHECK(!parse_plan_report(text.substr(0, cut)).ok());
}

static void only_a_nameless_file_is_written_to() {
  TemporaryDirectory directory;
  const UniqueFd named{::open((directory / "file").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)};
  for (const std::string& text :
       {std::to_string(named.get()), std::string{"0"}, std::string{"1"}, std::string{"-1"}, std::string{"999"},
        std::string{"99999999999999999999"}, std::string{""}, std::string{"3x"}}) {
    ::setenv(kPlanDescriptor, text.c_str(), 1);
    CHECK_EQ(plan_descriptor(), -1);
  }
  ::unsetenv(kPlanDescriptor);
  CHECK_EQ(plan_descriptor(), -1);
}

static void server_test_survives_the_way() {
  ServerTest test;
  test.server = "nginx";
  test.argv = {"/usr/sbin/nginx", "-t", "-g", "daemon off;"};
  test.environment = {"APACHE_RUN_DIR=/run"};
  auto read = parse_server_test(to_json(test));
  CHECK_OK(read);
  CHECK_EQ(read->argv[3], "daemon off;");
  CHECK_EQ(read->environment[0], "APACHE_RUN_DIR=/run");
  for (const char* text : {"", "{}", "[]", "{\"argv\":[]}", "{\"argv\":[\"nginx\"]}", "{\"argv\":[\"\"]}",
                           "{\"argv\":\"/bin/sh\"}", "{\"argv\":[7]}"}) {
    CHECK(!parse_server_test(text).ok());
  }
}

int main() {
  return acme_test::run("plan report",
                        {ACME_TEST(a_report_survives_the_way), ACME_TEST(only_a_nameless_file_is_written_to),
                         ACME_TEST(server_test_survives_the_way)});
}
