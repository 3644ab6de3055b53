#include "common/preflight/http_verdict.hpp"

#include "common/base/text.hpp"
#include "common/preflight/address_kind.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

using End = ProbeFacts::End;

ProbeFacts seen(const std::string& address, End end, int status = 0) {
  ProbeFacts facts;
  facts.name = "www.example.com";
  facts.address = facts.last_address = address;
  facts.end = end;
  facts.status = status;
  return facts;
}

ServerFacts server(std::vector<std::string> own = {"127.0.0.1", "8.8.4.4", "2606:4700::7"}) {
  ServerFacts facts;
  facts.own_addresses = std::move(own);
  return facts;
}

Finding judge(const ProbeFacts& probe, const ServerFacts& of = server(), bool public_ca = true,
              const std::string& holder = {}) {
  return judge_http({probe}, of, public_ca, holder).at(0);
}

bool tells(const Finding& finding, const std::string& text) {
  const bool told = describe(finding).find(text) != std::string::npos;
  if (!told) print_message("not told: %s\nin: %s\n", text.c_str(), describe(finding).c_str());
  return told;
}

}  // namespace

static void our_answer_is_fine() {
  ProbeFacts probe = seen("8.8.8.8", End::matched, 200);
  const Finding plain = judge(probe);
  CHECK(plain.severity == Severity::ok);
  CHECK_EQ(plain.check, "http-01");
  CHECK_EQ(plain.sentence, "www.example.com: 8.8.8.8 port 80 answers with this server's challenge");
  CHECK(plain.cause.empty() && plain.fix.empty());
  probe.redirects = {"https://www.example.com/.well-known/acme-challenge/t"};
  probe.cdn = "Cloudflare";
  CHECK(tells(judge(probe), "redirected to https://www.example.com/"));
  CHECK(tells(judge(probe), "through Cloudflare"));
}

static void each_wrong_answer_has_cause_and_fix() {
  const struct {
    ProbeFacts probe;
    const char* words;
    const char* fix;
  } cases[] = {
      {seen("8.8.4.4", End::refused), "refuses the connection", "listens at this address"},
      {seen("2606:4700::7", End::refused), "[2606:4700::7] port 80 refuses", "listen [::]:80"},
      {seen("8.8.8.8", End::timed_out), "timed out", "ufw allow 80/tcp"},
      {seen("8.8.8.8", End::silent), "does not answer", "firewall"},
      {seen("8.8.8.8", End::closed), "closes the connection", "firewall"},
      {seen("8.8.8.8", End::http_status, 404), "answers 404", "A record of www.example.com"},
      {seen("8.8.8.8", End::http_status, 403), "answers 403", "A record"},
      {seen("2606:4700::1", End::http_status, 500), "answers 500", "AAAA record"},
      {seen("8.8.8.8", End::other_body, 200), "something else", "A record"},
      {seen("8.8.8.8", End::no_http), "speaks no HTTP", "A record"},
      {seen("8.8.8.8", End::redirect_loop), "in a circle", "/.well-known/acme-challenge/"},
      {seen("8.8.8.8", End::redirect_refused), "redirects to nowhere", "`return`"},
      {seen("8.8.8.8", End::redirect_lost), "redirects", "`return`"},
  };
  for (const auto& one : cases) {
    const Finding finding = judge(one.probe);
    CHECK(finding.severity == Severity::failure);
    CHECK(tells(finding, one.words));
    CHECK(finding.fix.find(one.fix) != std::string::npos);
  }
}

static void the_servers_own_words_are_used() {
  ServerFacts apache = server();
  apache.nginx = false;
  apache.has_port_80 = false;
  CHECK(tells(judge(seen("8.8.4.4", End::refused), apache), "Listen 80"));
  CHECK(tells(judge(seen("2606:4700::7", End::refused)), "`listen [::]:80;`"));
  const Finding held = judge(seen("8.8.4.4", End::http_status, 404), apache, true, "nginx (process 7)");
  CHECK(tells(held, "nginx (process 7) holds"));
  CHECK(tells(held, "stop it or move it to another port"));
}

static void what_cannot_be_told_from_here_is_a_note() {
  const ServerFacts behind_nat = server({"127.0.0.1", "192.168.1.2", "fe80::1"});
  for (const End end : {End::refused, End::timed_out, End::unreachable}) {
    CHECK(judge(seen("8.8.8.8", end), behind_nat).severity == Severity::note);
    CHECK(judge(seen("2606:4700::1", end), behind_nat).severity == Severity::note);
    CHECK(judge(seen("8.8.8.8", end)).severity == Severity::failure);
  }
  // Its own address, and what answers wrongly, can be told.
  CHECK(judge(seen("192.168.1.2", End::refused), behind_nat, false).severity == Severity::failure);
  CHECK(judge(seen("8.8.8.8", End::http_status, 404), behind_nat).severity == Severity::failure);
}

static void ipv6_comes_first() {
  const auto both = judge_http({seen("2606:4700::1", End::refused), seen("8.8.8.8", End::matched)}, server(), true, "");
  CHECK(both[0].severity == Severity::warning);
  CHECK(tells(both[0], "CAs try IPv6 first"));
  CHECK(both[1].severity == Severity::ok);
  const auto wrong =
      judge_http({seen("2606:4700::1", End::http_status, 404), seen("8.8.8.8", End::matched)}, server(), true, "");
  CHECK(wrong[0].severity == Severity::failure);
  CHECK(tells(wrong[0], "IPv4 works"));
  // The other way round nothing speaks for it.
  CHECK(
      judge_http({seen("2606:4700::1", End::matched), seen("8.8.8.8", End::refused)}, server(), true, "")[1].severity ==
      Severity::failure);
}

static void only_public_addresses_serve_a_public_ca() {
  for (const char* address : {"127.0.0.1", "10.1.2.3", "100.64.1.1", "fd00::1", "169.254.1.1", "192.0.2.1"}) {
    const Finding finding = judge(seen(address, End::matched));
    CHECK(finding.severity == Severity::failure);
    CHECK(tells(finding, address_kind_words(address_kind(address))));
    CHECK(judge(seen(address, End::matched), server(), false).severity == Severity::ok);
  }
  const auto mixed = judge_http({seen("10.0.0.1", End::refused), seen("8.8.8.8", End::matched)}, server(), true, "");
  CHECK(mixed[0].severity == Severity::warning);
}

static void foreign_text_is_cleaned() {
  ProbeFacts probe = seen("8.8.8.8", End::other_body, 200);
  probe.server = "evil\x1b[2J\r\nX: y";
  probe.body = "<script>\x07" + std::string(5000, 'a');
  probe.redirects = {"http://www.example.com/\x1b[31m" + std::string(3000, 'b')};
  const std::string all = describe(judge(probe));
  CHECK(all.find('\x1b') == std::string::npos && all.find('\n') == std::string::npos);
  CHECK(all.size() < 1500);
}

static void a_cdn_is_named() {
  ProbeFacts probe = seen("8.8.8.8", End::http_status, 525);
  probe.cdn = "Cloudflare";
  CHECK(tells(judge(probe), "Cloudflare answers there"));
  probe.end = End::redirect_loop;
  CHECK(tells(judge(probe), "Full (strict)"));
}

int main() {
  return acme_test::run("http_verdict",
                        {ACME_TEST(our_answer_is_fine), ACME_TEST(each_wrong_answer_has_cause_and_fix),
                         ACME_TEST(the_servers_own_words_are_used), ACME_TEST(what_cannot_be_told_from_here_is_a_note),
                         ACME_TEST(ipv6_comes_first), ACME_TEST(only_public_addresses_serve_a_public_ca),
                         ACME_TEST(foreign_text_is_cleaned), ACME_TEST(a_cdn_is_named)});
}
