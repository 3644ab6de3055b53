#include "common/config/directives.hpp"

#include "tests/check.hpp"

using namespace acme;

namespace {

Status apply(IssuerConfig& issuer, std::string_view word, std::vector<std::string> arguments) {
  DirectiveContext context;
  context.absolute_path = [](const std::string& path) { return path.front() == '/' ? path : "/prefix/" + path; };
  context.read_file = [](const std::string& path) -> Result<Secret> {
    if (path == "/prefix/mac") return Secret{"c2VjcmV0\n"};
    return Error{ErrorKind::not_found, "no such file: " + path};
  };
  return apply_issuer_word(issuer, word, arguments, context);
}

}  // namespace

static void an_issuer_takes_its_words() {
  IssuerConfig issuer = *new_issuer("ca", "file:1");
  CHECK_OK(apply(issuer, "uri", {"https://ca.example/dir"}));
  CHECK_OK(apply(issuer, "contact", {"admin@example.com"}));
  CHECK_OK(apply(issuer, "contact", {"mailto:other@example.com"}));
  CHECK_OK(apply(issuer, "accept_terms_of_service", {}));
  CHECK_OK(apply(issuer, "account_key", {"rsa:3072"}));
  CHECK_OK(apply(issuer, "external_account_key", {"kid-1", "mac"}));
  CHECK_OK(apply(issuer, "profile", {"shortlived", "require"}));
  CHECK_OK(apply(issuer, "ssl_trusted_certificate", {"ca.pem"}));
  CHECK_OK(apply(issuer, "ssl_verify", {"off"}));
  CHECK_OK(apply(issuer, "key", {"ecdsa:384"}));
  CHECK_EQ(issuer.contact.size(), 2U);
  CHECK_EQ(issuer.contact[0], "mailto:admin@example.com");
  CHECK(issuer.accept_terms_of_service);
  CHECK_EQ(issuer.account_key_type.bits, 3072);
  CHECK_EQ(std::string{issuer.external_account->key.view()}, "secret");
  CHECK(issuer.profile_required);
  CHECK_EQ(issuer.ssl_trusted_certificate, "/prefix/ca.pem");
  CHECK(!issuer.ssl_verify);
}

static void bad_words_are_refused() {
  IssuerConfig issuer = *new_issuer("ca", "file:1");
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"uri", {"http://ca.example/dir"}},
      {"uri", {"ca.example"}},
      {"uri", {}},
      {"contact", {"nobody"}},
      {"contact", {"a@b, c@d"}},
      {"contact", {"@b"}},
      {"account_key", {"rsa:1024"}},
      {"account_key", {"no-such-file.pem"}},
      {"external_account_key", {"kid"}},
      {"external_account_key", {"kid", "data:not base64!"}},
      {"external_account_key", {"kid", "absent"}},
      {"challenge", {"dns-02"}},
      {"profile", {"p", "maybe"}},
      {"ssl_verify", {"maybe"}},
      {"renew_before", {"100%"}},
      {"no_such_word", {"x"}},
  };
  for (const auto& [word, arguments] : cases) {
    const auto applied = apply(issuer, word, arguments);
    CHECK(!applied.ok());
    CHECK(!applied.error().message.empty());
  }
}

static void a_key_in_a_message_is_never_shown() {
  IssuerConfig issuer = *new_issuer("ca", "file:1");
  const auto applied = apply(issuer, "external_account_key", {"kid", "data:planted secret!"});
  CHECK(applied.error().message.find("planted") == std::string::npos);
}

static void an_unknown_word_lists_the_known_ones() {
  IssuerConfig issuer = *new_issuer("ca", "file:1");
  const auto applied = apply(issuer, "urii", {"x"});
  CHECK(applied.error().hint.find("uri, account_key") != std::string::npos);
}

static void issuer_names_are_plain() {
  CHECK(new_issuer("lets-encrypt_2.0", "").ok());
  for (const char* bad : {"", "off", "a/b", "..", ".x", "a b", "\xc3\xa4"}) CHECK(!new_issuer(bad, "").ok());
  CHECK(!new_issuer(std::string(65, 'a'), "").ok());
}

static void a_certificate_directive_has_names_and_parameters() {
  const auto directive =
      parse_certificate_directive({"ca", "a.example", "key=rsa:4096", "b.example", "renew_before=10d"}, "f:2");
  CHECK_OK(directive);
  CHECK_EQ(directive->issuer, "ca");
  CHECK_EQ(directive->names.size(), 2U);
  CHECK_EQ(directive->key_types.at(0).bits, 4096);
  CHECK_EQ(directive->renew_before->time->count(), 864000);
  CHECK(parse_certificate_directive({"off"}, "")->off);
  for (const auto& bad : std::vector<std::vector<std::string>>{
           {}, {""}, {"off", "x"}, {"ca", "key=dsa"}, {"ca", "color=red"}, {"ca", "challenge=dns-01"}}) {
    CHECK(!parse_certificate_directive(bad, "").ok());
  }
}

static void reload_has_an_interval() {
  const auto reload = parse_reload_directive({"on", "interval=5m"});
  CHECK_OK(reload);
  CHECK_EQ(reload->interval.count(), 300);
  CHECK(!parse_reload_directive({"off"})->enabled);
  CHECK(!parse_reload_directive({"perhaps"}).ok());
  CHECK(!parse_reload_directive({"on", "often"}).ok());
  CHECK(!parse_reload_directive({"on", "interval=-1s"}).ok());
}

int main() {
  return acme_test::run("directives",
                        {ACME_TEST(an_issuer_takes_its_words), ACME_TEST(bad_words_are_refused),
                         ACME_TEST(a_key_in_a_message_is_never_shown), ACME_TEST(an_unknown_word_lists_the_known_ones),
                         ACME_TEST(issuer_names_are_plain), ACME_TEST(a_certificate_directive_has_names_and_parameters),
                         ACME_TEST(reload_has_an_interval)});
}
