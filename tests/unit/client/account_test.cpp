#include "common/client/account.hpp"

#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

static void what_the_ca_wants_is_asked_of_the_operator() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().terms = "https://ca.test/terms";
  world.ca().external_account_required = true;
  world.start();
  world.pass(10s);
  CHECK(world.log.has("accept_terms_of_service"));
  CHECK_EQ(world.ca().count(CaRequest::new_account), 0);
  world.issuer().accept_terms_of_service = true;
  world.start();
  world.pass(10s);
  CHECK(world.log.has("external_account_key"));
  CHECK_EQ(world.ca().count(CaRequest::new_account), 0);
  ExternalAccount external;
  external.kid = "customer-7";
  external.key = Secret{std::string(32, 'k')};
  world.issuer().external_account = std::move(external);
  world.start();
  CHECK(world.reach_version(1, 10s));
  CHECK_EQ(world.ca().records().accounts.size(), 1U);
  CHECK_EQ(world.keys.made, 2);  // the account's key was made once
}

static void a_changed_contact_is_sent_once() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.start();
  CHECK(world.reach_version(1, 10s));
  CHECK_EQ(world.ca().count(CaRequest::account), 0);
  world.issuer().contact = {"mailto:other@example.com"};
  world.add_certificate("b.test");
  world.start();
  CHECK(world.reach_version(1, 10s));
  world.add_certificate("c.test");
  world.start();
  CHECK(world.reach_version(1, 10s));
  CHECK_EQ(world.ca().count(CaRequest::account), 1);
  CHECK_EQ(world.ca().records().accounts.at(0).contact.at(0), "mailto:other@example.com");
}

static void another_directory_is_another_account() {
  IssuerConfig issuer;
  issuer.name = "ca";
  issuer.uri = "https://one.test/directory";
  const auto one = account_slot(issuer);
  issuer.uri = "https://two.test/directory";
  const auto two = account_slot(issuer);
  CHECK_OK(one);
  CHECK_OK(two);
  CHECK(*one != *two);
  CHECK(one->starts_with("ca-"));
}

int main() {
  return acme_test::run(
      "account", {ACME_TEST(what_the_ca_wants_is_asked_of_the_operator), ACME_TEST(a_changed_contact_is_sent_once),
                  ACME_TEST(another_directory_is_another_account)});
}
