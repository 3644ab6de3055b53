#include "common/config/wildcard_sharing.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/config/compile.hpp"
#include "common/config/directives.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

struct Host {
  std::vector<std::string> names;
  std::vector<std::string> certificate{"ca"};
};

Configuration compiled(const std::vector<Host>& hosts, bool share = true) {
  Draft draft;
  for (const char* name : {"ca", "other"}) {
    IssuerConfig issuer = *new_issuer(name, "conf:1");
    issuer.uri = "https://ca.example/dir";
    issuer.share_wildcard = share;
    CHECK_OK(apply_issuer_word(issuer, "dns_provider", {"exec", "/dns"}, {}));
    draft.issuers.push_back(std::move(issuer));
  }
  for (const auto& [names, certificate] : hosts) {
    VirtualHostDraft host;
    host.where = cat("conf:", names.front());
    host.names = names;
    host.tls_ports = {443};
    host.directive = *parse_certificate_directive(certificate, "conf:2");
    draft.hosts.push_back(std::move(host));
  }
  auto configuration = compile(std::move(draft));
  CHECK_OK(configuration);
  return *std::move(configuration);
}

/// "a.example.com: *.example.com": what each host serves, sorted.
std::string served(const Configuration& configuration, const std::vector<Host>& hosts) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const auto& set = configuration.sets.at(*configuration.host_sets.at(i));
    std::string line = hosts[i].names.front() + ":";
    for (const auto& name : configuration.certificates.at(set.certificates.front()).names) line += " " + name.value;
    lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end());
  return join(lines, "\n");
}

std::string served(const std::vector<Host>& hosts, bool share = true) { return served(compiled(hosts, share), hosts); }

}  // namespace

static void covered_hosts_serve_the_wildcard_in_any_order() {
  std::vector<Host> hosts{{{"*.example.com"}},
                          {{"a.example.com"}},
                          {{"b.example.com", "c.example.com"}},
                          {{"x.y.example.com"}},
                          {{"d.example.com", "example.com"}}};
  const char* expected =
      "*.example.com: *.example.com\n"
      "a.example.com: *.example.com\n"
      "b.example.com: *.example.com\n"
      "d.example.com: d.example.com example.com\n"
      "x.y.example.com: x.y.example.com";
  const auto by_name = [](const Host& a, const Host& b) { return a.names < b.names; };
  std::sort(hosts.begin(), hosts.end(), by_name);
  int orders = 0;
  do {
    const auto configuration = compiled(hosts);
    CHECK_EQ(served(configuration, hosts), expected);
    CHECK_EQ(configuration.certificates.size(), 3U);
    ++orders;
  } while (std::next_permutation(hosts.begin(), hosts.end(), by_name));
  CHECK_EQ(orders, 120);
}

static void of_several_wildcards_the_widest_owner_lends() {
  std::vector<Host> hosts{{{"*.example.com"}},
                          {{"example.com", "*.example.com"}},
                          {{"*.example.com", "mail.example.org"}},
                          {{"a.example.com"}}};
  const auto by_name = [](const Host& a, const Host& b) { return a.names < b.names; };
  std::sort(hosts.begin(), hosts.end(), by_name);
  do {
    const auto configuration = compiled(hosts);
    CHECK_EQ(configuration.certificates.size(), 2U);
    const auto text = served(configuration, hosts);
    CHECK(text.find("a.example.com: *.example.com example.com") != std::string::npos);
  } while (std::next_permutation(hosts.begin(), hosts.end(), by_name));
}

static void only_what_wants_the_same_is_shared() {
  for (const auto& certificate : std::vector<std::vector<std::string>>{{"other"},
                                                                       {"ca", "key=rsa"},
                                                                       {"ca", "key=ecdsa,rsa"},
                                                                       {"ca", "renew_before=3d"},
                                                                       {"ca", "must_staple=on"},
                                                                       {"ca", "challenge=dns-01"},
                                                                       {"ca", "share_wildcard=off"},
                                                                       {"ca", "a.example.com"}}) {
    const std::vector<Host> hosts{{{"*.example.com"}}, {{"a.example.com"}, certificate}};
    CHECK_EQ(served(hosts), "*.example.com: *.example.com\na.example.com: a.example.com");
  }
  const std::vector<Host> lends_nothing{{{"*.example.com"}, {"ca", "share_wildcard=off"}}, {{"a.example.com"}}};
  CHECK_EQ(compiled(lends_nothing).certificates.size(), 2U);
  const std::vector<Host> off{{{"*.example.com"}}, {{"a.example.com"}}};
  CHECK_EQ(compiled(off, false).certificates.size(), 2U);
  // Without a wildcard in it a certificate is its own hosts' alone, as ever.
  const std::vector<Host> plain{{{"a.example.com", "b.example.com"}}, {{"a.example.com"}}};
  CHECK_EQ(compiled(plain).certificates.size(), 2U);
}

static void sharing_is_told_once_for_each_certificate() {
  std::vector<Host> hosts{{{"*.example.com"}}};
  for (char c = 'a'; c < 'j'; ++c) hosts.push_back({{std::string{c} + ".example.com"}});
  const auto configuration = compiled(hosts);
  CHECK_EQ(configuration.notices.size(), 1U);
  CHECK(configuration.notices[0].find("conf:*.example.com: the certificate for *.example.com") == 0);
  CHECK(configuration.notices[0].find("e.example.com and 4 more") != std::string::npos);
}

static void a_borrower_keeps_its_own_names() {
  const auto configuration = compiled({{{"*.example.com"}}, {{"a.example.com"}}});
  CHECK_EQ(configuration.sets.size(), 2U);
  CHECK_EQ(configuration.sets[1].names.at(0).value, "a.example.com");
  CHECK(configuration.sets[0].certificates == configuration.sets[1].certificates);
  CHECK_EQ(configuration.https_names.size(), 2U);
  CHECK_EQ(configuration.https_names[1].name, "a.example.com");
  CHECK_EQ(configuration.https_names[1].set, 1U);
}

int main() {
  return acme_test::run(
      "wildcard_sharing",
      {ACME_TEST(covered_hosts_serve_the_wildcard_in_any_order), ACME_TEST(of_several_wildcards_the_widest_owner_lends),
       ACME_TEST(only_what_wants_the_same_is_shared), ACME_TEST(sharing_is_told_once_for_each_certificate),
       ACME_TEST(a_borrower_keeps_its_own_names)});
}
