// What any server may send in place of a DNS answer. The first byte chooses the type that was asked for.
#include "common/dns/message.hpp"
#include "tests/fakes/dns_properties.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

constexpr DnsType kTypes[] = {DnsType::a,   DnsType::ns,   DnsType::cname, DnsType::soa,
                              DnsType::txt, DnsType::aaaa, DnsType::caa};

}  // namespace

FUZZ_TARGET(dns_message) {
  Input rest{input};
  const DnsType type = kTypes[rest.byte() % std::size(kTypes)];
  const std::vector<std::uint8_t> message(rest.rest().begin(), rest.rest().end());
  const auto asked = make_query({"www.example.org", type}, 0x1234);
  CHECK_OK(asked);
  acme_test::check_dns_message(message, {"www.example.org", type}, *asked);
}
