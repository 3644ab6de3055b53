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

static void names_of_the_reverse_tree_are_addresses() {
  CHECK(ip_of_reverse_name("7.2.0.192.in-addr.arpa") == "192.0.2.7");
  CHECK(ip_of_reverse_name("0.0.0.0.in-addr.arpa") == "0.0.0.0");
  CHECK(ip_of_reverse_name("b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa") ==
        "4321:0:1:2:3:4:567:89ab");
  CHECK(ip_of_reverse_name("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa") ==
        "2001:db8::1");
  for (const char* bad :
       {"", "in-addr.arpa", ".in-addr.arpa", "2.0.192.in-addr.arpa", "1.7.2.0.192.in-addr.arpa",
        "07.2.0.192.in-addr.arpa", "256.2.0.192.in-addr.arpa", "7.2.0..in-addr.arpa", "x.2.0.192.in-addr.arpa",
        "7.2.0.192.in-addr.arpa.", "7.2.0.192.in-addr.arpa.example.com", "192.0.2.7", "1.ip6.arpa", "example.com",
        "g.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
        "01.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"}) {
    CHECK(!ip_of_reverse_name(bad).has_value());
  }
}

int main() {
  return acme_test::run("ip_address", {ACME_TEST(addresses_become_canonical), ACME_TEST(what_is_no_address_is_refused),
                                       ACME_TEST(names_of_the_reverse_tree_are_addresses)});
}
