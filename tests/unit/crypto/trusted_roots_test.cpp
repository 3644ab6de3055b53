#include "common/crypto/trusted_roots.hpp"

#include <sys/stat.h>

#include <fstream>

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/temporary_directory.hpp"
#include "tests/fakes/test_ca.hpp"

using namespace acme;
using namespace acme_test;

namespace {

std::string some_certificate() {
  const auto key = PrivateKey::generate(KeyType{});
  CHECK_OK(key);
  return TestCa{}.issue(*key, {{IdentifierType::dns, "ca.test"}}, {});
}

/// "" when the file with this text is accepted.
std::string verdict(const std::string& text) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/roots.pem";
  std::ofstream{path, std::ios::binary} << text;
  const auto checked = check_trusted_roots(path);
  if (checked) return "";
  CHECK(checked.error().kind == ErrorKind::configuration);
  CHECK(checked.error().message.find(path) != std::string::npos);
  return checked.error().message.substr(path.size() + 2);
}

}  // namespace

static void roots_are_accepted() {
  const std::string pem = some_certificate();
  CHECK_EQ(verdict(pem), "");
  CHECK_EQ(verdict(cat("# ours\n", pem, "\n# theirs\n", pem)), "");
}

static void all_else_is_refused() {
  const std::string pem = some_certificate();
  CHECK_EQ(verdict(""), " is empty");
  CHECK_EQ(verdict("# none\n"), " has no certificate in it");
  CHECK_EQ(verdict("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), " has no certificate in it");
  CHECK_EQ(verdict("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
           ": certificate 1 in it cannot be read");
  CHECK_EQ(verdict(pem.substr(0, pem.size() / 4)), ": certificate 1 in it cannot be read");
  CHECK_EQ(verdict(pem + "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"),
           ": certificate 3 in it cannot be read");
}

static void what_is_no_file_is_refused_at_once() {
  const TemporaryDirectory directory;
  const std::string fifo = directory.path() + "/fifo";
  CHECK_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  for (const std::string& path : {fifo, directory.path(), directory.path() + "/missing", std::string{"/dev/zero"}}) {
    CHECK(!check_trusted_roots(path));
  }
}

int main() {
  return acme_test::run("trusted roots", {ACME_TEST(roots_are_accepted), ACME_TEST(all_else_is_refused),
                                          ACME_TEST(what_is_no_file_is_refused_at_once)});
}
