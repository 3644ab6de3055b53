#include "common/dns/caa.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "common/base/text.hpp"

namespace acme {

namespace {

/// RFC 8659 §4.2: an issuer and its parameters.
struct IssueValue {
  std::string issuer;  // lower case; empty: nobody
  std::vector<std::pair<std::string, std::string>> parameters;

  /// nullopt: not there; "" stands for one that is there twice, which nothing satisfies.
  std::optional<std::string> parameter(std::string_view tag) const {
    std::optional<std::string> found;
    for (const auto& [name, value] : parameters) {
      if (name == tag) found = found ? std::string{} : value;
    }
    return found;
  }
};

bool is_label_text(std::string_view text) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), good);
}

bool is_domain(std::string_view text) {
  const auto labels = split(text, '.');
  return std::all_of(labels.begin(), labels.end(), is_label_text);
}

bool is_parameter_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F && c != ';'; });
}

/// nullopt: not of the grammar; such a record allows nobody.
std::optional<IssueValue> parse_issue_value(std::string_view text) {
  const auto pieces = split(text, ';');
  IssueValue value;
  value.issuer = to_lower(trim(pieces.front()));
  if (!value.issuer.empty() && !is_domain(value.issuer)) return std::nullopt;
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const auto piece = trim(pieces[i]);
    if (piece.empty() && i + 1 == pieces.size()) break;  // ";" at the end
    const auto equals = piece.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto tag = trim(piece.substr(0, equals));
    const auto content = trim(piece.substr(equals + 1));
    if (!is_label_text(tag) || !is_parameter_value(content)) return std::nullopt;
    value.parameters.emplace_back(to_lower(tag), std::string{content});
  }
  return value;
}

bool holds_method(const std::string& methods, const std::string& method) {
  const auto listed = split(methods, ',');
  return std::find(listed.begin(), listed.end(), method) != listed.end();
}

CaaRefusal judge(const CaaRecord& record, const CaaRequest& request) {
  const auto value = parse_issue_value(record.value);
  if (!value || value->issuer.empty()) return CaaRefusal::nobody;
  const auto is_issuer = [&](const std::string& name) { return equals_no_case(name, value->issuer); };
  const auto& names = request.ca_names;
  // A CA that does not tell its names may be any of them.
  if (!names.empty() && std::none_of(names.begin(), names.end(), is_issuer)) return CaaRefusal::other_ca;
  const auto account = value->parameter("accounturi");
  if (account && *account != request.account_url) return CaaRefusal::account;
  const auto methods = value->parameter("validationmethods");
  if (methods && !request.method.empty() && !holds_method(*methods, request.method)) return CaaRefusal::method;
  return CaaRefusal::none;
}

bool is_known(const std::string& tag) {
  constexpr std::array kKnown = {"issue",    "issuewild",    "iodef",       "issuemail",
                                 "issuevmc", "contactemail", "contactphone"};
  return std::any_of(kKnown.begin(), kKnown.end(), [&](const char* known) { return equals_no_case(tag, known); });
}

std::string shown(const CaaRecord& record) {
  return cat(record.critical ? 128 : 0, ' ', cleaned(record.tag, 32), " \"", cleaned(record.value, 256), '"');
}

/// RFC 8659 §4.3: for a wildcard "issuewild" alone counts, where there is one.
std::vector<const CaaRecord*> relevant(const std::vector<CaaRecord>& records, bool wildcard) {
  std::vector<const CaaRecord*> issue;
  std::vector<const CaaRecord*> issue_wild;
  for (const auto& record : records) {
    if (equals_no_case(record.tag, "issue")) issue.push_back(&record);
    if (equals_no_case(record.tag, "issuewild")) issue_wild.push_back(&record);
  }
  return wildcard && !issue_wild.empty() ? issue_wild : issue;
}

/// How near a refused record came to allowing: what the operator has to change is told of the nearest.
int nearness(CaaRefusal refusal) {
  switch (refusal) {
    case CaaRefusal::none: return 4;
    case CaaRefusal::method: return 3;
    case CaaRefusal::account: return 2;
    case CaaRefusal::other_ca: return 1;
    default: return 0;
  }
}

}  // namespace

CaaVerdict evaluate_caa(const std::vector<CaaRecord>& records, const CaaRequest& request) {
  for (const auto& record : records) {
    if (record.critical && !is_known(record.tag)) return {CaaRefusal::unknown_word, {shown(record)}};
  }
  const auto candidates = relevant(records, request.wildcard);
  if (candidates.empty()) return {};
  CaaVerdict verdict{CaaRefusal::nobody, {}};
  for (const CaaRecord* record : candidates) {
    const CaaRefusal refusal = judge(*record, request);
    if (refusal == CaaRefusal::none) return {refusal, {shown(*record)}};
    if (nearness(refusal) > nearness(verdict.refusal)) verdict.refusal = refusal;
    verdict.records.push_back(shown(*record));
  }
  return verdict;
}

}  // namespace acme
