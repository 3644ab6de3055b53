#include "common/renew/limit_scope.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "common/base/text.hpp"

namespace acme {

namespace {

// The certificate's own limits first: their texts may speak of the account as well.
constexpr std::array<std::string_view, 7> kOfCertificate{"failed authorizations",
                                                         "failed validations",
                                                         "exact set",
                                                         "already issued",
                                                         "duplicate",
                                                         "temporarily prevented",
                                                         "paused"};
constexpr std::array<std::string_view, 9> kOfAccount{"new orders",   "new order",         "new registrations",
                                                     "new accounts", "too many requests", "request rate",
                                                     "service busy", "your ip",           "rate of requests"};

template <std::size_t Size>
bool holds_any(const std::string& text, const std::array<std::string_view, Size>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

}  // namespace

bool holds_whole_account(const Error& error) {
  if (error.problem_type != "rateLimited" || !error.subproblems.empty()) return false;
  // The request that was refused stands before the CA's own words: "new order for example.org: rateLimited: ...".
  const std::string text = to_lower(error.message);
  const auto begin = text.find("ratelimited");
  const std::string said = begin == std::string::npos ? text : text.substr(begin);
  return !holds_any(said, kOfCertificate) && holds_any(said, kOfAccount);
}

}  // namespace acme
