#include "common/base/ip_address.hpp"

#include "tests/check.hpp"

using namespace acme;

static std::string canonical(std::string_view text) {
  const auto bytes = parse_ip(text);
  return bytes ? format_ip(*bytes).value_or("?") : "refused";
}

static void addresses_become_canonical() {
  CHECK_EQ(canonical("192.0.2.1"), "192.0.2.1");
  CHECK_EQ(canonical("2001:DB8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
  CHECK_EQ(canonical("0:0:0:0:0:0:0:1"), "::1");
}

static void what_is_no_address_is_refused() {
  for (const char* bad : {"", "192.0.2", "192.0.2.256", "192.0.2.1 ", "[::1]", "fe80::1%eth0", "::g", "example.com"}) {
    CHECK_EQ(canonical(bad), "refused");
  }
  CHECK_EQ(canonical(std::string_view{"::1\0", 4}), "refused");
  CHECK(!format_ip(std::vector<std::uint8_t>(5)).has_value());
}

int main() {
  return acme_test::run("ip_address",
                        {ACME_TEST(addresses_become_canonical), ACME_TEST(what_is_no_address_is_refused)});
}
