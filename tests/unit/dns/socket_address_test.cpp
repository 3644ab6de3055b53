#include "common/dns/socket_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "tests/check.hpp"

using namespace acme;

static void addresses_get_their_port() {
  for (const auto& [text, port] : {std::pair{"192.0.2.1", 53}, std::pair{"192.0.2.1:5353", 5353}}) {
    const auto address = to_socket_address(text);
    CHECK_OK(address);
    CHECK_EQ(address->family(), AF_INET);
    CHECK_EQ(ntohs(reinterpret_cast<const sockaddr_in*>(&address->storage)->sin_port), port);
  }
  for (const auto& [text, port] : {std::pair{"2001:db8::1", 53}, std::pair{"[2001:db8::1]:5353", 5353}}) {
    const auto address = to_socket_address(text);
    CHECK_OK(address);
    CHECK_EQ(address->family(), AF_INET6);
    CHECK_EQ(ntohs(reinterpret_cast<const sockaddr_in6*>(&address->storage)->sin6_port), port);
  }
}

static void a_link_local_address_has_its_interface() {
  const auto address = to_socket_address("fe80::1%lo");
  CHECK_OK(address);
  CHECK(reinterpret_cast<const sockaddr_in6*>(&address->storage)->sin6_scope_id != 0);
}

static void what_is_no_address_is_refused() {
  using namespace std::string_literals;
  for (const auto& text : {""s, "1"s, "localhost"s, "192.0.2.1:0"s, "192.0.2.1:99999"s, "192.0.2.1:x"s, "[::1"s, "%"s,
                           "fe80::1%no-such-interface"s, "192.0.2.1\0"s, "a%b"s})
    CHECK(to_socket_address(text).error().kind == ErrorKind::configuration);
}

static void ports_are_written_as_they_are_read() {
  CHECK_EQ(with_port("192.0.2.1", 53), "192.0.2.1:53");
  CHECK_EQ(with_port("2001:db8::1", 53), "[2001:db8::1]:53");
}

int main() {
  return acme_test::run("dns/socket_address",
                        {ACME_TEST(addresses_get_their_port), ACME_TEST(a_link_local_address_has_its_interface),
                         ACME_TEST(what_is_no_address_is_refused), ACME_TEST(ports_are_written_as_they_are_read)});
}
