// Each row of the configuration's table has its maker.
#include "common/base/text.hpp"
#include "common/config/dns_provider_words.hpp"
#include "common/dns_provider/dns_provider.hpp"
#include "tests/check.hpp"
#include "tests/fakes/poll_loop.hpp"

using namespace acme;
using namespace acme_test;

static void what_the_configuration_names_can_be_made() {
  PollLoop loop;
  for (const auto& words : dns_provider_words()) {
    DnsProviderConfig config;
    config.name = words.name;
    DnsProviderTools tools;
    tools.scheduler = &loop.scheduler;
    tools.descriptors = &loop.descriptors;
    const auto made = make_dns_provider(config, tools);
    // Without its settings it may be refused, but it is known.
    if (!made && made.error().message.find("there is no DNS provider") == 0) {
      throw Failure{__FILE__, __LINE__, made.error().message};
    }
  }
}

static void another_name_is_a_mistake() {
  DnsProviderConfig config;
  config.name = "nobody\n";
  const auto made = make_dns_provider(config, {});
  CHECK(made.error().kind == ErrorKind::configuration);
  CHECK_EQ(made.error().message, "there is no DNS provider \"nobody?\"");
}

int main() {
  return acme_test::run("factory", {
                                       ACME_TEST(what_the_configuration_names_can_be_made),
                                       ACME_TEST(another_name_is_a_mistake),
                                   });
}
