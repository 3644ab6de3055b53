#include "common/base/challenge_type.hpp"

#include "tests/check.hpp"

using namespace acme;

static void each_type_proves_what_it_can() {
  const Identifier host{IdentifierType::dns, "example.org"};
  const Identifier wildcard{IdentifierType::dns, "*.example.org"};
  const Identifier address{IdentifierType::ip, "192.0.2.1"};
  struct Row {
    std::string_view type;
    bool host, wildcard, address;
  };
  const Row rows[] = {{"http-01", true, false, true},
                      {"tls-alpn-01", true, false, true},
                      {"dns-01", true, true, false},
                      {"dns-account-01", true, true, false},
                      {"dns-persist-01", true, true, false},
                      {"tkauth-01", false, false, false},
                      {"", false, false, false},
                      {"HTTP-01", false, false, false}};
  for (const auto& row : rows) {
    CHECK_EQ(can_prove(row.type, host), row.host);
    CHECK_EQ(can_prove(row.type, wildcard), row.wildcard);
    CHECK_EQ(can_prove(row.type, address), row.address);
  }
  CHECK(sets_dns_record(kDns01) && sets_dns_record(kDnsAccount01) && !sets_dns_record(kDnsPersist01));
}

int main() { return acme_test::run("base/challenge_type", {ACME_TEST(each_type_proves_what_it_can)}); }
