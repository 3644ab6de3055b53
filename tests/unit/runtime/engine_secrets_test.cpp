#include "common/runtime/engine_secrets.hpp"

#include "tests/check.hpp"
#include "tests/fakes/own_memory.hpp"

using namespace acme;
using namespace acme_test;

// Not in memory that is written to.
static constexpr const char* kToken = "vT4Xq9Lk2Wz7Rm5Hn8Bs3Yd6Cf1Gj0Pu";

static Configuration with_secrets() {
  Configuration configuration;
  auto& issuer = configuration.issuers["ca"];
  issuer.name = "ca";
  issuer.account_key_pem = Secret{kToken};
  issuer.external_account.emplace().key = Secret{kToken};
  issuer.dns_providers.emplace_back().secrets["api_token"] = Secret{kToken};
  issuer.dns_providers.back().settings["zone_id"] = "zone";
  configuration.notify.emplace_back().secret = Secret{kToken};
  return configuration;
}

static void nothing_of_them_is_left() {
  const OwnMemory memory;
  const std::vector<Masked> pieces{masked(kToken), masked(kToken + kPiece)};
  Configuration configuration = with_secrets();
  CHECK(memory.places_of(pieces) >= 8);  // or this looks for the wrong thing
  forget_engine_secrets(configuration);
  CHECK_EQ(memory.places_of(pieces), 0U);
  // The rest is what pages and answers are made of.
  CHECK_EQ(configuration.issuers.at("ca").name, "ca");
  CHECK_EQ(configuration.issuers.at("ca").dns_providers.at(0).settings.at("zone_id"), "zone");
  CHECK_EQ(configuration.notify.size(), 1U);
  forget_engine_secrets(configuration);
}

int main(int, char** argv) {
  link_at_once(argv);
  return acme_test::run("engine_secrets", {ACME_TEST(nothing_of_them_is_left)});
}
