#include "common/client/account.hpp"

#include "common/base/text.hpp"
#include "common/protocol/jws.hpp"
#include "tests/check.hpp"
#include "tests/fakes/account_world.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

const std::string kMac = "0123456789abcdef0123456789abcdef";

void set_binding(IssuerConfig& issuer, const std::string& kid, const std::string& mac,
                 MacAlgorithm algorithm = MacAlgorithm::hs256) {
  ExternalAccount external;
  external.kid = kid;
  external.key = Secret{mac};
  external.algorithm = algorithm;
  issuer.external_account = std::move(external);
}

Secret new_key_pem() { return *PrivateKey::generate({})->to_pem(); }

}  // namespace

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

static void a_binding_is_signed_as_configured() {
  for (const auto algorithm : {MacAlgorithm::hs256, MacAlgorithm::hs384, MacAlgorithm::hs512}) {
    AccountWorld world;
    world.ca.external_account_required = true;
    world.ca.external_keys["customer-7"].mac = kMac;
    set_binding(world.issuer, "customer-7", kMac, algorithm);
    CHECK_OK(world.run(ensure_account(world.context())));
    CHECK(world.ca.external_keys["customer-7"].used);
    CHECK_EQ(world.stored()->external_account_id, "customer-7");
  }
}

static void a_binding_that_is_refused_says_what_to_check() {
  const struct {
    const char* kid;
    std::string mac;
  } table[] = {{"customer-7", std::string(32, 'x')}, {"customer-8", kMac}, {"", kMac}};
  for (const auto& row : table) {
    AccountWorld world;
    world.ca.external_account_required = true;
    world.ca.external_keys["customer-7"].mac = kMac;
    set_binding(world.issuer, row.kid, row.mac);
    const auto ensured = world.run(ensure_account(world.context()));
    CHECK(!ensured.ok());
    CHECK(ensured.error().hint.find("key id and MAC key from it for `external_account_key`") != std::string::npos);
    CHECK(ensured.error().message.find(row.mac) == std::string::npos);
    CHECK(world.ca.records().accounts.empty());
    CHECK(world.stored()->url.empty());
    // The operator corrects it: the same key is registered.
    set_binding(world.issuer, "customer-7", kMac);
    CHECK_OK(world.run(ensure_account(world.context())));
    CHECK_EQ(world.keys.made, 1);
  }
}

static void a_binding_for_one_use_survives_a_lost_answer() {
  AccountWorld world;
  world.ca.external_account_required = true;
  world.ca.external_keys["customer-7"].mac = kMac;
  world.ca.external_keys["customer-7"].one_use = true;
  // A CA that looks at the binding before it looks for the key.
  set_binding(world.issuer, "customer-7", kMac);
  world.lose_exchange(3, true);  // directory, nonce, newAccount
  CHECK(!world.run(ensure_account(world.context())).ok());
  CHECK_EQ(world.ca.records().accounts.size(), 1U);
  CHECK(world.stored()->url.empty());
  world.start();
  CHECK_OK(world.run(ensure_account(world.context())));
  CHECK_EQ(world.ca.records().accounts.size(), 1U);
  CHECK_EQ(world.stored()->url, world.ca.records().accounts.at(0).url);
}

static void another_binding_keeps_the_account_and_says_so() {
  AccountWorld world;
  world.ca.external_keys["customer-7"].mac = kMac;
  set_binding(world.issuer, "customer-7", kMac);
  CHECK_OK(world.run(ensure_account(world.context())));
  CHECK(!world.log.has("the account is kept"));
  set_binding(world.issuer, "customer-9", kMac);
  world.start();
  CHECK_OK(world.run(ensure_account(world.context())));
  CHECK(world.log.has("bound to customer-7"));
  CHECK(world.log.has(cat("remove the folder accounts/", *account_slot(world.issuer))));
  CHECK_EQ(world.ca.count(CaRequest::new_account), 1);
}

static void another_key_type_keeps_the_account_and_says_so() {
  AccountWorld world;
  CHECK_OK(world.run(ensure_account(world.context())));
  world.issuer.account_key_type = {KeyAlgorithm::ecdsa, 384};
  world.start();
  CHECK_OK(world.run(ensure_account(world.context())));
  CHECK(world.log.has("kept with its key, ecdsa:256"));
  CHECK_EQ(world.ca.records().accounts.size(), 1U);
}

static void each_key_file_has_its_account() {
  AccountWorld world;
  const Secret first = new_key_pem();
  const Secret second = new_key_pem();
  std::vector<std::string> urls;
  for (const Secret* key : {&first, &second, &first}) {
    world.issuer.account_key_pem = key->clone();
    world.start();
    CHECK_OK(world.run(ensure_account(world.context())));
    urls.push_back(world.session().account_url());
  }
  CHECK(urls[0] != urls[1]);
  CHECK_EQ(urls[0], urls[2]);
  CHECK_EQ(world.ca.count(CaRequest::new_account), 2);
  // Without a file there is a key of our own, and a third account.
  world.issuer.account_key_pem = Secret{};
  world.start();
  CHECK_OK(world.run(ensure_account(world.context())));
  CHECK_EQ(world.ca.records().accounts.size(), 3U);
  CHECK_EQ(world.keys.made, 1);
}

static void an_account_is_found_again_by_its_key() {
  AccountWorld world;
  world.issuer.account_key_pem = new_key_pem();
  CHECK_OK(world.run(ensure_account(world.context())));
  const std::string url = world.session().account_url();
  world.store = MemoryStore{};  // another machine, with the same key file
  world.start();
  CHECK_OK(world.run(ensure_account(world.context())));
  CHECK_EQ(world.session().account_url(), url);
  CHECK(world.log.has("found again"));
}

int main() {
  return acme_test::run(
      "account",
      {ACME_TEST(what_the_ca_wants_is_asked_of_the_operator), ACME_TEST(a_changed_contact_is_sent_once),
       ACME_TEST(another_directory_is_another_account), ACME_TEST(a_binding_is_signed_as_configured),
       ACME_TEST(a_binding_that_is_refused_says_what_to_check), ACME_TEST(a_binding_for_one_use_survives_a_lost_answer),
       ACME_TEST(another_binding_keeps_the_account_and_says_so),
       ACME_TEST(another_key_type_keeps_the_account_and_says_so), ACME_TEST(each_key_file_has_its_account),
       ACME_TEST(an_account_is_found_again_by_its_key)});
}
