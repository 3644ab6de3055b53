// The words of an issuer block. A table: one row a word, with the function that reads it.
#include <algorithm>
#include <array>

#include "common/base/text.hpp"
#include "common/base/url.hpp"
#include "common/config/issuer_setters.hpp"
#include "common/config/values.hpp"

namespace acme {

namespace detail {

Status set_flag(bool& flag, const Arguments& arguments) {
  if (arguments.empty()) {
    flag = true;
    return {};
  }
  auto value = parse_flag(arguments[0]);
  if (!value) return std::move(value).error();
  flag = *value;
  return {};
}

Status set_directory(std::string& url, const std::string& text) {
  if (!acceptable_url(text, false)) {
    return wrong(cat("\"", cleaned(text, 200), "\" is no https URL"),
                 "an ACME directory is reached by https only: https://host[:port]/path");
  }
  url = text;
  return {};
}

}  // namespace detail

namespace {

using namespace detail;

Status set_uri(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  return set_directory(issuer.uri, arguments[0]);
}

Status set_staging_uri(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  return set_directory(issuer.staging_uri, arguments[0]);
}

Status set_common_name(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  return set_flag(issuer.common_name_in_csr, arguments);
}

Status set_preferred_chain(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  issuer.preferred_chain = arguments[0];
  return {};
}

Status set_trusted(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context) {
  issuer.ssl_trusted_certificate = path_of(arguments[0], context);
  return context.check_roots ? context.check_roots(issuer.ssl_trusted_certificate) : Status{};
}

Status set_verify(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  return set_flag(issuer.ssl_verify, arguments);
}

Status set_state_path(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context) {
  if (arguments[0] == "off") {
    if (context.notices) context.notices->push_back("state_path off: the state directory is used all the same");
    return {};
  }
  issuer.state_path = path_of(arguments[0], context);
  return {};
}

Status set_terms(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  return set_flag(issuer.accept_terms_of_service, arguments);
}

using Setter = Status (*)(IssuerConfig&, const Arguments&, const DirectiveContext&);

constexpr std::array kWords{
    DirectiveWord{"uri", "AcmeUri", 1, 1, "directory URL of the CA"},
    DirectiveWord{"account_key", "AcmeAccountKey", 1, 1, "type of the account key, or a PEM file with it"},
    DirectiveWord{"challenge", "AcmeChallenge", 1, 8, "how names are proved: http-01, tls-alpn-01, dns-01, ..."},
    DirectiveWord{"common_name_in_csr", "AcmeCommonNameInCsr", 1, 1, "on|off: put a CN into requests"},
    DirectiveWord{"contact", "AcmeContact", 1, 1, "mail address of the account, repeatable"},
    DirectiveWord{"external_account_key", "AcmeExternalAccountKey", 1, 3,
                  "KID FILE|data:KEY [HS256|HS384|HS512], or a JSON file with kid and hmac"},
    DirectiveWord{"preferred_chain", "AcmePreferredChain", 1, 1, "name of the root the chain should end at"},
    DirectiveWord{"profile", "AcmeProfile", 1, 2, "certificate profile, and whether it is required"},
    DirectiveWord{"ssl_trusted_certificate", "AcmeSSLTrustedCertificate", 1, 1, "PEM file with the CA server's root"},
    DirectiveWord{"ssl_verify", "AcmeSSLVerify", 1, 1, "on|off: verify the CA server's certificate"},
    DirectiveWord{"state_path", "AcmeStatePath", 1, 1, "another directory for this issuer's state"},
    DirectiveWord{"accept_terms_of_service", "AcmeAcceptTermsOfService", 0, 1, "on|off: agree to the CA's terms"},
    DirectiveWord{"key", "AcmeKey", 1, 1, "key types of its certificates"},
    DirectiveWord{"renew_before", "AcmeRenewBefore", 1, 1, "when to renew, before expiry: 30d, 36h, 33%"},
    DirectiveWord{"renew_window", "AcmeRenewWindow", 1, 2, "HH:MM-HH:MM [ZONE]: when renewals may run"},
    DirectiveWord{"lifetime", "AcmeLifetime", 1, 1, "lifetime to ask for: 7d, 12h"},
    DirectiveWord{"must_staple", "AcmeMustStaple", 1, 1, "on|off: ask for must-staple"},
    DirectiveWord{"reuse_key", "AcmeReuseKey", 1, 1, "on|off: renewals keep the key"},
    DirectiveWord{"fallback", "AcmeFallback", 1, 16, "ISSUER ... [after=N]: who is asked after N failures here"},
    DirectiveWord{"proxy", "AcmeProxy", 1, 1, "URL of the HTTP proxy to the CA"},
    DirectiveWord{"staging_uri", "AcmeStagingUri", 1, 1, "directory URL for dry runs"},
    DirectiveWord{"dns_provider", "AcmeDnsProvider", 1, 40,
                  "NAME [PROGRAM [ARG ...]] [key=value ...]: who sets TXT records, repeatable"},
    DirectiveWord{"resolver", "AcmeResolver", 1, 8, "ADDRESS[:PORT] ...: whom to ask instead of the system's"},
    DirectiveWord{"http01", "AcmeHttp01", 1, 1, "stateless|off: answer for other nodes of the same account"},
    DirectiveWord{"share_wildcard", "AcmeShareWildcard", 1, 1, "on|off: use another host's wildcard certificate"},
    DirectiveWord{"caa", "AcmeCaa", 1, 1, "on|off: read CAA records before an order"},
    DirectiveWord{"preflight", "AcmePreflight", 1, 1, "on|off: look whether names lead here before an order"},
};

constexpr std::array<Setter, kWords.size()> kSetters{
    set_uri,
    set_account_key,
    set_challenge,
    set_common_name,
    add_contact,
    set_external_account,
    set_preferred_chain,
    set_profile,
    set_trusted,
    set_verify,
    set_state_path,
    set_terms,
    set_key,
    set_renew_before,
    set_renew_window,
    set_lifetime,
    set_must_staple,
    set_reuse_key,
    set_fallback,
    set_proxy,
    set_staging_uri,
    add_dns_provider,
    set_resolvers,
    set_http01,
    set_share_wildcard,
    set_caa,
    set_preflight,
};

/// As nginx refuses a duplicate: the second line would silently win.
Status note_word(IssuerConfig& issuer, std::string_view word) {
  if (word == "contact" || word == "dns_provider") return {};
  if (std::find(issuer.words.begin(), issuer.words.end(), word) != issuer.words.end()) {
    return wrong(cat("\"", word, "\" is given twice in issuer \"", issuer.name, "\""), "once in each issuer");
  }
  issuer.words.emplace_back(word);
  return {};
}

}  // namespace

std::span<const DirectiveWord> issuer_words() { return kWords; }

Status apply_issuer_word(IssuerConfig& issuer, std::string_view word, const std::vector<std::string>& arguments,
                         const DirectiveContext& context) {
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    const DirectiveWord& known = kWords[i];
    if (word != known.nginx_name) continue;
    const int count = static_cast<int>(arguments.size());
    if (count < known.min_arguments || count > known.max_arguments) {
      return wrong(cat("wrong number of values after \"", word, "\""), known.help);
    }
    if (Status once = note_word(issuer, word); !once) return once;
    return kSetters[i](issuer, arguments, context);
  }
  std::string names;
  for (const auto& known : kWords) names += cat(names.empty() ? "" : ", ", known.nginx_name);
  return wrong(cat("unknown word \"", cleaned(word, 80), "\" in an issuer"), cat("known: ", names));
}

}  // namespace acme
