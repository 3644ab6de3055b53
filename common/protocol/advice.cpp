#include "common/protocol/advice.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "common/base/challenge_type.hpp"
#include "common/base/text.hpp"
#include "common/protocol/advice_rules.hpp"
#include "common/protocol/own_words.hpp"

namespace acme {

namespace {

using detail::AdviceRule;
using detail::Scope;

/// What pages of CDNs say of themselves; a mere link to one in a site's own page is none.
constexpr std::array<std::string_view, 6> kCdnPages{
    "cloudflare ray id", "| cloudflare", "cf-error", "(cloudfront)", "sucuri website firewall", "incapsula incident"};

bool is_cdn_page(std::string_view page) {
  return std::any_of(kCdnPages.begin(), kCdnPages.end(),
                     [&](std::string_view mark) { return page.find(mark) != std::string_view::npos; });
}

/// A token and the thumbprint of an account's key (RFC 8555 §8.1).
bool is_key_authorization(std::string_view word) {
  constexpr std::size_t kLeastToken = 16, kThumbprint = 43;
  const auto dot = word.find('.');
  if (dot == std::string_view::npos || dot < kLeastToken || word.size() - dot - 1 != kThumbprint) return false;
  return base64url_decode(word.substr(0, dot)) && base64url_decode(word.substr(dot + 1));
}

bool holds_two_keys(std::string_view quoted) {
  const auto words = split(quoted, ' ');
  return std::count_if(words.begin(), words.end(), is_key_authorization) >= 2;
}

bool holds_piece(std::string_view list, char separator, std::string_view piece) {
  const auto pieces = split(list, separator);
  return std::find(pieces.begin(), pieces.end(), piece) != pieces.end();
}

bool is_in(Scope scope, std::string_view challenge) {
  const bool http = challenge == kHttp01, alpn = challenge == kTlsAlpn01, persist = challenge == kDnsPersist01;
  switch (scope) {
    case Scope::any: return true;
    case Scope::request: return challenge.empty();
    case Scope::challenge: return !challenge.empty();
    case Scope::http: return http;
    case Scope::alpn: return alpn;
    case Scope::reach: return http || alpn;
    case Scope::dns: return is_dns_challenge(challenge) && !persist;
    case Scope::persist: return persist;
  }
  return false;
}

bool says(const OwnWords& words, std::string_view wanted) {
  if (wanted.empty()) return true;
  for (const auto one : split(wanted, '|')) {
    const bool fits = one == "@v6"     ? words.at_ipv6
                      : one == "@cdn"  ? is_cdn_page(words.quoted)
                      : one == "@keys" ? holds_two_keys(words.quoted)
                                       : words.text.find(one) != std::string::npos;
    if (fits) return true;
  }
  return false;
}

/// What the detail begins with where it was shown before: its type.
std::string_view without_type(std::string_view detail, std::string_view type) {
  const bool doubled = !type.empty() && detail.starts_with(type) && detail.substr(type.size()).starts_with(": ");
  return doubled ? detail.substr(type.size() + 2) : detail;
}

}  // namespace

const Advice* advice_on(std::string_view challenge, std::string_view type, std::string_view detail) {
  const OwnWords words = own_words(without_type(detail, type));
  const auto fits = [&](const AdviceRule& rule) {
    return is_in(rule.scope, challenge) && (rule.types.empty() || holds_piece(rule.types, ' ', type)) &&
           says(words, rule.words);
  };
  const auto rule = std::find_if(detail::kAdviceRules.begin(), detail::kAdviceRules.end(), fits);
  if (rule == detail::kAdviceRules.end()) return nullptr;
  return std::find_if(kAdvice.begin(), kAdvice.end(), [&](const Advice& row) { return row.id == rule->advice; });
}

std::string hint_on(std::string_view challenge, std::string_view type, std::string_view detail) {
  const Advice* found = advice_on(challenge, type, detail);
  return found == nullptr ? std::string{} : std::string{found->text};
}

std::string hint_on(std::span<const Subproblem> subproblems) {
  std::map<const Advice*, std::size_t> counts;
  const Advice* most = nullptr;
  std::vector<const Advice*> in_order;
  for (const auto& sub : subproblems) {
    const Advice* found = advice_on(sub.challenge, sub.type, sub.detail);
    if (found == nullptr) continue;
    if (counts[found]++ == 0) in_order.push_back(found);
  }
  for (const Advice* one : in_order) {
    if (most == nullptr || counts[one] > counts[most]) most = one;
  }
  return most == nullptr ? std::string{} : std::string{most->text};
}

std::string_view contract_trouble(std::string_view hint) {
  if (hint == advice("contract")) return "contract";
  return hint == advice("eab-refused") ? "eab-refused" : "";
}

}  // namespace acme
