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

static void ids_stay_what_they_were() {
  // What is stored under one would not be found any more.
  const auto plain = compiled({host({"b.example.com", "a.example.com"})});
  CHECK_EQ(plain->certificates[0].id, "a.example.com-ea81d5efd916fbbf");
  auto changed = host({"a.example.com", "b.example.com"});
  changed.directive.challenges = {"tls-alpn-01", "http-01"};
  changed.directive.share_wildcard = false;
  CHECK_EQ(compiled({changed})->certificates[0].id, plain->certificates[0].id);
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

namespace {

/// Two issuers and one host; `edit` has the last word.
template <class Edit>
Result<Configuration> edited(Edit edit) {
  Draft draft;
  draft.issuers.push_back(issuer("ca"));
  draft.issuers.push_back(issuer("other"));
  draft.issuers[1].where = "conf:5";
  draft.hosts.push_back(host({"a.example.com"}));
  edit(draft);
  return compile(std::move(draft));
}

template <class Edit>
void refused(const char* where, const char* text, Edit edit) {
  const auto configuration = edited(edit);
  CHECK(!configuration.ok());
  CHECK_EQ(configuration.error().message.substr(0, configuration.error().message.find(' ')), where);
  if (configuration.error().message.find(text) == std::string::npos)
    print_message("%s\n", configuration.error().message.c_str());
  CHECK(configuration.error().message.find(text) != std::string::npos);
  CHECK(!configuration.error().hint.empty());
}

}  // namespace

static void fallbacks_are_kept_with_their_issuers() {
  const auto configuration = edited([](Draft& draft) { draft.issuers[0].fallback = {"other"}; });
  CHECK_OK(configuration);
  CHECK_EQ(configuration->issuers.size(), 2U);
  CHECK_EQ(configuration->certificates[0].fallback.at(0), "other");
  CHECK_EQ(edited([](Draft&) {})->issuers.size(), 1U);
  // Each other's fallback is no circle: only a certificate's own issuer is asked for its list.
  CHECK_OK(edited([](Draft& draft) {
    draft.issuers[0].fallback = {"other"};
    draft.issuers[1].fallback = {"ca"};
  }));
  refused("conf:1:", "unknown fallback issuer \"nobody\"",
          [](Draft& draft) { draft.issuers[0].fallback = {"nobody"}; });
  refused("conf:1:", "its own fallback", [](Draft& draft) { draft.issuers[0].fallback = {"ca"}; });
  refused("conf:1:", "named twice", [](Draft& draft) { draft.issuers[0].fallback = {"other", "other"}; });
  refused("conf:5:", "unknown fallback", [](Draft& draft) { draft.issuers[1].fallback = {"nobody"}; });
  refused("conf:1:", "\"no?body\"", [](Draft& draft) { draft.issuers[0].fallback = {"no\nbody"}; });
  refused("conf:11:", "\"no?body\"", [](Draft& draft) { draft.hosts[0].directive.issuer = "no\nbody"; });
}

static void settings_that_contradict_one_another_are_refused() {
  refused("conf:1:", "is not within lifetime", [](Draft& draft) {
    draft.issuers[0].lifetime = std::chrono::days{6};
    draft.issuers[0].renew_before = RenewBefore{std::chrono::days{6}, 0};
  });
  refused("conf:11:", "is not within lifetime", [](Draft& draft) {
    draft.issuers[0].lifetime = std::chrono::days{6};
    draft.hosts[0].directive.renew_before = RenewBefore{std::chrono::days{30}, 0};
  });
  refused("conf:1:", "renew_window", [](Draft& draft) {
    draft.issuers[0].lifetime = std::chrono::hours{12};
    draft.issuers[0].renew_window = *DailyWindow::parse("02:00-05:00", "UTC");
  });
  CHECK_OK(edited([](Draft& draft) {
    draft.issuers[0].lifetime = std::chrono::days{6};
    draft.issuers[0].renew_before = RenewBefore{std::nullopt, 50};
    draft.issuers[0].renew_window = *DailyWindow::parse("02:00-05:00", "UTC");
  }));
  const auto second_host = [](Draft& draft) {
    draft.hosts.push_back(host({"a.example.com"}));
    draft.hosts[1].directive.where = "conf:21";
  };
  CHECK_OK(edited(second_host));
  refused("conf:21:", "another must_staple at conf:11", [&](Draft& draft) {
    second_host(draft);
    draft.hosts[1].directive.must_staple = true;
  });
  refused("conf:21:", "another renew_before at conf:11", [&](Draft& draft) {
    second_host(draft);
    draft.hosts[0].directive.renew_before = RenewBefore{std::chrono::days{3}, 0};
  });
}

static void a_directive_wins_over_its_issuer() {
  const auto configuration = edited([](Draft& draft) {
    draft.issuers[0].lifetime = std::chrono::days{6};
    draft.issuers[0].must_staple = true;
    draft.issuers[0].reuse_key = true;
    draft.hosts[0].directive.must_staple = false;
    draft.hosts[0].directive.lifetime = std::chrono::days{3};
  });
  CHECK_OK(configuration);
  const CertificateConfig& certificate = configuration->certificates[0];
  CHECK(!certificate.must_staple);
  CHECK(certificate.reuse_key);
  CHECK(certificate.lifetime == std::chrono::days{3});
}

static void well_known_cas_are_filled_in_and_warned_about() {
  const auto with = [](const char* name, auto edit) {
    Draft draft;
    draft.issuers.push_back(issuer(name, ""));
    draft.hosts.push_back(host({"example.com"}, {}, name));
    edit(draft);
    return compile(std::move(draft));
  };
  const auto nothing = [](Draft&) {};
  CHECK_EQ(with("letsencrypt", nothing)->issuers.at("letsencrypt").staging_uri,
           "https://acme-staging-v02.api.letsencrypt.org/directory");
  CHECK_EQ(with("google", nothing)->issuers.at("google").staging_uri,
           "https://dv.acme-v02.test-api.pki.goog/directory");
  CHECK(with("zerossl", nothing)->issuers.at("zerossl").staging_uri.empty());
  CHECK_EQ(with("letsencrypt", [](Draft& draft) { draft.issuers[0].staging_uri = "https://ca.example/"; })
               ->issuers.at("letsencrypt")
               .staging_uri,
           "https://ca.example/");
  CHECK(with("letsencrypt", nothing)->warnings.empty());
  CHECK(with("zerossl", nothing)->warnings.at(0).find("external_account_key") != std::string::npos);
  const auto bound = [](Draft& draft) { draft.issuers[0].external_account.emplace(); };
  CHECK(with("zerossl", bound)->warnings.empty());
  const auto stapled = [](Draft& draft) { draft.issuers[0].must_staple = true; };
  CHECK(with("letsencrypt", stapled)->warnings.at(0).find("must_staple") != std::string::npos);
}

static void names_in_utf8_are_certified_as_a_labels() {
  const auto configuration = edited([](Draft& draft) {
    draft.hosts[0] = host({"a.example.com"}, {"b\xc3\xbc"
                                              "cher.example"});
  });
  CHECK_OK(configuration);
  CHECK_EQ(configuration->certificates[0].names[0].value, "xn--bcher-kva.example");
  CHECK_EQ(configuration->certificates[0].first_name, "xn--bcher-kva.example");
  const auto served = edited([](Draft& draft) {
    draft.hosts[0] =
        host({"b\xc3\xbc"
              "cher.example"});
  });
  CHECK_EQ(served->warnings.size(), 1U);
}

static void names_for_redirects_are_served_and_certified() {
  const auto names = [](std::vector<std::string> own, std::vector<std::string> given,
                        std::vector<std::uint16_t> ports) {
    const auto configuration = edited([&](Draft& draft) {
      draft.hosts[0] = host(own, given);
      draft.hosts[0].tls_ports = ports;
    });
    CHECK_OK(configuration);
    std::string text;
    for (const auto& name : configuration->https_names) text += name.name + ":" + std::to_string(name.port) + " ";
    return text;
  };
  CHECK_EQ(names({"b.example.com", "a.example.com"}, {}, {443}), "a.example.com:443 b.example.com:443 ");
  CHECK_EQ(names({"a.example.com"}, {"a.example.com", "mail.example.com"}, {443}), "a.example.com:443 ");
  CHECK_EQ(names({"a.example.com", "b.example.com"}, {"a.example.com"}, {8443}), "a.example.com:8443 ");
  CHECK_EQ(names({"~^w+$"}, {"a.example.com", "b.example.com"}, {8443, 443}), "a.example.com:443 b.example.com:443 ");
  CHECK_EQ(names({"_"}, {"192.0.2.1"}, {9443, 8443}), "192.0.2.1:8443 ");
  CHECK_EQ(names({"*.example.com"}, {"a.example.com", "x.y.example.com"}, {443}),
           "a.example.com:443 x.y.example.com:443 ");
  CHECK_EQ(names({"~^img[0-9]", "a.example.com"}, {"a.example.com", "img1.example.com"}, {443}),
           "a.example.com:443 img1.example.com:443 ");
  CHECK_EQ(names({"img?.example.com", "a.example.com"}, {"a.example.com", "img1.example.com"}, {443}),
           "a.example.com:443 img1.example.com:443 ");
  CHECK_EQ(names({"a.example.com"}, {}, {}), "");
}

static void reloads_and_hooks_are_handed_on() {
  const auto configuration = edited([](Draft& draft) {
    draft.reload.interval = Seconds{5};
    draft.hooks.emplace_back();
    draft.hooks[0].argv = {"/p"};
  });
  CHECK_EQ(configuration->reload.interval.count(), 5);
  CHECK_EQ(configuration->hooks.at(0).argv.at(0), "/p");
}

int main() {
  return acme_test::run(
      "compile",
      {ACME_TEST(one_host_is_one_certificate), ACME_TEST(equal_sets_are_one_whatever_their_order),
       ACME_TEST(overlapping_sets_are_kept_and_told), ACME_TEST(names_given_win_and_the_others_are_told),
       ACME_TEST(ids_depend_on_what_matters), ACME_TEST(ids_stay_what_they_were), ACME_TEST(two_key_types_are_one_set),
       ACME_TEST(mistakes_name_the_place), ACME_TEST(an_inherited_directive_never_fails_a_host),
       ACME_TEST(issuers_need_a_url_and_one_definition), ACME_TEST(no_port_80_is_a_warning),
       ACME_TEST(fallbacks_are_kept_with_their_issuers), ACME_TEST(settings_that_contradict_one_another_are_refused),
       ACME_TEST(a_directive_wins_over_its_issuer), ACME_TEST(well_known_cas_are_filled_in_and_warned_about),
       ACME_TEST(names_in_utf8_are_certified_as_a_labels), ACME_TEST(names_for_redirects_are_served_and_certified),
       ACME_TEST(reloads_and_hooks_are_handed_on)});
}
