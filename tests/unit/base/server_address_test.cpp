#include "common/base/server_address.hpp"

#include "tests/check.hpp"

using namespace acme;

static void addresses_are_read() {
  const auto text = [](std::string_view written) {
    const auto address = parse_server_address(written);
    return address ? address->text() : std::string{"(none)"};
  };
  CHECK_EQ(text("192.0.2.1"), "192.0.2.1");
  CHECK_EQ(text("192.0.2.1:53"), "192.0.2.1:53");
  CHECK_EQ(text("2001:DB8:0::1"), "2001:db8::1");
  CHECK_EQ(text("[2001:db8::1]"), "2001:db8::1");
  CHECK_EQ(text("[2001:db8::1]:5353"), "[2001:db8::1]:5353");
  for (const char* bad :
       {"", ":", ":53", "192.0.2", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:x", "[192.0.2.1]:53",
        "[::1", "[]", "[::1]53", "[::1]:", "ns.example", "ns.example:53", "::1%lo"}) {
    CHECK_EQ(text(bad), "(none)");
  }
}

int main() { return acme_test::run("server_address", {ACME_TEST(addresses_are_read)}); }
