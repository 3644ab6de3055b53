#include "common/protocol/renewal_info.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/json/json.hpp"

namespace acme {

namespace {

constexpr std::size_t kLongestUrl = 500;

/// Shown to people, never opened by us: any web page will do.
std::string shown_url(const std::string& url) {
  const bool web = starts_with_no_case(url, "https://") || starts_with_no_case(url, "http://");
  const auto plain = [](char c) { return c > ' ' && c < 0x7f && c != '<' && c != '>' && c != '"'; };
  const bool showable = web && url.size() <= kLongestUrl && std::all_of(url.begin(), url.end(), plain);
  return showable ? url : std::string{};
}

Error wrong(const std::string& what) { return {ErrorKind::malformed, cat("renewal information: ", what)}; }

}  // namespace

Result<RenewalInfo> parse_renewal_info(std::string_view body) {
  const auto json = Json::parse(body);
  if (!json) return json.error();
  const Json window = (*json)["suggestedWindow"];
  const auto start = parse_rfc3339(window["start"].string().value_or(""));
  const auto end = parse_rfc3339(window["end"].string().value_or(""));
  if (!start) return wrong("\"suggestedWindow\" has no readable \"start\"");
  if (!end) return wrong("\"suggestedWindow\" has no readable \"end\"");
  if (*end <= *start) {
    return wrong(cat("\"suggestedWindow\" ends at ", format_rfc3339(*end), ", before it starts"));
  }
  RenewalInfo info;
  info.start = *start;
  info.end = *end;
  info.explanation_url = shown_url((*json)["explanationURL"].string().value_or(""));
  return info;
}

}  // namespace acme
