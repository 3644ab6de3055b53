#include "common/config/challenge_rules.hpp"

#include "common/base/text.hpp"
#include "common/config/compile.hpp"
#include "common/config/directives.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

using Lines = std::vector<std::vector<std::string>>;

struct World {
  Lines issuer;                                          // its lines
  std::vector<std::vector<std::string>> certificates{};  // arguments of acme_certificate, one for each host
  std::vector<std::vector<std::string>> hosts{};
  bool port_80 = true;
  bool port_443 = false;
  bool inherited = false;
};

Result<Configuration> compiled(const World& world) {
  Draft draft;
  draft.has_port_80 = world.port_80;
  draft.has_port_443 = world.port_443;
  draft.issuers.push_back(*new_issuer("ca", "conf:1"));
  for (const auto& line : world.issuer) {
    DirectiveContext context;
    context.where = "conf:2";
    const Status applied = apply_issuer_word(draft.issuers[0], line[0], {line.begin() + 1, line.end()}, context);
    if (!applied) return applied.error();
  }
  draft.issuers[0].uri = "https://ca.example/dir";
  for (std::size_t i = 0; i < world.hosts.size(); ++i) {
    VirtualHostDraft host;
    host.where = cat("conf:", 10 + i);
    host.names = world.hosts[i];
    host.inherited = world.inherited;
    host.tls_ports = {443};
    host.directive = *parse_certificate_directive(
        world.certificates.empty() ? std::vector<std::string>{"ca"} : world.certificates[i], cat("conf:", 20 + i));
    draft.hosts.push_back(std::move(host));
  }
  return compile(std::move(draft));
}

const Lines kProvider{{"dns_provider", "exec", "/dns", "zone=example.com"}};

std::string challenges(const World& world) {
  const auto configuration = compiled(world);
  CHECK_OK(configuration);
  return join(configuration->certificates.at(0).challenges, " ");
}

std::string names(const CertificateConfig& certificate) {
  std::string text;
  for (const auto& name : certificate.names) text += (text.empty() ? "" : " ") + name.value;
  return text;
}

std::string warnings(const World& world) {
  const auto configuration = compiled(world);
  CHECK_OK(configuration);
  return join(configuration->warnings, "|");
}

void check_contains(const std::string& text, std::string_view part) {
  if (text.find(part) == std::string::npos) CHECK_EQ(text, part);
}

void refused(const World& world, std::string_view message, std::string_view hint) {
  const auto configuration = compiled(world);
  CHECK(!configuration.ok());
  check_contains(configuration.error().message, message);
  check_contains(configuration.error().hint, hint);
}

}  // namespace

static void the_default_is_what_the_server_can_answer() {
  const std::vector<std::vector<std::string>> one{{"a.example.com"}};
  CHECK_EQ(challenges({{}, {}, one}), "http-01");
  CHECK_EQ(challenges({{}, {}, one, true, true}), "http-01 tls-alpn-01");
  CHECK_EQ(challenges({{}, {}, one, false, true}), "tls-alpn-01");
  CHECK_EQ(challenges({{}, {}, one, false, false}), "http-01");
  CHECK_EQ(challenges({kProvider, {}, one, true, true}), "http-01 tls-alpn-01 dns-01");
  CHECK_EQ(challenges({kProvider, {}, one, false, false}), "dns-01");
  CHECK_EQ(challenges({kProvider, {}, {{"a.example.org"}}, false, false}), "http-01");
  CHECK_EQ(challenges({kProvider, {}, {{"a.example.com", "a.example.org"}}, false, false}), "http-01 dns-01");
  CHECK_EQ(challenges({kProvider, {{"ca", "a.example.com", "192.0.2.1"}}, one, false, false}), "http-01 dns-01");
}

static void what_is_written_counts() {
  const std::vector<std::vector<std::string>> one{{"a.example.com"}};
  CHECK_EQ(challenges({{{"challenge", "tls-alpn", "http"}}, {}, one, true, true}), "tls-alpn-01 http-01");
  CHECK_EQ(challenges({{{"challenge", "http"}}, {{"ca", "challenge=dns-persist,tls-alpn-01"}}, one}),
           "dns-persist-01 tls-alpn-01");
}

static void what_nothing_listens_for_is_warned_about() {
  const std::vector<std::vector<std::string>> two{{"a.example.com"}, {"b.example.com"}};
  CHECK_EQ(warnings({{}, {}, two}), "");
  check_contains(warnings({{}, {}, two, false, false}), "no listener on port 80: a CA proves names by http-01 there");
  CHECK(warnings({{}, {}, two, false, false}).find('|') == std::string::npos);
  CHECK_EQ(warnings({{}, {}, two, false, true}), "");
  CHECK_EQ(warnings({kProvider, {}, two, false, false}), "");
  check_contains(warnings({{{"challenge", "tls-alpn-01"}}, {}, two}), "no listener with TLS on port 443: a CA");
  CHECK_EQ(warnings({{{"challenge", "tls-alpn-01", "http-01"}}, {}, two}), "");
  check_contains(warnings({{{"challenge", "tls-alpn-01", "http-01"}}, {}, two, false, false}), "and none on port 80");
  CHECK_EQ(warnings({{{"challenge", "dns-persist-01"}}, {}, two, false, false}), "");
  const Lines elsewhere{{"dns_provider", "exec", "/dns", "zone=example.net"}, {"challenge", "dns-01"}};
  check_contains(warnings({elsewhere, {}, {{"a.example.com"}}}), "must be an alias (CNAME)");
  refused({{{"http01", "stateless"}}, {}, two}, "conf:1: http01 stateless without account_key FILE", "same file");
  CHECK_EQ(warnings({{{"http01", "stateless"}, {"account_key", "/etc/acme/key.pem"}}, {}, two}), "");
}

static void wildcards_need_a_dns_challenge() {
  const std::vector<std::vector<std::string>> wild{{"example.com", "*.example.com"}};
  CHECK_EQ(challenges({kProvider, {}, wild}), "http-01 dns-01");
  CHECK_EQ(challenges({{{"challenge", "dns-persist-01"}}, {}, {{"*.example.com"}}}), "dns-persist-01");
  refused({{}, {}, wild}, "conf:20: http-01 cannot prove the wildcard *.example.com", "dns_provider");
  refused({kProvider, {}, {{"*.example.org"}}}, "no dns_provider of issuer \"ca\" is for the wildcard", "zone=");
  refused({{{"challenge", "http-01", "tls-alpn-01"}}, {}, wild}, "http-01, tls-alpn-01 cannot prove", "one by one");
  refused({{{"challenge", "dns-01"}}, {}, wild}, "conf:1: challenge dns-01 without a dns_provider", "dns_provider");
  refused({{}, {{"ca", "challenge=dns-account-01"}}, wild}, "conf:20: challenge dns-account-01 without",
          "dns_provider");
  refused({kProvider, {{"ca", "192.0.2.1", "challenge=dns-01"}}, wild}, "dns-01 cannot prove the IP address 192.0.2.1",
          "tls-alpn-01");
}

static void what_cannot_be_proved_is_left_out_by_inheritance() {
  World world{{}, {}, {{"*.example.com", "a.example.com"}, {"*.example.com"}}};
  world.inherited = true;
  const auto configuration = compiled(world);
  CHECK_OK(configuration);
  CHECK_EQ(names(configuration->certificates.at(0)), "a.example.com");
  CHECK(!configuration->host_sets.at(1).has_value());
  check_contains(configuration->notices.at(0), "conf:10: left out: *.example.com (http-01 cannot prove");
}

static void a_wildcard_stands_for_what_it_covers() {
  const auto configuration =
      compiled({kProvider, {}, {{"www.example.com", "example.com", "*.example.com", "a.b.example.com"}}});
  CHECK_OK(configuration);
  CHECK_EQ(names(configuration->certificates.at(0)), "*.example.com a.b.example.com example.com");
  CHECK_EQ(configuration->certificates.at(0).first_name, "example.com");
  check_contains(join(configuration->notices, "|"), "stands for www.example.com");
  std::string https;
  for (const auto& name : configuration->https_names) https += name.name + " ";
  CHECK_EQ(https, "*.example.com a.b.example.com example.com www.example.com ");
}

static void a_leading_dot_is_told_once() {
  const World world{kProvider, {}, {{".example.com"}, {".b.example.com"}}};
  const auto configuration = compiled(world);
  CHECK_OK(configuration);
  CHECK_EQ(names(configuration->certificates.at(0)), "*.example.com example.com");
  CHECK_EQ(configuration->notices.size(), 1U);
  CHECK_EQ(names(compiled({{}, {}, {{".example.com"}}})->certificates.at(0)), "example.com www.example.com");
}

static void a_fallback_that_cannot_prove_a_name_is_told() {
  Draft draft;
  for (const char* name : {"ca", "other"}) draft.issuers.push_back(*new_issuer(name, "conf:1"));
  for (auto& issuer : draft.issuers) issuer.uri = "https://ca.example/dir";
  CHECK_OK(apply_issuer_word(draft.issuers[0], "dns_provider", {"exec", "/dns"}, {}));
  draft.issuers[0].fallback = {"other"};
  VirtualHostDraft host;
  host.directive = *parse_certificate_directive({"ca", "*.example.com"}, "conf:3");
  draft.hosts.push_back(std::move(host));
  const auto configuration = compile(std::move(draft));
  CHECK_OK(configuration);
  check_contains(join(configuration->warnings, "|"), "fallback other has no dns_provider for *.example.com");
}

int main() {
  return acme_test::run(
      "challenge_rules",
      {ACME_TEST(the_default_is_what_the_server_can_answer), ACME_TEST(what_is_written_counts),
       ACME_TEST(what_nothing_listens_for_is_warned_about), ACME_TEST(wildcards_need_a_dns_challenge),
       ACME_TEST(what_cannot_be_proved_is_left_out_by_inheritance), ACME_TEST(a_wildcard_stands_for_what_it_covers),
       ACME_TEST(a_leading_dot_is_told_once), ACME_TEST(a_fallback_that_cannot_prove_a_name_is_told)});
}
