#include "common/config/external_account.hpp"

#include <string.h>

#include <array>

#include "common/base/text.hpp"
#include "common/json/json.hpp"

namespace acme {

namespace {

constexpr const char* kJsonForm = R"(a JSON object such as {"kid": "...", "hmac": "..."}, hmac in base64url)";

Error wrong(std::string message, std::string hint) {
  return {ErrorKind::configuration, std::move(message), std::move(hint)};
}

/// "eab_hmac_key", "hmacKey" and "HMAC-Key" are told apart by nobody.
std::string plain(std::string_view member) {
  std::string name;
  for (const char c : to_lower(member)) {
    if (c != '_' && c != '-') name += c;
  }
  return name.starts_with("eab") ? name.substr(3) : name;
}

/// The string under any of these names; an error when two members would do.
template <std::size_t N>
Result<std::string> member(const Json& object, const std::array<std::string_view, N>& names) {
  std::optional<std::string> found;
  for (const auto& key : object.keys()) {
    bool meant = false;
    for (const auto name : names) meant = meant || plain(key) == name;
    const auto value = meant ? object[key.c_str()].string() : std::nullopt;
    if (!value) continue;
    if (found && *found != *value)
      return wrong(cat("\"", cleaned(key, 80), "\" contradicts another member"), kJsonForm);
    found = value;
  }
  return found.value_or("");
}

}  // namespace

Result<Secret> parse_mac_key(std::string_view text) {
  Secret plain_form{trim(text)};
  for (std::size_t i = 0; i < plain_form.size(); ++i) {
    char& c = plain_form.data()[i];
    c = c == '+' ? '-' : c == '/' ? '_' : c;
  }
  auto key = base64url_decode(plain_form.view());
  if (!key || key->empty()) return wrong("the MAC key is not base64url", "the MAC key as the CA gave it");
  Secret secret{std::string_view{reinterpret_cast<const char*>(key->data()), key->size()}};
  ::explicit_bzero(key->data(), key->size());
  return secret;
}

Result<MacAlgorithm> parse_mac_algorithm(std::string_view text) {
  if (text == "HS256") return MacAlgorithm::hs256;
  if (text == "HS384") return MacAlgorithm::hs384;
  if (text == "HS512") return MacAlgorithm::hs512;
  return wrong(cat("unknown MAC algorithm \"", cleaned(text, 80), "\""), "accepted: HS256, HS384, HS512");
}

Result<ExternalAccount> parse_external_account_json(std::string_view text) {
  auto object = Json::parse(text);
  // What the parser says would quote from the file.
  if (!object) return wrong("it is no JSON", kJsonForm);
  auto kid = member(*object, std::array<std::string_view, 2>{"kid", "keyid"});
  if (!kid) return std::move(kid).error();
  auto hmac = member(*object, std::array<std::string_view, 3>{"hmac", "hmackey", "key"});
  if (!hmac) return std::move(hmac).error();
  auto algorithm = member(*object, std::array<std::string_view, 2>{"alg", "algorithm"});
  if (!algorithm) return std::move(algorithm).error();
  if (kid->empty() || hmac->empty()) return wrong(kid->empty() ? "no key id in it" : "no MAC key in it", kJsonForm);
  ExternalAccount account;
  account.kid = *std::move(kid);
  auto key = parse_mac_key(*hmac);
  ::explicit_bzero(hmac->data(), hmac->size());
  if (!key) return std::move(key).error();
  account.key = *std::move(key);
  if (algorithm->empty()) return account;
  auto known = parse_mac_algorithm(*algorithm);
  if (!known) return std::move(known).error();
  account.algorithm = *known;
  return account;
}

}  // namespace acme
