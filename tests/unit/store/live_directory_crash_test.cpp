// live/ under every fault, death and power cut (crash_trial.hpp): another daemon that opens the four files by their
// names finds them, of one version.
#include "common/store/live_directory.hpp"

#include <fcntl.h>

#include "common/base/text.hpp"
#include "tests/unit/store/store_trial.hpp"

using namespace acme;
using namespace acme_test;

namespace {

std::string block(const std::string& body) {
  return "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
}

/// As another daemon reads it: by the path, through the link. "" when it cannot.
std::string read_live(const std::string& file) {
  const UniqueFd opened{::open(cat(kPath, "/live/example.org/", file).c_str(), O_RDONLY | O_CLOEXEC)};
  char bytes[1000];
  const auto got = opened ? ::read(opened.get(), &bytes[0], sizeof bytes) : -1;
  return got < 0 ? std::string{} : std::string{&bytes[0], static_cast<std::size_t>(got)};
}

class WriteLive final : public StoreTrial {
 public:
  explicit WriteLive(bool first) : first_{first} {}

 private:
  static Result<bool> write(const std::string& text, std::uint64_t version) {
    return write_live(kPath, "example.org", version, block(text) + block("middle"), key("key of " + text));
  }
  void fill(FileStore&) override {
    if (!first_) CHECK_OK(write("old", 1));
  }
  bool change(FileStore&) override { return write("new", 2).ok(); }
  void look(FileStore&, Ending ending) override {
    const std::string key = read_live("privkey.pem");
    CHECK(key == "key of new" || ending != Ending::done);
    CHECK(key == "key of new" || key == (first_ ? "" : "key of old"));
    if (key.empty()) return;
    const std::string leaf = block(key.substr(7));
    CHECK_EQ(read_live("cert.pem"), leaf);
    CHECK_EQ(read_live("chain.pem"), block("middle"));
    CHECK_EQ(read_live("fullchain.pem"), leaf + block("middle"));
  }
  void tidy() override {
    CHECK(remove_expired_live(kPath, {"example.org"}, clock().now()).empty());
    // No key of a version that nobody reads stays.
    const std::string all = disk().listing();
    std::size_t keys = 0;
    for (auto at = all.find("/privkey.pem"); at != std::string::npos; at = all.find("/privkey.pem", at + 1)) ++keys;
    CHECK_EQ(keys, read_live("privkey.pem").empty() ? 0U : 1U);
  }

  const bool first_;
};

}  // namespace

static void the_first_version() {
  explore([] { return std::make_unique<WriteLive>(true); }, {.power_cuts = 4});
}

static void the_next_version() {
  explore([] { return std::make_unique<WriteLive>(false); }, {.power_cuts = 4});
}

int main() {
  return acme_test::run("live_directory_crash", {ACME_TEST(the_first_version), ACME_TEST(the_next_version)});
}
