#include "common/protocol/problem.hpp"

#include "common/base/text.hpp"
#include "common/base/url.hpp"
#include "common/protocol/advice.hpp"

namespace acme {

namespace {

constexpr std::string_view kAcmePrefix = "urn:ietf:params:acme:error:";
constexpr std::size_t kMaxSubproblems = 100;
constexpr std::size_t kMaxType = 64;
constexpr std::size_t kMaxDetail = 1024;  // a link to unpause an account is long, and useless when cut
constexpr std::size_t kMaxExcerpt = 200;

/// The type without the prefix of ACME's own; others as they are.
std::string type_of(const Json& problem) {
  std::string type = problem["type"].string().value_or("about:blank");
  if (starts_with_no_case(type, kAcmePrefix)) type.erase(0, kAcmePrefix.size());
  return cleaned(type, kMaxType);
}

std::string detail_of(const Json& problem) {
  auto text = problem["detail"].string();
  if (!text || trim(*text).empty()) text = problem["title"].string();
  return cleaned(trim(text.value_or("")), kMaxDetail);
}

std::vector<Subproblem> subproblems_of(const Json& problem) {
  std::vector<Subproblem> all;
  for (const auto& entry : problem["subproblems"].items()) {
    if (all.size() == kMaxSubproblems) break;
    if (!entry.is_object()) continue;
    const std::string name = entry["identifier"]["value"].string().value_or("");
    all.push_back(Subproblem{cleaned(name, 256), type_of(entry), detail_of(entry)});
  }
  return all;
}

/// Where a person is sent (RFC 8555 §7.3.3), when it is a URL worth showing.
std::string link_of(const Json& problem) {
  const std::string instance = problem["instance"].string().value_or("");
  return acceptable_url(instance, false) ? cat(" (see ", instance, ")") : std::string{};
}

/// A body that is no problem document, on one line.
std::string excerpt(std::string_view body) {
  std::string line;
  for (const char c : body.substr(0, 4 * kMaxExcerpt)) {
    const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!space) line.push_back(c);
    if (space && !line.empty() && line.back() != ' ') line.push_back(' ');
  }
  return line.empty() ? std::string{"an empty body"} : cleaned(trim(line), kMaxExcerpt);
}

Error no_problem_document(int http_status, std::string_view content_type, const std::string& what) {
  const std::string type = content_type.empty() ? "" : cat(" (", cleaned(content_type, kMaxType), ")");
  Error error{ErrorKind::server_error, cat("HTTP ", http_status, ", no ACME problem document", type, ": ", what),
              std::string{http_status >= 500 ? advice("ca-gateway") : advice("not-acme")}};
  error.http_status = http_status;
  return error;
}

}  // namespace

Error to_error(const Json& problem) {
  const std::string type = type_of(problem);
  const std::string detail = detail_of(problem);
  Error error{ErrorKind::problem, cat(type, ": ", detail.empty() ? "no details given" : detail, link_of(problem)),
              hint_on("", type, detail)};
  error.problem_type = type;
  error.subproblems = subproblems_of(problem);
  std::string hint;
  if (type == "compound" || error.hint.empty()) hint = hint_on(error.subproblems);
  if (!hint.empty()) error.hint = std::move(hint);
  const auto status = problem["status"].integer().value_or(0);
  if (status >= 100 && status <= 599) error.http_status = static_cast<int>(status);
  return error;
}

Error parse_problem(int http_status, std::string_view content_type, std::string_view body) {
  const auto json = Json::parse(body);
  if (!json || !json->is_object()) return no_problem_document(http_status, content_type, excerpt(body));
  if (!starts_with_no_case((*json)["type"].string().value_or(""), kAcmePrefix)) {
    const std::string detail = detail_of(*json);
    return no_problem_document(http_status, content_type, detail.empty() ? excerpt(body) : detail);
  }
  Error error = to_error(*json);
  error.http_status = http_status;
  return error;
}

bool is_deactivation(const Error& error) {
  const Advice* found = advice_on("", error.problem_type, error.message);
  return error.kind == ErrorKind::problem && found != nullptr && found->id == "account-deactivated";
}

}  // namespace acme
