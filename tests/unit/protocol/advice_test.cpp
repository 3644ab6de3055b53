#include "common/protocol/advice.hpp"

#include <fstream>
#include <set>

#include "common/base/text.hpp"
#include "common/protocol/own_words.hpp"
#include "common/protocol/problem.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

std::string id_of(std::string_view challenge, std::string_view type, std::string_view detail) {
  const Advice* found = advice_on(challenge, type, detail);
  return found == nullptr ? "none" : std::string{found->id};
}

struct Row {
  const char* challenge;
  const char* type;
  const char* detail;
  const char* advice;
};

void expect(std::span<const Row> table) {
  std::size_t wrong = 0;
  for (const auto& row : table) {
    // As the CA says it, and as it is kept of a challenge that failed.
    for (const std::string& detail : {std::string{row.detail}, cat(row.type, ": ", row.detail)}) {
      const std::string found = id_of(row.challenge, row.type, detail);
      if (found == row.advice) continue;
      print_message("%s %s: %s\n  is %s, not %s\n", row.challenge, row.type, row.detail, found.c_str(), row.advice);
      ++wrong;
    }
  }
  CHECK_EQ(wrong, 0U);
}

constexpr const char* kHttp = "http-01";
constexpr const char* kAlpn = "tls-alpn-01";
constexpr const char* kDns = "dns-01";

}  // namespace

static void what_is_said_of_http01() {
  static constexpr Row kTable[]{
      {kHttp, "connection", "192.0.2.1: Fetching http://a.test/.well-known/acme-challenge/x: Connection refused",
       "http-refused"},
      {kHttp, "connection", R"(Get "http://a.test:5002/x": dial tcp 127.0.0.1:5002: connect: connection refused)",
       "http-refused"},
      {kHttp, "connection", "192.0.2.1: Fetching http://a.test/: Timeout during connect (likely firewall problem)",
       "http-timeout"},
      {kHttp, "connection", "192.0.2.1: Fetching http://refused.test/refused: Timeout during connect", "http-timeout"},
      {kHttp, "connection", R"(Get "http://a.test": context deadline exceeded)", "http-timeout"},
      {kHttp, "connection", "Fetching http://a.test/: Timeout after connect (your server may be slow)", "http-slow"},
      {kHttp, "connection", "192.0.2.1: Fetching http://a.test/: Timeout during read (your server may be slow)",
       "http-slow"},
      {kHttp, "connection", "192.0.2.1: Fetching http://a.test/: Connection reset by peer", "http-reset"},
      {kHttp, "connection", "192.0.2.1: Fetching http://a.test/: Network unreachable", "http-unreachable"},
      {kHttp, "connection", "192.0.2.1: Fetching http://a.test/: Error getting validation data", "http"},
      {kHttp, "connection", "2001:db8::1: Fetching http://a.test/: Connection refused", "http-ipv6"},
      {kHttp, "connection", R"(Get "http://a.test:80/": dial tcp [2001:db8::1]:80: connect: connection refused)",
       "http-ipv6"},
      {kHttp, "unauthorized", "2001:db8::7: Invalid response from http://a.test/x: 404", "http-ipv6"},
      {kHttp, "unauthorized", "192.0.2.1: Invalid response from http://a.test/.well-known/acme-challenge/x: 404",
       "http-elsewhere"},
      {kHttp, "unauthorized", "192.0.2.1: Invalid response from https://a.test/login: 403", "http-elsewhere"},
      {kHttp, "unauthorized", R"(Invalid response from http://a.test/x: "<!DOCTYPE html><title>Welcome to nginx")",
       "http-elsewhere"},
      {kHttp, "unauthorized", "Non-200 status code from HTTP: http://a.test:5002/x returned 404", "http-elsewhere"},
      {kHttp, "unauthorized", "192.0.2.1: Invalid response from http://a.test/x: 502", "http-gateway"},
      {kHttp, "unauthorized", "Non-200 status code from HTTP: http://a.test:5002/x returned 503", "http-gateway"},
      {kHttp, "unauthorized", "192.0.2.1: Invalid response from http://a.test/x: 522", "http-cdn"},
      {kHttp, "unauthorized",
       R"(Invalid response from http://a.test/x: "<title>Just a moment... | Cloudflare</title>")", "http-cdn"},
      {kHttp, "unauthorized",
       R"(Invalid response from http://a.test/x: "<script src=\"https://cdnjs.cloudflare.com/x.js\">")",
       "http-elsewhere"},
      {kHttp, "unauthorized",
       R"(The key authorization file from the server did not match this challenge. Expected "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI" (got "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI"))",
       "other-client"},
      {kHttp, "unauthorized",
       R"(The key authorization file from the server did not match this challenge "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI" != "hello")",
       "http-elsewhere"},
      {kHttp, "incorrectResponse", "the key authorization mismatch", "http-elsewhere"},
      {kHttp, "incorrectResponse", "", "http-elsewhere"},
      {kHttp, "connection", "192.0.2.1: Fetching http://a.test/y: Redirect loop detected", "http-redirect-loop"},
      {kHttp, "connection", "192.0.2.1: Fetching http://a.test/y: Too many redirects", "http-redirect-loop"},
      {kHttp, "connection", R"(Get "http://a.test/9": stopped after 10 redirects)", "http-redirect-loop"},
      {kHttp, "connection",
       "Fetching http://a.test:8080/: Invalid port in redirect target. Only ports 80 and 443 are supported, not 8080",
       "http-redirect-target"},
      {kHttp, "connection", "Invalid host in redirect target, must end in IANA registered TLD", "http-redirect-target"},
      {kHttp, "connection", "Fetching http://a.test/: Server is speaking HTTP/2 over HTTP", "http-not-http"},
      {kHttp, "unauthorized", "During secondary validation: 192.0.2.1: Invalid response from http://a.test/x: 403",
       "secondary"},
      {kHttp, "connection", "During secondary validation: 192.0.2.1: Fetching http://a.test/: Timeout during connect",
       "secondary"},
      {kHttp, "serverInternal", "During secondary validation: Secondary validation RPC failed", "ca-trouble"},
      {kHttp, "dns", "DNS problem: NXDOMAIN looking up A for a.test - check that a DNS record exists for this domain",
       "nxdomain"},
      {kHttp, "connection",
       R"(error occurred while resolving URL "x": DNS lookup returned an unsuccessful response: 3)", "nxdomain"},
      {kHttp, "connection", R"(could not resolve URL "http://a.test")", "no-address"},
      {kHttp, "dns", "no valid A records found for a.test; no valid AAAA records found for a.test", "no-address"},
      {kHttp, "malformed", "the IP address is a private address", "private-address"},
      {kHttp, "", "the CA gives no reason", "http"},
      {kHttp, "somethingNew", "whatever", "http"},
  };
  expect(kTable);
}

static void what_is_said_of_tls_alpn01_and_the_dns() {
  static constexpr Row kTable[]{
      {kAlpn, "connection", "192.0.2.1: Connection refused", "alpn-refused"},
      {kAlpn, "connection", "192.0.2.1: Timeout during connect (likely firewall problem)", "alpn-timeout"},
      {kAlpn, "connection", "192.0.2.1: Connection reset by peer", "alpn"},
      {kAlpn, "unauthorized", "Failed to connect to a.test:5001 for the tls-alpn-01 challenge", "alpn"},
      {kAlpn, "unauthorized", R"(Cannot negotiate ALPN protocol "acme-tls/1" for tls-alpn-01 challenge)",
       "alpn-elsewhere"},
      {kAlpn, "tls", "192.0.2.1: remote error: tls: no application protocol", "alpn-elsewhere"},
      {kAlpn, "tls", "2001:db8::5: remote error: tls: handshake failure", "alpn-ipv6"},
      {kAlpn, "malformed", "Server only speaks HTTP, not TLS", "alpn-elsewhere"},
      {kAlpn, "malformed", R"(Unable to contact "a.test" at "2001:db8::1", no IPv4 addresses to try as fallback)",
       "alpn-ipv6"},
      {kAlpn, "unauthorized",
       "Incorrect validation certificate for tls-alpn-01 challenge. Received certificate which is not self-signed.",
       "alpn-elsewhere"},
      {kAlpn, "unauthorized",
       "Incorrect validation certificate for tls-alpn-01 challenge. Invalid acmeValidation extension value.",
       "other-client"},
      {kAlpn, "malformed", R"(Could not resolve URL "a.test")", "no-address"},
      {kAlpn, "", "", "alpn"},
      {kDns, "unauthorized", "No TXT record found at _acme-challenge.a.test", "txt-missing"},
      {kDns, "unauthorized", "No TXT records found for DNS challenge", "txt-missing"},
      {kDns, "dns", "DNS problem: NXDOMAIN looking up TXT for _acme-challenge.a.test - check that a DNS record exists",
       "txt-missing"},
      {kDns, "unauthorized", R"(Incorrect TXT record "abc" found at _acme-challenge.a.test)", "txt-wrong"},
      {"dns-account-01", "unauthorized", "Correct value not found for DNS-ACCOUNT-01 challenge", "txt-wrong"},
      {kDns, "unauthorized", R"(During secondary validation: Incorrect TXT record "abc" found at a)", "txt-secondary"},
      {kDns, "dns",
       "DNS problem: SERVFAIL looking up TXT for _acme-challenge.a.test - the domain's nameservers may be "
       "malfunctioning",
       "servfail"},
      {kDns, "dns", "DNS problem: looking up TXT for _acme-challenge.a.test: DNSSEC: DNSKEY Missing", "dnssec"},
      {kDns, "unauthorized", R"(Error retrieving TXT records for DNS challenge ("i/o timeout"))", "dns"},
      {kDns, "connection", "no answer", "dns"},
      {"dns-persist-01", "unauthorized", "No TXT records found for DNS-PERSIST-01 challenge", "persist-record"},
      {"dns-persist-01", "malformed", R"(policy mismatch: expected "wildcard", got "")", "persist-record"},
      {kHttp, "dns", "DNS problem: looking up A for a.test: DNSSEC: Bogus", "dnssec"},
      {kHttp, "dns", "DNS problem: query timed out looking up A for a.test", "dns-timeout"},
      {"", "dns", "DNS problem: REFUSED looking up A for a.test", "dns-refused"},
      {"", "dns", "DNS problem: server failure at resolver looking up A for a.test", "servfail"},
      {"", "dns", "d", "dns"},
      {"", "connection", "d", "unreached"},
      {"", "tls", "d", "tls"},
      {kHttp, "caa", "CAA record for a.test prevents issuance", "caa-forbids"},
      {"", "caa", R"(Error finalizing order :: rechecking caa: CAA record for a.test prevents issuance)",
       "caa-forbids"},
      {kHttp, "dns", "While processing CAA for a.test: DNS problem: SERVFAIL looking up CAA for a.test",
       "caa-unreadable"},
      {kDns, "dns", "DNS problem: query timed out looking up CAA for test", "caa-unreadable"},
      {"", "onionCAARequired", "d", "caa-onion"},
  };
  expect(kTable);
}

static void what_is_said_of_requests() {
  static constexpr Row kTable[]{
      {"", "rateLimited",
       "too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s, retry after "
       "2026-01-01 10:00:00 UTC: see https://letsencrypt.org/docs/rate-limits/",
       "limit-same-names"},
      {"", "rateLimited", R"(too many certificates (50) already issued for "a.test" in the last 168h0m0s)",
       "limit-domain"},
      {"", "rateLimited", R"(too many failed authorizations (5) for "a.test" in the last 1h0m0s, retry after)",
       "limit-failures"},
      {"", "rateLimited", "Error creating new order :: too many failed authorizations recently", "limit-failures"},
      {"", "rateLimited", "too many new orders (300) from this account in the last 3h0m0s", "limit-orders"},
      {"", "rateLimited", "too many new registrations (10) from this IP address in the last 3h0m0s", "limit-accounts"},
      {"", "rateLimited", "Service busy; retry later.", "ca-busy"},
      {"", "rateLimited", "Your account is temporarily prevented from requesting certificates for a.test", "paused"},
      {"", "rateLimited", "Quota exceeded for quota metric 'Certificate requests' and limit", "limit"},
      {"", "rateLimited", "d", "limit"},
      {"", "externalAccountRequired", R"(The request must include a value for the "externalAccountBinding" field)",
       "eab-required"},
      {"", "malformed", "[External Account Binding] The account is not awaiting external account binding",
       "eab-refused"},
      {"", "malformed", "[External Account Binding] Invalid MAC on JWS request", "eab-refused"},
      {"", "unauthorized", "External Account Binding JWS verification failed", "eab-refused"},
      {"", "unauthorized", "Your subscription has expired", "contract"},
      {"", "rejectedIdentifier", "Order quota exceeded", "contract"},
      {"", "userActionRequired", "Terms of service have changed", "user-action"},
      {"", "malformed", "must agree to terms of service", "terms"},
      {"", "accountDoesNotExist", R"(Account "https://ca.test/acct/7" not found)", "account-unknown"},
      {"", "unauthorized", R"(Account is not valid, has status "deactivated")", "account-deactivated"},
      {"", "invalidContact", R"(contact email has forbidden domain "example.com")", "contact-invalid"},
      {"", "unsupportedContact", R"(contact method "tel" is not supported)", "contact-kind"},
      {"", "badSignatureAlgorithm", "d", "account-key"},
      {"", "unauthorized", "OCSP must-staple extension is no longer available", "must-staple"},
      {"", "invalidProfile", R"(Order includes unrecognized profile name "x")", "profile"},
      {"", "unauthorized", R"(account ID 7 is not permitted to use certificate profile "x")", "profile"},
      {"", "malformed", "Order cannot contain more than 25 identifiers", "too-many-names"},
      {"", "malformed",
       R"(Error creating new order :: Cannot issue for "a.b": Domain name does not end with a valid public suffix (TLD))",
       "name-not-public"},
      {"", "rejectedIdentifier", R"(Cannot issue for "a.test": forbidden by policy)", "name-forbidden"},
      {"", "rejectedIdentifier", R"(Profile "classic" does not permit IP address identifiers)", "name-kind"},
      {"", "malformed", R"(Cannot issue for "a_b.test": Domain name contains an invalid character)", "name-malformed"},
      {"", "unsupportedIdentifier", "d", "name-kind"},
      {"", "badCSR", "only RSA keys are accepted", "rsa"},
      {"", "badPublicKey", "key type not allowed", "key"},
      {"", "badCSR", "signature algorithm not supported", "csr"},
      {"", "unauthorized", "authorizations for these identifiers expired: a.test", "authorization-expired"},
      {"", "badNonce", R"(JWS has an expired anti-replay nonce: "x")", "bad-nonce"},
      {"", "alreadyReplaced", "d", "already-replaced"},
      {"", "unauthorized", "requester account did not request the certificate being replaced by this order",
       "other-account"},
      {"", "orderNotReady", R"(Order's status ("pending") is not acceptable for finalization)", "order-not-ready"},
      {"", "alreadyRevoked", "d", "already-revoked"},
      {"", "badRevocationReason", "d", "revocation-reason"},
      {"", "serverInternal", "The service is down for maintenance or had an internal error", "ca-maintenance"},
      {"", "serverInternal", "Unable to meet CA SCT embedding requirements", "ca-trouble"},
      {"", "malformed", "Unable to read/verify body", "malformed"},
      {"", "unauthorized", "d", "elsewhere"},
      {"", "compound", "d", "names-differ"},
      {"", "somethingNew", "d", "none"},
      {"", "about:blank", "", "none"},
  };
  expect(kTable);
}

/// Whatever stands in a page of the operator's site, or in a name, is no word of the CA's.
static void what_is_quoted_does_not_count() {
  static constexpr Row kTable[]{
      {kHttp, "unauthorized", R"(Invalid response from http://a.test/: "<html>rate limit: your account is paused")",
       "http-elsewhere"},
      {kHttp, "unauthorized", "Invalid response from http://a.test/: <html>account is deactivated", "http-elsewhere"},
      {"", "unauthorized", "Invalid response from http://x/: <html>My account: paused", "elsewhere"},
      {"", "unauthorized", R"(Invalid response from http://x/: "the account is paused \"really, account is paused")",
       "elsewhere"},
      {"", "unauthorized", R"(Invalid response from http://x/: "subscription has expired, external account")",
       "elsewhere"},
      {kHttp, "unauthorized", R"(192.0.2.1: Invalid response: "2001:db8::1 During secondary validation NXDOMAIN")",
       "http-elsewhere"},
      {kHttp, "unauthorized", R"(Invalid response: "\\\" NXDOMAIN looking up CAA)", "http-elsewhere"},
      {kDns, "unauthorized", R"(Incorrect TXT record "no txt record DNSSEC servfail" found at x)", "txt-wrong"},
      {kHttp, "connection", "Fetching http://timeout.refused.test/nxdomain: Connection reset by peer", "http-reset"},
      {kHttp, "dns", "DNS problem: query timed out looking up A for nxdomain.servfail.test", "dns-timeout"},
      {"", "malformed", R"(Cannot issue for "terms of service": Domain name contains an invalid character)",
       "name-malformed"},
  };
  expect(kTable);
}

static void own_words_are_told_from_quotes() {
  const OwnWords words = own_words(R"([2001:db8::1]:80: Bad  "Page \" Text" from A.test (HTTP) <B>end)");
  CHECK_EQ(words.text, "bad from (http)");
  CHECK_EQ(words.quoted, " page \" text <b>end");
  CHECK(words.at_ipv6);
  for (const char* text : {"", "\"", "\\", "\"\\", ":", "a:b:c", "[", "]:", "<", "....", "12:30:45", "\xff\"\x80"}) {
    CHECK(!own_words(text).at_ipv6);
  }
  CHECK(own_words(std::string(1000000, '"')).text.empty());
}

static void names_that_failed_get_the_most_common_advice() {
  const Subproblem refused{"a.test", "connection", "connection: Connection refused", kHttp};
  const Subproblem unknown{"b.test", "dns", "NXDOMAIN", kHttp};
  const std::vector<Subproblem> both{unknown, refused, refused};
  CHECK_EQ(hint_on(both), std::string{advice("http-refused")});
  CHECK_EQ(hint_on(std::vector<Subproblem>{unknown, refused}), std::string{advice("nxdomain")});
  CHECK_EQ(hint_on(std::vector<Subproblem>{}), "");
  CHECK_EQ(hint_on(std::vector<Subproblem>{{"a", "new", "d"}}), "");
  const Error error = parse_problem(400, "application/problem+json", R"({
    "type": "urn:ietf:params:acme:error:compound", "detail": "Errors during validation", "subproblems": [
      {"type": "urn:ietf:params:acme:error:dns", "detail": "NXDOMAIN", "identifier": {"value": "a.test"}},
      {"type": "urn:ietf:params:acme:error:caa", "detail": "forbids", "identifier": {"value": "b.test"}},
      {"type": "urn:ietf:params:acme:error:caa", "detail": "forbids", "identifier": {"value": "c.test"}}]})");
  CHECK_EQ(error.hint, std::string{advice("caa-forbids")});
}

/// What fits a log line, a table of README.md and a page.
static void texts_are_of_one_line_and_ids_are_unique() {
  std::set<std::string_view> ids;
  for (const auto& row : kAdvice) {
    CHECK(ids.insert(row.id).second);
    CHECK(!row.heard.empty() && row.text.size() >= 20 && row.text.size() <= 480);
    CHECK(row.text.find_first_of("|\n\"") == std::string_view::npos && row.heard.find('|') == std::string_view::npos);
    CHECK(row.text.back() != '.');
    const bool named =
        row.text.find("`") == std::string_view::npos || std::count(row.text.begin(), row.text.end(), '`') % 2 == 0;
    CHECK(named);
  }
}

/// README.md has these rows between the heading of the table and the next heading, in this order, and no others.
static void the_readme_has_the_same_table() {
  std::ifstream readme{"README.md"};
  CHECK(readme.good());
  std::vector<std::string> rows;
  std::string line;
  while (std::getline(readme, line) && line != "### What a CA says, and what to do") continue;
  while (std::getline(readme, line) && !line.starts_with("#")) {
    if (line.starts_with("| ")) rows.push_back(line);
  }
  CHECK(!rows.empty());
  std::vector<std::string> expected{"| said | what it means, and what to do |"};
  for (const auto& row : kAdvice) expected.push_back(cat("| ", row.heard, " | ", row.text, " |"));
  for (std::size_t i = 0; i < std::max(rows.size(), expected.size()); ++i) {
    const std::string is = i < rows.size() ? rows[i] : "", should = i < expected.size() ? expected[i] : "";
    if (is != should) print_message("README.md has\n  %s\nand should have\n  %s\n", is.c_str(), should.c_str());
    CHECK_EQ(is, should);
  }
}

int main() {
  return acme_test::run(
      "advice", {ACME_TEST(what_is_said_of_http01), ACME_TEST(what_is_said_of_tls_alpn01_and_the_dns),
                 ACME_TEST(what_is_said_of_requests), ACME_TEST(what_is_quoted_does_not_count),
                 ACME_TEST(own_words_are_told_from_quotes), ACME_TEST(names_that_failed_get_the_most_common_advice),
                 ACME_TEST(texts_are_of_one_line_and_ids_are_unique), ACME_TEST(the_readme_has_the_same_table)});
}
