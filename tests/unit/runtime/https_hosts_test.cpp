#include "common/runtime/https_hosts.hpp"

#include "common/runtime/serving_tree.hpp"
#include "tests/check.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;

namespace {

/// Set 0 has its certificate, set 1 only the placeholder, set 2 a stand-in.
struct World {
  World() {
    const auto tree = std::make_shared<ServingTree>(directory.path());
    slots.push_back(slot({"a", 3, tree, false}));
    slots.push_back(slot({"b", 0, tree, false}));
    slots.push_back(slot({"c", 5, tree, true}));
  }
  static std::unique_ptr<CertificateSlot> slot(CertificateSlot::Source source) {
    std::vector<CertificateSlot::Source> sources;
    sources.push_back(std::move(source));
    return std::make_unique<CertificateSlot>(std::move(sources));
  }
  std::optional<std::uint16_t> port_of(std::string_view host) const { return HttpsHosts{names, slots}.port_of(host); }

  TemporaryDirectory directory;
  std::vector<std::unique_ptr<CertificateSlot>> slots;
  // As compile() sorts them.
  std::vector<HttpsName> names{{"*.wild.example", 0, 443},    {"2001:db8::1", 0, 443}, {"a.example", 0, 443},
                               {"b.example", 1, 443},         {"c.example", 2, 443},   {"port.example", 0, 8443},
                               {"wait.wild.example", 1, 443}, {"zz.example", 0, 443}};
};

}  // namespace

static void only_what_is_live_has_a_port() {
  const World world;
  const std::pair<const char*, int> table[] = {
      {"a.example", 443},
      {"A.Example", 443},
      {"a.example.", 443},
      {"zz.example", 443},
      {"port.example", 8443},
      {"b.example", 0},
      {"c.example", 0},
      {"x.wild.example", 443},
      {"x.y.wild.example", 0},
      {"wild.example", 0},
      {"wait.wild.example", 0},
      {".wild.example", 0},
      {"[2001:db8::1]", 443},
      {"2001:DB8::1", 443},
      {"example", 0},
      {"nobody.example", 0},
      {"*.wild.example", 0},
      {"", 0},
      {".", 0},
      {"a.example..", 0},
  };
  for (const auto& [host, port] : table) {
    if (world.port_of(host).value_or(0) != port) print_message("host: %s\n", host);
    CHECK_EQ(world.port_of(host).value_or(0), port);
  }
}

static void junk_is_nobody() {
  const World world;
  for (const std::string& junk :
       {std::string(300, 'a'), std::string(100000, '.'), std::string{"a.example\r\nX: y"}, std::string{"a.example/x"},
        std::string{"a.example:80"}, std::string{"user@a.example"}, std::string{"\xff\xfe"}, std::string("a\0b", 3),
        std::string{"x y.wild.example"}, std::string{"<x>.wild.example"}, std::string{"[]"},
        std::string{"[a.example"}}) {
    CHECK(!world.port_of(junk).has_value());
  }
}

static void nobody_is_managed() {
  const World world;
  CHECK(!HttpsHosts({}, world.slots).port_of("a.example").has_value());
}

static void redirects() {
  CHECK_EQ(redirect_status(RequireHttps::temporary, true), 302);
  CHECK_EQ(redirect_status(RequireHttps::temporary, false), 307);
  CHECK_EQ(redirect_status(RequireHttps::permanent, true), 301);
  CHECK_EQ(redirect_status(RequireHttps::permanent, false), 308);
  CHECK_EQ(https_url("a.example", 443, "/p/%2e%2e/?q=1&r=//x"), "https://a.example/p/%2e%2e/?q=1&r=//x");
  CHECK_EQ(https_url("a.example", 8443, "//evil.example"), "https://a.example:8443//evil.example");
  CHECK_EQ(https_url("[2001:db8::1]", 8443, "/"), "https://[2001:db8::1]:8443/");
  CHECK_EQ(https_url("2001:db8::1", 443, "/"), "https://[2001:db8::1]/");
  CHECK_EQ(https_url("a.example", 443, ""), "https://a.example/");
  CHECK_EQ(https_url("a.example", 443, "?q"), "https://a.example/?q");
}

int main() {
  return acme_test::run("https_hosts", {ACME_TEST(only_what_is_live_has_a_port), ACME_TEST(junk_is_nobody),
                                        ACME_TEST(nobody_is_managed), ACME_TEST(redirects)});
}
