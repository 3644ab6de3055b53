#include "common/preflight/address_kind.hpp"

#include "tests/check.hpp"

using namespace acme;

static void addresses_are_of_their_kind() {
  const std::pair<const char*, AddressKind> cases[] = {
      {"8.8.8.8", AddressKind::global},
      {"9.255.255.255", AddressKind::global},
      {"10.0.0.1", AddressKind::private_use},
      {"11.0.0.0", AddressKind::global},
      {"100.63.255.255", AddressKind::global},
      {"100.64.0.1", AddressKind::carrier},
      {"100.127.255.255", AddressKind::carrier},
      {"100.128.0.0", AddressKind::global},
      {"127.0.0.1", AddressKind::loopback},
      {"127.255.0.9", AddressKind::loopback},
      {"169.254.169.254", AddressKind::link_local},
      {"172.15.0.1", AddressKind::global},
      {"172.16.0.1", AddressKind::private_use},
      {"172.31.255.255", AddressKind::private_use},
      {"172.32.0.0", AddressKind::global},
      {"192.168.3.4", AddressKind::private_use},
      {"192.0.2.1", AddressKind::documentation},
      {"198.19.0.1", AddressKind::documentation},
      {"0.0.0.0", AddressKind::reserved},
      {"224.0.0.1", AddressKind::reserved},
      {"255.255.255.255", AddressKind::reserved},
      {"::1", AddressKind::loopback},
      {"::", AddressKind::reserved},
      {"::ffff:10.1.2.3", AddressKind::private_use},
      {"::ffff:8.8.8.8", AddressKind::global},
      {"fd00::1", AddressKind::private_use},
      {"fe80::1", AddressKind::link_local},
      {"2001:db8::1", AddressKind::documentation},
      {"2606:4700::1", AddressKind::global},
      {"3fff::1", AddressKind::documentation},
      {"ff02::1", AddressKind::reserved},
      {"example.org", AddressKind::reserved},
      {"", AddressKind::reserved},
  };
  for (const auto& [address, kind] : cases) {
    if (address_kind(address) != kind) print_message("%s: %s\n", address, address_kind_words(address_kind(address)));
    CHECK(address_kind(address) == kind);
  }
}

int main() { return acme_test::run("address_kind", {ACME_TEST(addresses_are_of_their_kind)}); }
