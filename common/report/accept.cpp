#include "common/report/accept.hpp"

#include <array>
#include <optional>
#include <span>

#include "common/base/text.hpp"

namespace acme {

namespace {

/// A client that names more ranges has no wish that would be worth the time.
constexpr std::size_t kMostRanges = 64;

struct Offer {
  StatusFormat format;
  std::string_view type;
  std::string_view subtype;
  std::string_view version;  // a range that names another one is not for us
};

constexpr std::array<Offer, 4> kOffers{{{StatusFormat::html, "text", "html", ""},
                                        {StatusFormat::json, "application", "json", ""},
                                        {StatusFormat::open_metrics, "application", "openmetrics-text", "1.0.0"},
                                        {StatusFormat::prometheus, "text", "plain", "0.0.4"}}};

struct Range {
  std::string_view type;
  std::string_view subtype;
  std::string_view version;
  int weight = 1000;  // thousandths
};

struct Match {
  int specificity = 0;  // 0: no range matched
  int weight = 0;
};

/// qvalue of RFC 9110 §12.4.2: "0", "1", "0.345", in thousandths.
std::optional<int> parse_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  int weight = text[0] == '1' ? 1000 : 0;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int unit = 100;
  for (std::size_t i = 2; i < text.size(); ++i, unit /= 10) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    weight += (text[i] - '0') * unit;
  }
  if (weight > 1000) return std::nullopt;
  return weight;
}

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

/// "text/html;level=1;q=0.5". Quoted strings that hold a separator are none that this page's types know.
std::optional<Range> parse_range(std::string_view text) {
  const auto pieces = split(text, ';');
  const std::string_view media = trim(pieces[0]);
  const auto slash = media.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  Range range{media.substr(0, slash), media.substr(slash + 1), {}};
  if (range.type.empty() || range.subtype.empty() || (range.type == "*" && range.subtype != "*")) return std::nullopt;
  for (const auto piece : std::span{pieces}.subspan(1)) {
    const std::string_view parameter = trim(piece);
    if (starts_with_no_case(parameter, "version=")) range.version = unquoted(parameter.substr(8));
    if (!starts_with_no_case(parameter, "q=")) continue;
    const auto weight = parse_weight(parameter.substr(2));
    if (!weight) return std::nullopt;
    range.weight = *weight;
  }
  return range;
}

int specificity_of(const Range& range, const Offer& offer) {
  if (range.type == "*") return 1;
  if (!equals_no_case(range.type, offer.type)) return 0;
  if (range.subtype == "*") return 2;
  if (!equals_no_case(range.subtype, offer.subtype)) return 0;
  if (range.version.empty() || offer.version.empty()) return 3;
  return range.version == offer.version ? 4 : 0;
}

std::array<Match, kOffers.size()> weighed(std::string_view accept) {
  std::array<Match, kOffers.size()> matches{};
  std::size_t ranges = 0;
  for (const auto piece : split(accept, ',')) {
    const auto range = parse_range(piece);
    if (!range) continue;
    if (++ranges > kMostRanges) break;
    for (std::size_t i = 0; i < kOffers.size(); ++i) {
      const int specificity = specificity_of(*range, kOffers[i]);
      const bool better = specificity > matches[i].specificity ||
                          (specificity == matches[i].specificity && range->weight > matches[i].weight);
      if (specificity > 0 && better) matches[i] = {specificity, range->weight};
    }
  }
  return matches;
}

}  // namespace

StatusFormat preferred_format(std::string_view accept) {
  StatusFormat format = StatusFormat::html;
  Match best;
  const auto matches = weighed(accept);
  for (std::size_t i = 0; i < kOffers.size(); ++i) {
    const Match& match = matches[i];
    const bool better = match.weight > best.weight ||
                        (match.weight == best.weight && match.weight > 0 && match.specificity > best.specificity);
    if (!better) continue;
    best = match;
    format = kOffers[i].format;
  }
  return format;
}

StatusFormat preferred_metrics(std::string_view accept) {
  const auto matches = weighed(accept);
  const Match& open = matches[2];
  const Match& plain = matches[3];
  const bool named = open.specificity >= 3 && open.weight > 0;
  return named && (plain.specificity < 3 || open.weight >= plain.weight) ? StatusFormat::open_metrics
                                                                         : StatusFormat::prometheus;
}

}  // namespace acme
