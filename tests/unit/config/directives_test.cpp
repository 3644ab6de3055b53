#include "common/config/directives.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

Status apply(IssuerConfig& issuer, std::string_view word, std::vector<std::string> arguments) {
  DirectiveContext context;
  context.absolute_path = [](const std::string& path) { return path.front() == '/' ? path : "/prefix/" + path; };
  context.read_file = [](const std::string& path) -> Result<Secret> {
    if (path == "/prefix/mac") return Secret{"c2VjcmV0\n"};
    if (path == "/prefix/eab.json") return Secret{R"({"kid": "kid-2", "hmac": "c2VjcmV0"})"};
    if (path == "/prefix/rsa.pem") return Secret{"PEM"};
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

static void an_issuer_takes_what_a_whole_life_needs() {
  IssuerConfig issuer = *new_issuer("ca", "file:1");
  CHECK_OK(apply(issuer, "fallback", {"second", "third", "after=5"}));
  CHECK_OK(apply(issuer, "proxy", {"http://user:pw@proxy.example:3128"}));
  CHECK_OK(apply(issuer, "must_staple", {"on"}));
  CHECK_OK(apply(issuer, "reuse_key", {"on"}));
  CHECK_OK(apply(issuer, "lifetime", {"7d"}));
  CHECK_OK(apply(issuer, "renew_window", {"02:00-05:00", "+01:00"}));
  CHECK_OK(apply(issuer, "staging_uri", {"https://staging.example/dir?x=1"}));
  CHECK_OK(apply(issuer, "account_key", {"rsa.pem"}));
  CHECK_OK(apply(issuer, "external_account_key", {"kid-3", "data:c2Vjc_-0", "HS512"}));
  CHECK_EQ(join(issuer.fallback, ","), "second,third");
  CHECK_EQ(issuer.fallback_after, 5U);
  CHECK_EQ(issuer.proxy, "http://user:pw@proxy.example:3128");
  CHECK(issuer.must_staple && issuer.reuse_key);
  CHECK_EQ(issuer.lifetime->count(), 7 * 86400);
  CHECK(issuer.renew_window->contains(*parse_rfc3339("2026-01-01T01:00:00Z")));
  CHECK(!issuer.renew_window->contains(*parse_rfc3339("2026-01-01T04:00:00Z")));
  CHECK_EQ(issuer.staging_uri, "https://staging.example/dir?x=1");
  CHECK_EQ(issuer.account_key_file, "/prefix/rsa.pem");
  CHECK(issuer.external_account->algorithm == MacAlgorithm::hs512);
}

static void a_json_file_binds_the_account() {
  IssuerConfig issuer = *new_issuer("ca", "file:1");
  CHECK_OK(apply(issuer, "external_account_key", {"eab.json"}));
  CHECK_EQ(issuer.external_account->kid, "kid-2");
  CHECK_EQ(std::string{issuer.external_account->key.view()}, "secret");
}

static void what_can_be_once_is_refused_twice() {
  const std::pair<const char*, std::vector<std::string>> words[] = {
      {"uri", {"https://ca.example/dir"}},
      {"account_key", {"rsa.pem"}},
      {"account_key", {"ecdsa"}},
      {"key", {"ecdsa"}},
      {"external_account_key", {"k", "mac"}},
      {"fallback", {"x"}},
      {"accept_terms_of_service", {}},
      {"must_staple", {"off"}},
      {"profile", {"p"}},
  };
  for (const auto& [word, arguments] : words) {
    IssuerConfig issuer = *new_issuer("ca", "file:1");
    CHECK_OK(apply(issuer, word, arguments));
    const auto again = apply(issuer, word, arguments);
    CHECK(!again.ok());
    CHECK(again.error().message.find("twice") != std::string::npos);
  }
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
      {"challenge", {"http-01", "http"}},
      {"resolver", {}},
      {"resolver", {"ns.example"}},
      {"resolver", {"192.0.2.1", "192.0.2.1"}},
      {"resolver", {"192.0.2.1:99999"}},
      {"http01", {"on"}},
      {"http01", {"statefull"}},
      {"share_wildcard", {"maybe"}},
      {"caa", {"maybe"}},
      {"preflight", {"maybe"}},
      {"dns_provider", {}},
      {"profile", {"p", "maybe"}},
      {"ssl_verify", {"maybe"}},
      {"renew_before", {"100%"}},
      {"no_such_word", {"x"}},
      {"external_account_key", {"data:c2VjcmV0"}},
      {"external_account_key", {"mac"}},
      {"external_account_key", {"kid", "data:c2VjcmV0", "HS1"}},
      {"external_account_key", {"", "data:c2VjcmV0"}},
      {"external_account_key", {"kid", "data:c2VjcmV0", "HS256", "x"}},
      {"fallback", {}},
      {"fallback", {"after=3"}},
      {"fallback", {"other", "after=0"}},
      {"fallback", {"other", "after=101"}},
      {"fallback", {"other", "after=x"}},
      {"fallback", {"other", "after=2", "after=3"}},
      {"fallback", {"a/b"}},
      {"fallback", {"off"}},
      {"proxy", {"proxy.example:3128"}},
      {"proxy", {"socks5://proxy.example:1080"}},
      {"proxy", {"http://proxy.example"}},
      {"must_staple", {"maybe"}},
      {"must_staple", {}},
      {"reuse_key", {"1"}},
      {"lifetime", {"29s"}},
      {"lifetime", {"4000d"}},
      {"lifetime", {"long"}},
      {"lifetime", {""}},
      {"renew_window", {"02:00"}},
      {"renew_window", {"02:00-02:00"}},
      {"renew_window", {"02:00-05:00", "Nowhere/Place"}},
      {"renew_window", {"02:00-05:00", "../etc/passwd"}},
      {"renew_window", {}},
      {"staging_uri", {"http://ca.example/dir"}},
      {"profile", {""}},
  };
  for (const auto& [word, arguments] : cases) {
    issuer.words.clear();
    const auto applied = apply(issuer, word, arguments);
    if (applied.ok()) print_message("accepted: %s\n", word);
    CHECK(!applied.ok());
    CHECK(!applied.error().message.empty());
  }
}

static void a_key_in_a_message_is_never_shown() {
  IssuerConfig issuer = *new_issuer("ca", "file:1");
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"external_account_key", {"kid", "data:planted secret!"}},
      {"external_account_key", {"data:planted"}},
      {"proxy", {"http://user:planted@proxy.example"}},
      {"proxy", {"http://user:planted@pro xy.example:80"}},
      {"proxy", {"user:planted@proxy.example:80"}},
  };
  for (const auto& [word, arguments] : cases) {
    issuer.words.clear();
    const auto applied = apply(issuer, word, arguments);
    CHECK(!applied.ok());
    CHECK((applied.error().message + applied.error().hint).find("planted") == std::string::npos);
  }
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
  for (const auto& bad : std::vector<std::vector<std::string>>{{},
                                                               {""},
                                                               {"off", "x"},
                                                               {"ca", "key=dsa"},
                                                               {"ca", "color=red"},
                                                               {"ca", "challenge=dns-02"},
                                                               {"ca", "challenge="},
                                                               {"ca", "challenge=dns-01,dns"},
                                                               {"ca", "share_wildcard=maybe"},
                                                               {"ca", "key=rsa", "key=ecdsa"},
                                                               {"ca", "key="},
                                                               {"ca", "must_staple=maybe"},
                                                               {"ca", "reuse_key="},
                                                               {"ca", "lifetime=1s"},
                                                               {"ca", "lifetime=7d", "lifetime=8d"},
                                                               {"ca", "renew_before=120%"},
                                                               {"ca", "=x"}}) {
    CHECK(!parse_certificate_directive(bad, "").ok());
  }
  const auto more = parse_certificate_directive({"ca", "must_staple=on", "reuse_key=off", "lifetime=6d"}, "");
  CHECK_OK(more);
  CHECK(more->must_staple == true && more->reuse_key == false);
  CHECK_EQ(more->lifetime->count(), 6 * 86400);
}

static void an_event_runs_a_program() {
  const auto hook = parse_event_directive({"renewed", "/bin/program", "--for", "$x;y"}, "f:3");
  CHECK_OK(hook);
  CHECK(hook->event == HookEvent::renewed);
  CHECK_EQ(join(hook->argv, "|"), "/bin/program|--for|$x;y");
  CHECK_EQ(hook->where, "f:3");
  CHECK(parse_event_directive({"challenge-setup", "/p"}, "")->event == HookEvent::challenge_setup);
  CHECK(parse_event_directive({"installed", "/p"}, "")->event == HookEvent::installed);
  for (const auto& bad : std::vector<std::vector<std::string>>{
           {}, {"renewed"}, {"renewed", "program"}, {"renewed", ""}, {"Renewed", "/p"}, {"often", "/p"}, {"", "/p"}}) {
    const auto refused = parse_event_directive(bad, "");
    CHECK(!refused.ok());
    CHECK(refused.error().hint.find("challenge-setup") != std::string::npos);
  }
}

static void https_is_required_in_three_ways() {
  CHECK(*parse_require_https("off") == RequireHttps::off);
  CHECK(*parse_require_https("temporary") == RequireHttps::temporary);
  CHECK(*parse_require_https("permanent") == RequireHttps::permanent);
  for (const char* bad : {"", "on", "always", "301"}) CHECK(!parse_require_https(bad).ok());
}

static void reload_has_an_interval() {
  const auto reload = parse_reload_directive({"on", "interval=5m"});
  CHECK_OK(reload);
  CHECK_EQ(reload->interval.count(), 300);
  CHECK(!parse_reload_directive({"off"})->enabled);
  CHECK(!parse_reload_directive({"perhaps"}).ok());
  CHECK(!parse_reload_directive({"on", "often"}).ok());
  CHECK(!parse_reload_directive({"on", "interval=-1s"}).ok());
  CHECK(!parse_reload_directive({}).ok());
  CHECK(!reload->window.has_value());
}

static void reload_has_a_window() {
  const auto reload = parse_reload_directive({"on", "window=02:00-05:00,+02:00", "interval=1h"});
  CHECK_OK(reload);
  CHECK(reload->window->contains(*parse_rfc3339("2026-01-01T00:00:00Z")));
  CHECK(!reload->window->contains(*parse_rfc3339("2026-01-01T03:00:00Z")));
  CHECK_OK(parse_reload_directive({"on", "window=22:00-02:00"}));
  for (const auto& bad : std::vector<std::vector<std::string>>{{"on", "window="},
                                                               {"on", "window=2-5"},
                                                               {"on", "window=02:00-05:00,Nowhere/Place"},
                                                               {"on", "window=02:00-05:00", "window=03:00-05:00"},
                                                               {"off", "window=02:00-05:00"}}) {
    CHECK(!parse_reload_directive(bad).ok());
  }
}

int main() {
  return acme_test::run("directives",
                        {ACME_TEST(an_issuer_takes_its_words), ACME_TEST(bad_words_are_refused),
                         ACME_TEST(a_key_in_a_message_is_never_shown), ACME_TEST(an_unknown_word_lists_the_known_ones),
                         ACME_TEST(issuer_names_are_plain), ACME_TEST(a_certificate_directive_has_names_and_parameters),
                         ACME_TEST(reload_has_an_interval), ACME_TEST(reload_has_a_window),
                         ACME_TEST(an_issuer_takes_what_a_whole_life_needs), ACME_TEST(a_json_file_binds_the_account),
                         ACME_TEST(what_can_be_once_is_refused_twice), ACME_TEST(an_event_runs_a_program),
                         ACME_TEST(https_is_required_in_three_ways)});
}
