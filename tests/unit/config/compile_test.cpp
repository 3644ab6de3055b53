#include "common/config/compile.hpp"

#include "tests/check.hpp"

using namespace acme;

namespace {

IssuerConfig issuer(const char* name, const char* uri = "https://ca.example/dir") {
  IssuerConfig config;
  config.name = name;
  config.where = "conf:1";
  config.uri = uri;
  return config;
}

VirtualHostDraft host(std::vector<std::string> names, std::vector<std::string> given = {}, const char* of = "ca") {
  VirtualHostDraft draft;
  draft.where = "conf:10";
  draft.names = std::move(names);
  draft.directive.where = "conf:11";
  draft.directive.issuer = of;
  draft.directive.names = std::move(given);
  return draft;
}

Result<Configuration> compiled(std::vector<VirtualHostDraft> hosts) {
  Draft draft;
  draft.issuers.push_back(issuer("ca"));
  draft.issuers.push_back(issuer("unused"));
  draft.hosts = std::move(hosts);
  return compile(std::move(draft));
}

}  // namespace

static void one_host_is_one_certificate() {
  const auto configuration = compiled({host({"www.example.com", "example.com"})});
  CHECK_OK(configuration);
  CHECK_EQ(configuration->certificates.size(), 1U);
  const CertificateConfig& certificate = configuration->certificates[0];
  CHECK_EQ(certificate.first_name, "www.example.com");
  CHECK_EQ(certificate.names[0].value, "example.com");
  CHECK(certificate.key_type == (KeyType{KeyAlgorithm::ecdsa, 256}));
  CHECK_EQ(certificate.id.substr(0, 12), "example.com-");
  CHECK_EQ(configuration->issuers.size(), 1U);
}

static void equal_sets_are_one_whatever_their_order() {
  const auto configuration =
      compiled({host({"a.example.com", "b.example.com"}), host({"B.example.com.", "a.example.com"})});
  CHECK_OK(configuration);
  CHECK_EQ(configuration->certificates.size(), 1U);
  CHECK(configuration->host_sets[0] == configuration->host_sets[1]);
}

static void overlapping_sets_are_kept_and_told() {
  const auto configuration = compiled({host({"a.example.com"}), host({"a.example.com", "b.example.com"})});
  CHECK_OK(configuration);
  CHECK_EQ(configuration->certificates.size(), 2U);
  CHECK_EQ(configuration->notices.size(), 1U);
}

static void names_given_win_and_the_others_are_told() {
  const auto configuration = compiled({host({"a.example.com", "b.example.com"}, {"a.example.com"})});
  CHECK_OK(configuration);
  CHECK_EQ(configuration->certificates[0].names.size(), 1U);
  CHECK(configuration->notices.at(0).find("b.example.com") != std::string::npos);
}

static void ids_depend_on_what_matters() {
  auto one = host({"a.example.com"});
  auto two = host({"a.example.com"});
  two.directive.key_types = {KeyType{KeyAlgorithm::rsa, 2048}};
  const auto configuration = compiled({one, two});
  CHECK_EQ(configuration->certificates.size(), 2U);
  CHECK(configuration->certificates[0].id != configuration->certificates[1].id);
  CHECK_EQ(configuration->certificates[0].id, compiled({one})->certificates[0].id);
}

static void two_key_types_are_one_set() {
  auto both = host({"a.example.com"});
  both.directive.key_types = {KeyType{}, KeyType{KeyAlgorithm::rsa, 2048}};
  const auto configuration = compiled({both});
  CHECK_EQ(configuration->sets.size(), 1U);
  CHECK_EQ(configuration->sets[0].certificates.size(), 2U);
}

static void mistakes_name_the_place() {
  const VirtualHostDraft bad[] = {host({"a.example.com"}, {}, "nobody"),
                                  host({}),
                                  host({"_", "~x"}),
                                  host({"a.example.com"}, {"a b"}),
                                  host({"*.example.com"}),
                                  host({"x.example.com"}, {"*.example.com"})};
  for (const auto& draft : bad) {
    const auto configuration = compiled({draft});
    CHECK(!configuration.ok());
    CHECK(configuration.error().kind == ErrorKind::configuration);
    CHECK_EQ(configuration.error().message.substr(0, 8), "conf:11:");
    CHECK(!configuration.error().hint.empty() || draft.directive.names.size() == 1);
  }
}

static void an_inherited_directive_never_fails_a_host() {
  auto nothing = host({"_"});
  auto wildcard = host({"*.example.com", "example.com"});
  nothing.inherited = wildcard.inherited = true;
  const auto configuration = compiled({nothing, wildcard});
  CHECK_OK(configuration);
  CHECK(!configuration->host_sets[0].has_value());
  CHECK_EQ(configuration->certificates.size(), 1U);
  CHECK_EQ(configuration->certificates[0].names.size(), 1U);
  CHECK_EQ(configuration->notices.size(), 2U);
}

static void issuers_need_a_url_and_one_definition() {
  Draft nameless;
  nameless.issuers.push_back(issuer("somebody", ""));
  CHECK(!compile(std::move(nameless)).ok());
  Draft known;
  known.issuers.push_back(issuer("letsencrypt", ""));
  known.hosts.push_back(host({"example.com"}, {}, "letsencrypt"));
  const auto configuration = compile(std::move(known));
  CHECK_OK(configuration);
  CHECK_EQ(configuration->issuers.at("letsencrypt").uri, "https://acme-v02.api.letsencrypt.org/directory");
  Draft twice;
  twice.issuers.push_back(issuer("ca"));
  twice.issuers.push_back(issuer("ca"));
  CHECK(!compile(std::move(twice)).ok());
}

static void no_port_80_is_a_warning() {
  Draft draft;
  draft.issuers.push_back(issuer("ca"));
  draft.hosts.push_back(host({"example.com"}));
  draft.has_port_80 = false;
  CHECK_EQ(compile(std::move(draft))->warnings.size(), 1U);
}

int main() {
  return acme_test::run(
      "compile", {ACME_TEST(one_host_is_one_certificate), ACME_TEST(equal_sets_are_one_whatever_their_order),
                  ACME_TEST(overlapping_sets_are_kept_and_told), ACME_TEST(names_given_win_and_the_others_are_told),
                  ACME_TEST(ids_depend_on_what_matters), ACME_TEST(two_key_types_are_one_set),
                  ACME_TEST(mistakes_name_the_place), ACME_TEST(an_inherited_directive_never_fails_a_host),
                  ACME_TEST(issuers_need_a_url_and_one_definition), ACME_TEST(no_port_80_is_a_warning)});
}
