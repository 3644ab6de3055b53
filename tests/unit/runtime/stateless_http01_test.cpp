#include "common/runtime/stateless_http01.hpp"

#include "common/config/compile.hpp"
#include "common/config/directives.hpp"
#include "common/protocol/jws.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

constexpr const char* kToken = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA";

struct World {
  World() {
    for (const char* name : {"stateless", "usual", "fallback"}) {
      IssuerConfig issuer = *new_issuer(name, "conf:1");
      issuer.uri = "https://ca.example/dir";
      auto key = PrivateKey::generate(KeyType{});
      keys.push_back(*std::move(key));
      issuer.account_key_file = "/key.pem";
      issuer.account_key_pem = *keys.back().to_pem();
      CHECK_OK(apply_issuer_word(issuer, "dns_provider", {"exec", "/dns"}, {}));
      draft.issuers.push_back(std::move(issuer));
    }
    draft.issuers[0].http01_stateless = draft.issuers[2].http01_stateless = true;
    draft.issuers[1].fallback = {"fallback"};
  }
  void host(const std::vector<std::string>& certificate) {
    VirtualHostDraft host;
    host.directive = *parse_certificate_directive(certificate, "conf:2");
    draft.hosts.push_back(std::move(host));
  }

  Draft draft;
  std::vector<PrivateKey> keys;
};

StatelessHttp01 made(World& world) {
  auto configuration = compile(std::move(world.draft));
  CHECK_OK(configuration);
  auto stateless = StatelessHttp01::make(*configuration);
  CHECK_OK(stateless);
  return *std::move(stateless);
}

}  // namespace

static void a_managed_host_is_answered_for() {
  World world;
  world.host({"stateless", "a.example.com", "192.0.2.1", "2001:db8::1"});
  const auto answers = made(world);
  const std::string expected = std::string{kToken} + "." + *jwk_thumbprint(world.keys[0]);
  for (const char* host : {"a.example.com", "A.Example.com.", "192.0.2.1", "2001:db8::1", "[2001:DB8::1]"}) {
    CHECK_EQ(answers.answer(kToken, host).value_or("(none)"), expected);
  }
}

static void nothing_else_is() {
  World world;
  world.host({"stateless", "a.example.com"});
  world.host({"stateless", "dns.example.com", "challenge=dns-01"});
  world.host({"stateless", "*.wild.example.com"});
  world.host({"usual", "b.example.com", "challenge=http-01"});
  const auto answers = made(world);
  for (const char* host : {"", "x.example.com", "dns.example.com", "one.wild.example.com", "*.wild.example.com",
                           "a.example.com:80", "a.example.com/", "a_.example.com", "sub.a.example.com"}) {
    CHECK(!answers.answer(kToken, host));
  }
  CHECK(answers.answer(kToken, "a.example.com").has_value());
  CHECK(!answers.answer(std::string_view{kToken}.substr(0, 21), "a.example.com"));
  for (const std::string& token : {std::string{}, std::string(129, 'a'), std::string(30, '.'), std::string(30, '/'),
                                   std::string(30, '\0'), std::string(29, 'a') + "\n", std::string(29, 'a') + "<"}) {
    CHECK(!answers.answer(token, "a.example.com"));
  }
}

static void a_fallback_answers_where_its_issuer_does_not() {
  World world;
  world.host({"usual", "b.example.com"});
  const auto answers = made(world);
  CHECK_EQ(answers.answer(kToken, "b.example.com").value_or("(none)"),
           std::string{kToken} + "." + *jwk_thumbprint(world.keys[2]));
}

static void a_file_without_a_key_is_refused() {
  World world;
  world.host({"stateless", "a.example.com"});
  world.draft.issuers[0].account_key_pem = Secret{std::string_view{"no key"}};
  const auto configuration = compile(std::move(world.draft));
  CHECK_OK(configuration);
  const auto stateless = StatelessHttp01::make(*configuration);
  CHECK(!stateless.ok());
  CHECK_EQ(stateless.error().message.substr(0, 17), "conf:1: /key.pem:");
}

int main() {
  return acme_test::run("stateless_http01", {ACME_TEST(a_managed_host_is_answered_for), ACME_TEST(nothing_else_is),
                                             ACME_TEST(a_fallback_answers_where_its_issuer_does_not),
                                             ACME_TEST(a_file_without_a_key_is_refused)});
}
