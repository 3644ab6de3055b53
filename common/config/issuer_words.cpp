// The words of an issuer block. A table: one row a word, with the function that reads it.
#include <array>

#include "common/base/text.hpp"
#include "common/base/url.hpp"
#include "common/config/directives.hpp"
#include "common/config/issuer_catalog.hpp"
#include "common/config/values.hpp"

namespace acme {

namespace {

using Arguments = std::vector<std::string>;

Error wrong(std::string message, std::string hint = {}) {
  return {ErrorKind::configuration, std::move(message), std::move(hint)};
}

std::string path_of(const std::string& text, const DirectiveContext& context) {
  return context.absolute_path ? context.absolute_path(text) : text;
}

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

Status set_uri(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  if (!acceptable_url(arguments[0], false)) {
    return wrong(cat("\"", cleaned(arguments[0], 200), "\" is no https URL"),
                 "an ACME directory is reached by https only: https://host[:port]/path");
  }
  issuer.uri = arguments[0];
  return {};
}

Status set_account_key(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context) {
  const std::string& text = arguments[0];
  if (text.rfind("ecdsa", 0) != 0 && text.rfind("rsa", 0) != 0) {
    issuer.account_key_file = path_of(text, context);
    if (!context.read_file) return {};
    auto file = context.read_file(issuer.account_key_file);
    if (!file) return std::move(file).error();
    issuer.account_key_pem = *std::move(file);
    return {};
  }
  auto types = parse_key_types(text);
  if (!types) return std::move(types).error();
  if (types->size() != 1) return wrong("an account has one key", "e.g. account_key ecdsa:256");
  issuer.account_key_type = types->front();
  return {};
}

Status set_challenge(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  const std::vector<std::string_view> texts{arguments.begin(), arguments.end()};
  auto challenges = parse_challenges(texts);
  if (!challenges) return std::move(challenges).error();
  issuer.challenges = *std::move(challenges);
  return {};
}

Status set_common_name(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  return set_flag(issuer.common_name_in_csr, arguments);
}

Status add_contact(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  std::string contact = arguments[0];
  if (contact.find(':') == std::string::npos) contact.insert(0, "mailto:");
  const bool mail = contact.rfind("mailto:", 0) == 0;
  const auto at = contact.find('@');
  const bool odd = contact != cleaned(contact, 320) || contact.find_first_of(" ,?\"<>") != std::string::npos;
  if (odd || (mail && (at == std::string::npos || at == 7 || at + 1 == contact.size()))) {
    return wrong(cat("bad contact \"", cleaned(arguments[0], 200), "\""), "one mail address: admin@example.com");
  }
  issuer.contact.push_back(std::move(contact));
  return {};
}

Status set_external_account(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context) {
  constexpr std::string_view inline_prefix = "data:";
  Secret text;
  if (arguments[1].rfind(inline_prefix, 0) == 0) {
    text = Secret{std::string_view{arguments[1]}.substr(inline_prefix.size())};
  } else if (context.read_file) {
    auto file = context.read_file(path_of(arguments[1], context));
    if (!file) return std::move(file).error();
    text = *std::move(file);
  }
  const auto key = base64url_decode(trim(text.view()));
  if (!key || key->empty()) {
    return wrong(cat("the external account key of \"", cleaned(arguments[0], 100), "\" is not base64url"),
                 "the MAC key as the CA gave it, in a file or as data:KEY");
  }
  ExternalAccount account;
  account.kid = arguments[0];
  account.key = Secret{std::string_view{reinterpret_cast<const char*>(key->data()), key->size()}};
  issuer.external_account = std::move(account);
  return {};
}

Status set_preferred_chain(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  issuer.preferred_chain = arguments[0];
  return {};
}

Status set_profile(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  if (arguments.size() == 2 && arguments[1] != "require") {
    return wrong(cat("\"", cleaned(arguments[1], 80), "\" after a profile"), "profile NAME [require]");
  }
  issuer.profile = arguments[0];
  issuer.profile_required = arguments.size() == 2;
  return {};
}

Status set_trusted(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context) {
  issuer.ssl_trusted_certificate = path_of(arguments[0], context);
  return {};
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

Status set_key(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  auto types = parse_key_types(arguments[0]);
  if (!types) return std::move(types).error();
  issuer.key_types = *std::move(types);
  return {};
}

Status set_renew_before(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  auto value = parse_renew_before(arguments[0]);
  if (!value) return std::move(value).error();
  issuer.renew_before = *value;
  return {};
}

using Setter = Status (*)(IssuerConfig&, const Arguments&, const DirectiveContext&);

constexpr std::array kWords{
    DirectiveWord{"uri", "AcmeUri", 1, 1, "directory URL of the CA"},
    DirectiveWord{"account_key", "AcmeAccountKey", 1, 1, "type of the account key, or a PEM file with it"},
    DirectiveWord{"challenge", "AcmeChallenge", 1, 8, "how names are proved: http-01"},
    DirectiveWord{"common_name_in_csr", "AcmeCommonNameInCsr", 1, 1, "on|off: put a CN into requests"},
    DirectiveWord{"contact", "AcmeContact", 1, 1, "mail address of the account, repeatable"},
    DirectiveWord{"external_account_key", "AcmeExternalAccountKey", 2, 2, "key id and MAC key file or data:KEY"},
    DirectiveWord{"preferred_chain", "AcmePreferredChain", 1, 1, "name of the root the chain should end at"},
    DirectiveWord{"profile", "AcmeProfile", 1, 2, "certificate profile, and whether it is required"},
    DirectiveWord{"ssl_trusted_certificate", "AcmeSSLTrustedCertificate", 1, 1, "PEM file with the CA server's root"},
    DirectiveWord{"ssl_verify", "AcmeSSLVerify", 1, 1, "on|off: verify the CA server's certificate"},
    DirectiveWord{"state_path", "AcmeStatePath", 1, 1, "another directory for this issuer's state"},
    DirectiveWord{"accept_terms_of_service", "AcmeAcceptTermsOfService", 0, 1, "on|off: agree to the CA's terms"},
    DirectiveWord{"key", "AcmeKey", 1, 1, "key types of its certificates"},
    DirectiveWord{"renew_before", "AcmeRenewBefore", 1, 1, "when to renew, before expiry: 30d, 36h, 33%"},
};

constexpr std::array<Setter, kWords.size()> kSetters{
    set_uri,     set_account_key,      set_challenge,       set_common_name,
    add_contact, set_external_account, set_preferred_chain, set_profile,
    set_trusted, set_verify,           set_state_path,      set_terms,
    set_key,     set_renew_before,
};

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
    return kSetters[i](issuer, arguments, context);
  }
  std::string names;
  for (const auto& known : kWords) names += cat(names.empty() ? "" : ", ", known.nginx_name);
  return wrong(cat("unknown word \"", cleaned(word, 80), "\" in an issuer"), cat("known: ", names));
}

}  // namespace acme
