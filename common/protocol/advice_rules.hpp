// Which advice fits what a CA says: a table, the first row that fits counts. RFC 8555 §6.7, RFC 8659, RFC 8737,
// RFC 9773, the drafts for profiles and dns-persist-01, and the habits of CAs.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "common/protocol/advice_texts.hpp"

namespace acme::detail {

/// What failed: a request (no challenge is known), or a challenge of some type.
enum class Scope : std::uint8_t { any, request, challenge, http, alpn, reach, dns, persist };

struct AdviceRule {
  std::string_view types;  // of problems, separated by spaces; empty: all
  Scope scope;
  std::string_view words;  // lower case, one of those between '|'; empty: whatever it says
  std::string_view advice;
};

// Types whose problem is about where a name leads, or what answers there.
inline constexpr std::string_view kReach = "connection unauthorized incorrectResponse tls dns malformed";
inline constexpr std::string_view kAnswer = "unauthorized incorrectResponse malformed connection";

// "@v6" stands for an IPv6 address that the CA came to, "@cdn" for a page of a CDN in what it quotes, "@keys" for two
// key authorizations in it: the expected one and another.
inline constexpr std::array kAdviceRules{
    AdviceRule{"caa dns", Scope::any, "looking up caa|processing caa|caa lookup|caa query|caa servfail|caa timeout",
               "caa-unreadable"},
    AdviceRule{"caa", Scope::any, "servfail|timed out|timeout|lookup failed|could not be retrieved", "caa-unreadable"},
    AdviceRule{"caa", Scope::any, "", "caa-forbids"},
    AdviceRule{"rejectedIdentifier serverInternal malformed unauthorized", Scope::any,
               "caa record|forbidden by caa|caa check", "caa-forbids"},
    AdviceRule{"onionCAARequired", Scope::any, "", "caa-onion"},

    AdviceRule{"", Scope::persist, "", "persist-record"},
    AdviceRule{kReach, Scope::dns, "secondary validation|perspective|corroborat", "txt-secondary"},
    AdviceRule{kReach, Scope::reach, "secondary validation|perspective|corroborat", "secondary"},
    AdviceRule{kReach, Scope::request, "secondary validation|perspective|corroborat", "secondary"},

    AdviceRule{kReach, Scope::any, "dnssec|bogus|rrsig|dnskey", "dnssec"},
    AdviceRule{kReach, Scope::dns,
               "no txt record|nxdomain|txt record not found|no record found|could not find txt|"
               "unsuccessful response: 3|no such host",
               "txt-missing"},
    AdviceRule{kReach, Scope::dns,
               "incorrect txt|correct value not found|did not match|does not match|txt record mismatch", "txt-wrong"},
    AdviceRule{kReach, Scope::challenge, "nxdomain|no such host|domain does not exist|unsuccessful response: 3",
               "nxdomain"},
    AdviceRule{"dns", Scope::any, "nxdomain|no such host|domain does not exist", "nxdomain"},
    AdviceRule{
        kReach, Scope::reach,
        "no valid a records|no valid aaaa records|no valid ip|no ip addresses|no ipv4 or ipv6 addresses|could not "
        "resolve|unable to resolve|no a or aaaa",
        "no-address"},
    AdviceRule{"dns", Scope::any, "no valid a records|no valid ip|no ip addresses|no ipv4 or ipv6 addresses",
               "no-address"},
    AdviceRule{kReach, Scope::reach,
               "reserved address|private address|not publicly|reserved ip|private ip|non-public ip", "private-address"},
    AdviceRule{kReach, Scope::challenge, "servfail|server failure|unsuccessful response: 2", "servfail"},
    AdviceRule{"dns", Scope::any, "servfail|server failure|no reachable authority", "servfail"},
    AdviceRule{"dns", Scope::any, ": refused|problem: refused|not authoritative|lame|notauth|prohibited",
               "dns-refused"},
    AdviceRule{"dns", Scope::any, "timed out|timeout|networking error|network error", "dns-timeout"},
    AdviceRule{"unauthorized", Scope::dns, "error retrieving txt", "dns"},
    AdviceRule{"unauthorized incorrectResponse", Scope::dns, "", "txt-wrong"},
    AdviceRule{"dns", Scope::any, "", "dns"},
    AdviceRule{"connection tls malformed", Scope::dns, "", "dns"},

    AdviceRule{"unauthorized incorrectResponse", Scope::reach,
               "@keys|acmevalidationv1 extension value|invalid acmevalidation", "other-client"},
    AdviceRule{kAnswer, Scope::http, "redirect loop|too many redirects|stopped after 10 redirects",
               "http-redirect-loop"},
    AdviceRule{kAnswer, Scope::http, "redirect target|disallowed redirect|invalid redirect|unsupported protocol scheme",
               "http-redirect-target"},
    AdviceRule{kAnswer, Scope::http, "http/2 over http|malformed http|gave http|not a valid http", "http-not-http"},
    AdviceRule{"unauthorized incorrectResponse", Scope::http,
               "from 520|from 521|from 522|from 523|from 524|from 525|from 526|from 530|@cdn", "http-cdn"},
    AdviceRule{"connection unauthorized incorrectResponse", Scope::http, "@v6", "http-ipv6"},
    AdviceRule{"unauthorized incorrectResponse", Scope::http,
               "from 50|returned 50|status code 50|status code: 50|http 50", "http-gateway"},
    AdviceRule{"connection", Scope::http, "refused", "http-refused"},
    AdviceRule{"connection", Scope::http, "after connect|during read|during write|awaiting headers|reading body",
               "http-slow"},
    AdviceRule{"connection", Scope::http, "timeout|timed out|deadline exceeded", "http-timeout"},
    AdviceRule{"connection", Scope::http, "reset by peer|connection reset|eof", "http-reset"},
    AdviceRule{"connection", Scope::http, "unreachable|no route to host", "http-unreachable"},
    AdviceRule{"unauthorized incorrectResponse", Scope::http, "", "http-elsewhere"},
    AdviceRule{"connection tls", Scope::http, "", "http"},
    AdviceRule{"connection unauthorized incorrectResponse tls malformed", Scope::alpn, "@v6|no ipv4 addresses to try",
               "alpn-ipv6"},
    AdviceRule{"connection", Scope::alpn, "refused", "alpn-refused"},
    AdviceRule{"connection", Scope::alpn, "timeout|timed out|deadline exceeded|no route|unreachable", "alpn-timeout"},
    AdviceRule{"unauthorized", Scope::alpn, "failed to connect", "alpn"},
    AdviceRule{"unauthorized incorrectResponse tls malformed", Scope::alpn, "", "alpn-elsewhere"},
    AdviceRule{"connection", Scope::alpn, "", "alpn"},

    AdviceRule{"rateLimited", Scope::any, "quota metric|per minute|per hour", "limit"},
    AdviceRule{"", Scope::request,
               "insufficient funds|insufficient credit|credit limit|subscription has|subscription is|contract has|"
               "contract is|order quota|quota has been|quota exceeded",
               "contract"},
    AdviceRule{"externalAccountRequired", Scope::any, "", "eab-required"},
    AdviceRule{"unauthorized malformed", Scope::request, "external account|externalaccountbinding", "eab-refused"},
    AdviceRule{"rateLimited", Scope::any, "temporarily prevented|paused", "paused"},
    AdviceRule{"unauthorized", Scope::request, "account is temporarily prevented|account is paused", "paused"},
    AdviceRule{
        "unauthorized", Scope::request,
        "account is not valid|account is deactivated|account has been deactivated|account deactivated|exists but "
        "is deactivated",
        "account-deactivated"},
    AdviceRule{"rateLimited", Scope::any, "failed authorizations|failed validations|invalid authorizations",
               "limit-failures"},
    AdviceRule{"rateLimited", Scope::any, "exact set|duplicate certificate|same set of", "limit-same-names"},
    AdviceRule{"rateLimited", Scope::any, "certificates already issued|already issued for|per registered domain",
               "limit-domain"},
    AdviceRule{"rateLimited", Scope::any, "new orders|orders recently", "limit-orders"},
    AdviceRule{"rateLimited", Scope::any, "new registrations|registrations for this ip|new accounts", "limit-accounts"},
    AdviceRule{"rateLimited", Scope::any, "already issued", "limit-domain"},
    AdviceRule{"rateLimited", Scope::any, "busy|too many requests|request rate|overloaded", "ca-busy"},
    AdviceRule{"rateLimited", Scope::any, "", "limit"},
    AdviceRule{"userActionRequired", Scope::any, "", "user-action"},
    AdviceRule{"malformed unauthorized", Scope::request, "agree to terms|agree to the terms|terms of service", "terms"},
    AdviceRule{"accountDoesNotExist", Scope::any, "", "account-unknown"},
    AdviceRule{"invalidContact", Scope::any, "", "contact-invalid"},
    AdviceRule{"unsupportedContact", Scope::any, "", "contact-kind"},
    AdviceRule{"badSignatureAlgorithm", Scope::any, "", "account-key"},

    AdviceRule{"unauthorized badCSR", Scope::request, "must-staple|must staple", "must-staple"},
    AdviceRule{"invalidProfile", Scope::any, "", "profile"},
    AdviceRule{"unauthorized", Scope::request, "certificate profile|this profile", "profile"},
    AdviceRule{"malformed rejectedIdentifier badCSR unauthorized", Scope::request,
               "cannot contain more than|too many identifiers|too many names|too many domains|identifier count",
               "too-many-names"},
    AdviceRule{"malformed rejectedIdentifier", Scope::request,
               "public suffix|needs at least one dot|is an icann tld|not a public|internal name", "name-not-public"},
    AdviceRule{"malformed rejectedIdentifier unsupportedIdentifier badCSR", Scope::request,
               "wildcard domain names are not supported|does not permit|disabled this identifier|wildcards are not|ip "
               "addresses are not|ip address in common",
               "name-kind"},
    AdviceRule{
        "malformed rejectedIdentifier", Scope::request,
        "invalid character|underscore|too many labels|10 labels|ends in a dot|two dots|longer than 63|longer than "
        "253|punycode|invalid label|more than one wildcard|invalid wildcard|value (name) is empty",
        "name-malformed"},
    AdviceRule{"rejectedIdentifier", Scope::any, "", "name-forbidden"},
    AdviceRule{"unsupportedIdentifier", Scope::any, "", "name-kind"},
    AdviceRule{"badPublicKey badCSR malformed unauthorized", Scope::request,
               "only rsa|rsa only|must be rsa|rsa keys only|ec keys are not|ecdsa is not|ecdsa keys are not|not an rsa|"
               "requires rsa|rsa is required",
               "rsa"},
    AdviceRule{"badPublicKey", Scope::any, "", "key"},
    AdviceRule{"badCSR", Scope::any, "", "csr"},
    AdviceRule{"malformed unauthorized", Scope::request,
               "expired authorization|identifiers expired|identifiers not valid", "authorization-expired"},

    AdviceRule{"badNonce", Scope::any, "", "bad-nonce"},
    AdviceRule{"alreadyReplaced conflict", Scope::any, "", "already-replaced"},
    AdviceRule{"unauthorized malformed", Scope::request, "did not request the certificate being replaced",
               "other-account"},
    AdviceRule{"orderNotReady", Scope::any, "", "order-not-ready"},
    AdviceRule{"alreadyRevoked", Scope::any, "", "already-revoked"},
    AdviceRule{"badRevocationReason", Scope::any, "", "revocation-reason"},
    AdviceRule{"serverInternal", Scope::any, "maintenance|unavailable", "ca-maintenance"},
    AdviceRule{"serverInternal", Scope::any, "", "ca-trouble"},
    AdviceRule{"compound", Scope::any, "", "names-differ"},
    AdviceRule{"connection", Scope::any, "", "unreached"},
    AdviceRule{"unauthorized incorrectResponse", Scope::any, "", "elsewhere"},
    AdviceRule{"tls", Scope::any, "", "tls"},
    AdviceRule{"malformed", Scope::any, "", "malformed"},
    AdviceRule{"", Scope::http, "", "http"},
    AdviceRule{"", Scope::alpn, "", "alpn"},
    AdviceRule{"", Scope::dns, "", "dns"},
};

constexpr bool names_advice(const AdviceRule& rule) {
  return std::any_of(kAdvice.begin(), kAdvice.end(), [&](const Advice& row) { return row.id == rule.advice; });
}
static_assert(std::all_of(kAdviceRules.begin(), kAdviceRules.end(), names_advice));

}  // namespace acme::detail
