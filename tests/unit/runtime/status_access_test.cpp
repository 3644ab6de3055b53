#include "common/runtime/status_access.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstring>
#include <string>

#include "tests/check.hpp"

using namespace acme;

namespace {

bool local(int family, const char* text) {
  if (family == AF_INET) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    CHECK_EQ(1, ::inet_pton(AF_INET, text, &address.sin_addr));
    return is_this_machine(reinterpret_cast<const sockaddr&>(address));
  }
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  CHECK_EQ(1, ::inet_pton(AF_INET6, text, &address.sin6_addr));
  return is_this_machine(reinterpret_cast<const sockaddr&>(address));
}

}  // namespace

static void addresses_of_this_machine() {
  for (const char* text : {"127.0.0.1", "127.0.0.0", "127.255.255.255", "127.1.2.3"}) CHECK(local(AF_INET, text));
  for (const char* text : {"::1", "::ffff:127.0.0.1", "::ffff:127.9.9.9"}) CHECK(local(AF_INET6, text));
  sockaddr_un socket{};
  socket.sun_family = AF_UNIX;
  CHECK(is_this_machine(reinterpret_cast<const sockaddr&>(socket)));
}

static void addresses_of_others() {
  for (const char* text : {"0.0.0.0", "126.255.255.255", "128.0.0.1", "10.0.0.1", "192.0.2.127", "1.0.0.127"}) {
    CHECK(!local(AF_INET, text));
  }
  // The deprecated ::127.0.0.1 is no loopback address; neither is a link-local one.
  for (const char* text : {"::", "::2", "::127.0.0.1", "::ffff:128.0.0.1", "::ffff:10.0.0.1", "fe80::1", "1::1",
                           "64:ff9b::127.0.0.1", "::fffe:127.0.0.1"}) {
    CHECK(!local(AF_INET6, text));
  }
  sockaddr nothing{};
  nothing.sa_family = AF_UNSPEC;
  CHECK(!is_this_machine(nothing));
}

static void addresses_as_text() {
  for (const char* text : {"127.0.0.1", "::1", "::ffff:127.0.0.1"}) CHECK(is_this_machine(std::string_view{text}));
  for (const char* text : {"", "10.0.0.1", "localhost", "127.0.0.1 ", "127.0.0.1:80", "[::1]", "127.1", "::", "x"}) {
    CHECK(!is_this_machine(std::string_view{text}));
  }
}

static void what_is_below_a_location() {
  struct Row {
    const char* path;
    const char* prefix;
    std::optional<std::string_view> below;
  };
  const Row rows[] = {
      {"/acme", "/acme", ""},
      {"/acme/", "/acme", "/"},
      {"/acme/x/y", "/acme", "/x/y"},
      {"/acmeXYZ", "/acme", {}},
      {"/acme.html", "/acme", {}},
      {"/acme", "/acme/", ""},
      {"/acme/", "/acme/", "/"},
      {"/acme/x", "/acme/", "/x"},
      {"/", "/", "/"},
      {"/x", "/", "/x"},
      {"", "/", ""},
      {"/other", "/acme", {}},
      {"/acm", "/acme", {}},
      {"/a/acme", "/acme", {}},
      {"/acme//", "/acme", "//"},
      {"/acme%00", "/acme", {}},
      {"/ACME", "/acme", {}},
  };
  for (const Row& row : rows) CHECK(below_location(row.path, row.prefix) == row.below);
  const std::string with_nul{"/acme\0x", 7};
  CHECK(!below_location(with_nul, "/acme"));
}

static void words_of_access() {
  CHECK(*parse_status_access("open") == StatusAccess::open);
  CHECK(*parse_status_access("local") == StatusAccess::local);
  for (const char* word : {"", "Open", "on", "off", "open ", "all"}) CHECK(!parse_status_access(word));
}

int main() {
  return acme_test::run(
      "status_access", {ACME_TEST(addresses_of_this_machine), ACME_TEST(addresses_of_others),
                        ACME_TEST(addresses_as_text), ACME_TEST(what_is_below_a_location), ACME_TEST(words_of_access)});
}
