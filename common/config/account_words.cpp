// The words of an issuer block about our account at the CA, and the way there.
#include "common/base/text.hpp"
#include "common/base/url.hpp"
#include "common/config/external_account.hpp"
#include "common/config/issuer_setters.hpp"
#include "common/config/values.hpp"

namespace acme::detail {

namespace {

constexpr std::string_view kInline = "data:";

/// "rsa" and "rsa:3072" are types; "rsa.pem" is a file.
bool is_key_type(std::string_view text) {
  const auto algorithm = text.substr(0, text.find_first_of(":,"));
  return algorithm == "ecdsa" || algorithm == "rsa";
}

Status set_external_account_file(IssuerConfig& issuer, const std::string& name, const DirectiveContext& context) {
  if (name.starts_with(kInline)) {
    return wrong("a MAC key without its key id", "external_account_key KID data:KEY, or the name of a JSON file alone");
  }
  if (!context.read_file) return {};
  const std::string path = path_of(name, context);
  auto file = context.read_file(path);
  if (!file) return std::move(file).error();
  auto account = parse_external_account_json(file->view());
  if (!account) return std::move(account).error().with_context(cleaned(path));
  issuer.external_account = *std::move(account);
  return {};
}

Result<Secret> mac_key(const std::string& argument, const DirectiveContext& context) {
  if (argument.starts_with(kInline)) return parse_mac_key(std::string_view{argument}.substr(kInline.size()));
  if (!context.read_file) return Secret{};
  auto file = context.read_file(path_of(argument, context));
  if (!file) return std::move(file).error();
  return parse_mac_key(file->view());
}

}  // namespace

Status set_account_key(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context) {
  const std::string& text = arguments[0];
  if (!is_key_type(text)) {
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
  if (arguments.size() == 1) return set_external_account_file(issuer, arguments[0], context);
  ExternalAccount account;
  account.kid = arguments[0];
  if (account.kid.empty() || account.kid != cleaned(account.kid, 500)) {
    return wrong("the key id is empty or has odd characters", "the key id as the CA gave it");
  }
  if (arguments.size() == 3) {
    auto algorithm = parse_mac_algorithm(arguments[2]);
    if (!algorithm) return std::move(algorithm).error();
    account.algorithm = *algorithm;
  }
  auto key = mac_key(arguments[1], context);
  if (!key) {
    return std::move(key)
        .error()
        .with_context(cat("external account \"", cleaned(arguments[0], 100), "\""))
        .with_hint("the MAC key as the CA gave it, in a file or as data:KEY");
  }
  account.key = *std::move(key);
  issuer.external_account = std::move(account);
  return {};
}

Status set_proxy(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  if (!acceptable_proxy_url(arguments[0])) {
    // What was written may hold a password, so it is not shown.
    return wrong("bad proxy URL", "http://[user:password@]host:port or https://..., odd characters written as %40");
  }
  issuer.proxy = arguments[0];
  return {};
}

}  // namespace acme::detail
