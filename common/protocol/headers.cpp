#include "common/protocol/headers.hpp"

#include <algorithm>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr Seconds kMaxRetryAfter = std::chrono::days{8};

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Reads a parameter's value off the front of `text`: a quoted string or everything up to ; or ,
std::string take_value(std::string_view& text) {
  std::string value;
  if (!text.starts_with('"')) {
    const auto end = std::min(text.find_first_of(";,"), text.size());
    value = trim(text.substr(0, end));
    text.remove_prefix(end);
    return value;
  }
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"') {
    if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
    value.push_back(text.front());
    text.remove_prefix(1);
  }
  if (!text.empty()) text.remove_prefix(1);
  return value;
}

/// Reads the parameters of one link; the value of its first `rel` (RFC 8288 §3.3), "" when there is none.
std::string take_relations(std::string_view& text) {
  std::optional<std::string> relations;
  while (!text.empty() && text.front() != ',') {
    if (text.front() != ';') {
      text.remove_prefix(1);
      continue;
    }
    text.remove_prefix(1);
    const auto end = std::min(text.find_first_of("=;,"), text.size());
    const std::string_view name = trim(text.substr(0, end));
    text.remove_prefix(end);
    if (!text.starts_with('=')) continue;
    text.remove_prefix(1);
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    std::string value = take_value(text);
    if (equals_no_case(name, "rel") && !relations) relations = std::move(value);
  }
  return relations.value_or("");
}

bool has_relation(std::string_view relations, std::string_view wanted) {
  const auto all = split(relations, ' ');
  return std::any_of(all.begin(), all.end(), [&](std::string_view one) { return equals_no_case(one, wanted); });
}

void add_targets(std::string_view header, std::string_view relation, std::vector<std::string>& targets) {
  for (;;) {
    const auto begin = header.find('<');
    const auto end = header.find('>', begin == std::string_view::npos ? 0 : begin);
    if (begin == std::string_view::npos || end == std::string_view::npos) return;
    const std::string_view target = trim(header.substr(begin + 1, end - begin - 1));
    header.remove_prefix(end + 1);
    if (has_relation(take_relations(header), relation) && !target.empty()) targets.emplace_back(target);
  }
}

}  // namespace

std::optional<Seconds> parse_retry_after(std::string_view value, UtcTime now) {
  value = trim(value);
  if (is_digits(value)) {
    const auto number = parse_number(value);
    const auto longest = static_cast<std::uint64_t>(kMaxRetryAfter.count());
    // More digits than fit are a very long wait, not an unreadable one.
    return Seconds{static_cast<Seconds::rep>(std::min(number.value_or(longest), longest))};
  }
  const auto date = parse_http_date(value);
  if (!date) return std::nullopt;
  return std::clamp<Seconds>(*date - now, Seconds{0}, kMaxRetryAfter);
}

std::vector<std::string> link_targets(const std::vector<std::string>& link_headers, std::string_view relation) {
  std::vector<std::string> targets;
  for (const auto& header : link_headers) add_targets(header, relation, targets);
  return targets;
}

}  // namespace acme
