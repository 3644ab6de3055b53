#include "common/store/sealed_record.hpp"

#include "common/crypto/digest.hpp"
#include "common/store/file_io.hpp"
#include "tests/check.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;

namespace {

struct Tree {
  Tree() {
    auto opened = open_directory(directory.path());
    CHECK_OK(opened);
    fd = *std::move(opened);
    secret = *random_secret(32);
  }
  Result<std::optional<Secret>> load(const std::string& name) const {
    return load_sealed_record(fd.get(), secret, name);
  }
  Status save(const std::string& name, std::string_view text) const {
    return save_sealed_record(fd.get(), secret, name, Secret{text});
  }
  TemporaryDirectory directory;
  UniqueFd fd;
  Secret secret;
};

}  // namespace

static void a_record_comes_back_and_cannot_be_read_by_others() {
  const Tree tree;
  auto none = tree.load("acme-dns.1");
  CHECK_OK(none);
  CHECK(!none->has_value());
  CHECK_OK(tree.save("acme-dns.1", "first"));
  CHECK_OK(tree.save("acme-dns.1", "p4ssword"));
  auto loaded = tree.load("acme-dns.1");
  CHECK_OK(loaded);
  CHECK_EQ((*loaded)->view(), "p4ssword");
  CHECK(slurp(tree.directory / "sealed/acme-dns.1").find("p4ssword") == std::string::npos);
}

static void a_moved_or_changed_record_does_not_open() {
  const Tree tree;
  CHECK_OK(tree.save("a", "x"));
  std::filesystem::copy_file(tree.directory / "sealed/a", tree.directory / "sealed/b");
  CHECK(tree.load("b").error().kind == ErrorKind::crypto);
  spill(tree.directory / "sealed/a", "");
  CHECK(!tree.load("a").ok());
}

static void names_are_plain() {
  const Tree tree;
  for (const char* name : {"", ".", "..", ".a", "a/b", "../a", "A", "a_b", "a\n"}) {
    CHECK(tree.load(name).error().kind == ErrorKind::internal);
    CHECK(tree.save(name, "x").error().kind == ErrorKind::internal);
  }
  CHECK(!tree.save("big", std::string(5 * 1024 * 1024, 'x')).ok());
}

int main() {
  return acme_test::run("sealed_record", {
                                             ACME_TEST(a_record_comes_back_and_cannot_be_read_by_others),
                                             ACME_TEST(a_moved_or_changed_record_does_not_open),
                                             ACME_TEST(names_are_plain),
                                         });
}
