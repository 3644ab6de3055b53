#include "common/config/dns_provider_words.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

Status apply(IssuerConfig& issuer, std::vector<std::string> arguments) {
  DirectiveContext context;
  context.where = "file:7";
  context.absolute_path = [](const std::string& path) { return path.front() == '/' ? path : "/prefix/" + path; };
  context.read_file = [](const std::string& path) -> Result<Secret> {
    if (path == "/prefix/tsig.key") return Secret{"c2VjcmV0\r\n"};
    if (path == "/empty") return Secret{"\n"};
    return Error{ErrorKind::configuration, "no such file: " + path};
  };
  context.read_environment = [](const std::string& name) -> Result<Secret> {
    if (name == "TSIG") return Secret{"ZW52"};
    return Error{ErrorKind::configuration, "no such variable: " + name};
  };
  context.check_roots = [](const std::string& path) -> Status {
    if (path == "/roots.pem") return {};
    return Error{ErrorKind::configuration, "no roots in " + path};
  };
  return apply_issuer_word(issuer, "dns_provider", arguments, context);
}

void check_contains(std::string_view text, std::string_view part) {
  if (text.find(part) == std::string_view::npos) CHECK_EQ(text, part);
}

IssuerConfig new_one() { return *new_issuer("ca", "file:1"); }

}  // namespace

static void a_provider_takes_its_settings() {
  IssuerConfig issuer = new_one();
  CHECK_OK(apply(issuer, {"rfc2136", "server=[2001:DB8::1]:5353", "key_name=acme", "key_file=tsig.key",
                          "algorithm=hmac-sha512", "transport=udp",
                          "zone=Example.com,b\xC3\xBC"
                          "cher.example",
                          "ttl=2m", "check=resolvers", "propagation_delay=5s", "propagation_timeout=10m"}));
  CHECK_OK(apply(issuer, {"rfc2136", "server=192.0.2.1", "key_name=acme", "key_env=TSIG",
                          "check_servers=192.0.2.2,192.0.2.3:54"}));
  const auto& first = issuer.dns_providers.at(0);
  CHECK_EQ(first.where, "file:7");
  CHECK_EQ(first.settings.at("server"), "[2001:DB8::1]:5353");
  CHECK_EQ(first.settings.at("transport"), "udp");
  CHECK_EQ(std::string{first.secrets.at("key").view()}, "c2VjcmV0");
  CHECK_EQ(join(first.zones, " "), "example.com xn--bcher-kva.example");
  CHECK_EQ(first.ttl, 120U);
  CHECK(first.check == DnsCheck::resolvers);
  CHECK_EQ(first.propagation_delay.count(), 5);
  CHECK_EQ(first.propagation_timeout.count(), 600);
  const auto& second = issuer.dns_providers.at(1);
  CHECK_EQ(std::string{second.secrets.at("key").view()}, "ZW52");
  CHECK_EQ(join(second.check_servers, " "), "192.0.2.2 192.0.2.3:54");
  CHECK(second.check == DnsCheck::authoritative);
  CHECK(second.zones.empty());
}

static void a_program_takes_its_arguments() {
  IssuerConfig issuer = new_one();
  CHECK_OK(apply(issuer, {"exec", "/usr/local/bin/dns", "--zone=x", "two words", "", "ttl=5m"}));
  const auto& provider = issuer.dns_providers.at(0);
  CHECK_EQ(join(provider.argv, "|"), "/usr/local/bin/dns|--zone=x|two words|");
  CHECK_EQ(provider.ttl, 300U);
}

static void nonsense_is_refused_with_what_is_accepted() {
  const std::vector<std::string> good{"rfc2136", "server=192.0.2.1", "key_name=acme", "key_file=tsig.key"};
  struct Row {
    std::vector<std::string> arguments;
    const char* message;
    const char* hint;
  };
  const auto with = [&](std::string more) {
    auto arguments = good;
    arguments.push_back(std::move(more));
    return arguments;
  };
  for (const Row& row : std::vector<Row>{
           {{"nobody"}, "unknown DNS provider \"nobody\"", "rfc2136"},
           {{"exec"}, "no program is named", "/absolute/program"},
           {{"exec", "dns.sh"}, "no absolute path", "/absolute/program"},
           {{"exec", "/x", "propagation_timout=5m"}, "unknown setting \"propagation_timout=\"", "propagation_timeout="},
           {{"exec", "/x", "timeout=2h"}, "bad timeout \"2h\"", "1s to 1h"},
           {{"acmesh", "acme_sh=acme.sh", "api=dns_cf"}, "bad acme_sh \"acme.sh\"", "absolute path"},
           {{"rfc2136", "key_name=a", "key_env=TSIG"}, "server= is missing", "server="},
           {{"rfc2136", "server=192.0.2.1", "key_name=a"}, "key_file= or key_env= is missing", "key_file="},
           {{"rfc2136", "server=192.0.2.1", "key_name=a", "key=c2VjcmV0"}, "key= would put a secret", "key_file="},
           {{"rfc2136", "server=192.0.2.1", "key_name=a", "key_file=/empty"}, "is empty", ""},
           {{"rfc2136", "server=192.0.2.1", "key_name=a", "key_file=/none"}, "no such file", ""},
           {{"rfc2136", "server=192.0.2.1", "key_name=a", "key_env=NONE"}, "no such variable", ""},
           {{"rfc2136", "server=ns_.example:0"}, "bad server \"ns_.example:0\"", "host name"},
           {{"rfc2136", "server=192.0.2.1:0"}, "bad server", "IP address"},
           {{"desec", "api_token_env=TSIG", "ca_file=/other.pem"}, "no roots in /other.pem", ""},
           {{"desec", "api_token_env=TSIG", "ca_file=roots.pem"}, "bad ca_file", "absolute path"},
           {{"rfc2136", "key_name="}, "key_name= has no value", ""},
           {{"rfc2136", "key_name=a\nb"}, "bad key_name", "printable"},
           {with("key_env=TSIG"), "key is given twice", "one of"},
           {with("server=192.0.2.2"), "server= is given twice", "once"},
           {with("program"), "\"program\" is no key=value", "server="},
           {with("algorithm=md5"), "bad algorithm \"md5\"", "hmac-sha256"},
           {with("transport=tls"), "bad transport \"tls\"", "tcp|udp"},
           {with("zone=*.example.com"), "no name of a zone", "zone="},
           {with("zone=192.0.2.1"), "no name of a zone", "zone="},
           {with("zone=a,,b"), "empty", ""},
           {with("ttl=0"), "bad ttl \"0\"", "24 h"},
           {with("ttl=2d"), "bad ttl \"2d\"", "24 h"},
           {with("check=on"), "unknown check \"on\"", "authoritative"},
           {with("check_servers=ns"), "bad address \"ns\"", "192.0.2.53"},
           {with("propagation_delay=7h"), "bad propagation_delay \"7h\"", "6 h"},
           {with("propagation_timeout=0"), "bad propagation_timeout \"0\"", "6 h"},
       }) {
    IssuerConfig issuer = new_one();
    const Status applied = apply(issuer, row.arguments);
    CHECK(!applied);
    check_contains(applied.error().message, row.message);
    check_contains(applied.error().hint, row.hint);
    CHECK(applied.error().message.find("c2VjcmV0") == std::string::npos);
  }
}

static void roots_are_looked_at() {
  IssuerConfig issuer = new_one();
  CHECK_OK(apply(issuer, {"desec", "api_token_env=TSIG", "ca_file=/roots.pem"}));
  CHECK_EQ(issuer.dns_providers.at(0).settings.at("ca_file"), "/roots.pem");
}

static void contradictions_are_refused() {
  const auto refused = [](const std::vector<std::vector<std::string>>& lines, std::string_view message) {
    IssuerConfig issuer = new_one();
    Status applied;
    for (const auto& line : lines) applied = apply(issuer, line);
    CHECK(!applied);
    check_contains(applied.error().message, message);
  };
  refused({{"exec", "/x", "check=off", "check_servers=192.0.2.1"}}, "check_servers=");
  refused({{"exec", "/x", "check=off", "propagation_timeout=1m"}}, "propagation_timeout=");
  refused({{"exec", "/x"}, {"exec", "/y"}}, "two DNS providers for all names");
  refused({{"exec", "/x", "zone=a.example"}, {"exec", "/y", "zone=b.example,a.example"}}, "for the zone a.example");
}

static void the_longest_zone_has_the_name() {
  IssuerConfig issuer = new_one();
  CHECK_OK(apply(issuer, {"exec", "/all"}));
  CHECK_OK(apply(issuer, {"exec", "/com", "zone=example.com"}));
  CHECK_OK(apply(issuer, {"exec", "/sub", "zone=sub.example.com,other.example"}));
  const auto program = [&](std::string_view name) { return dns_provider_for(issuer.dns_providers, name)->argv[0]; };
  CHECK_EQ(program("example.com"), "/com");
  CHECK_EQ(program("*.example.com"), "/com");
  CHECK_EQ(program("a.sub.example.com"), "/sub");
  CHECK_EQ(program("*.sub.example.com"), "/sub");
  CHECK_EQ(program("notexample.com"), "/all");
  issuer.dns_providers.erase(issuer.dns_providers.begin());
  CHECK(dns_provider_for(issuer.dns_providers, "notexample.com") == nullptr);
}

static void the_table_is_sorted_and_whole() {
  std::string before;
  for (const auto& words : dns_provider_words()) {
    CHECK(before < words.name);
    before = words.name;
    for (const auto& setting : words.settings) CHECK(!setting.is_secret() || setting.form == nullptr);
  }
}

int main() {
  return acme_test::run("dns_provider_words",
                        {ACME_TEST(a_provider_takes_its_settings), ACME_TEST(a_program_takes_its_arguments),
                         ACME_TEST(nonsense_is_refused_with_what_is_accepted), ACME_TEST(roots_are_looked_at),
                         ACME_TEST(contradictions_are_refused), ACME_TEST(the_longest_zone_has_the_name),
                         ACME_TEST(the_table_is_sorted_and_whole)});
}
