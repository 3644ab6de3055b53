// The texts in which operators have their TSIG keys (tsig.hpp).

#include <algorithm>

#include "common/base/text.hpp"
#include "common/dns/message.hpp"
#include "common/dns/tsig.hpp"

namespace acme {

namespace {

std::string_view without_comment(std::string_view line) {
  const auto trimmed = trim(line);
  return trimmed.starts_with('#') || trimmed.starts_with("//") ? std::string_view{} : trimmed;
}

/// The words of BIND's `key "name" { algorithm X; secret "Y"; };` and of knot's `key: - id: name ...` alike.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (const auto line : split(text, '\n')) {
    std::string_view rest = without_comment(line);
    while (!rest.empty()) {
      const auto begin = std::min(rest.find_first_not_of(" \t\r;:{}\"'"), rest.size());
      rest.remove_prefix(begin);
      const auto end = std::min(rest.find_first_of(" \t\r;:{}\"'"), rest.size());
      if (end > 0) words.push_back(rest.substr(0, end));
      rest.remove_prefix(end);
    }
  }
  return words;
}

std::string_view after(const std::vector<std::string_view>& words, std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  return found == words.end() || found + 1 == words.end() ? std::string_view{} : *(found + 1);
}

std::optional<MacAlgorithm> algorithm_of(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty() || equals_no_case(name, "hmac-sha256")) return MacAlgorithm::hs256;
  if (equals_no_case(name, "hmac-sha384")) return MacAlgorithm::hs384;
  if (equals_no_case(name, "hmac-sha512")) return MacAlgorithm::hs512;
  return std::nullopt;
}

/// Base64 of RFC 4648 §4; empty when it is none.
Secret decoded(std::string_view base64) {
  Secret url_form{base64};
  std::replace(url_form.data(), url_form.data() + url_form.size(), '+', '-');
  std::replace(url_form.data(), url_form.data() + url_form.size(), '/', '_');
  auto bytes = base64url_decode(url_form.view());
  if (!bytes || bytes->empty()) return {};
  Secret secret{std::string_view{reinterpret_cast<const char*>(bytes->data()), bytes->size()}};
  ::explicit_bzero(bytes->data(), bytes->size());
  return secret;
}

}  // namespace

Result<TsigKey> parse_tsig_key(std::string_view text, std::string_view name, std::string_view algorithm) {
  const auto words = words_of(text);
  std::string_view secret = trim(text);
  if (words.size() > 1) {
    secret = after(words, "secret");
    const auto id = after(words, "id");
    if (name.empty()) name = id.empty() ? after(words, "key") : id;
    if (algorithm.empty()) algorithm = after(words, "algorithm");
  }
  const auto known = algorithm_of(algorithm);
  if (!known)
    return Error{ErrorKind::configuration, cat("TSIG algorithm \"", cleaned(algorithm, 40), "\" is not supported"),
                 "hmac-sha256, hmac-sha384 and hmac-sha512 are"};
  if (name.ends_with('.')) name.remove_suffix(1);
  if (!is_askable(name))
    return Error{ErrorKind::configuration, name.empty() ? "the TSIG key has no name" : "the TSIG key's name is no name",
                 "give key_name=NAME as the name server's configuration has it"};
  TsigKey key{to_lower(name), *known, decoded(secret)};
  if (key.secret.empty())
    return Error{ErrorKind::configuration, "the TSIG key is no base64 text",
                 "the file holds the secret alone, or what tsig-keygen printed"};
  return key;
}

}  // namespace acme
