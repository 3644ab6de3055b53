#include "common/report/html_text.hpp"

#include <algorithm>

#include "common/base/text.hpp"

namespace acme {

namespace {

std::string_view entity(char character) {
  switch (character) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return {};
  }
}

}  // namespace

Html& Html::tag(Markup markup) { return constant(markup.text); }

Html& Html::constant(std::string_view markup) {
  pieces_.append(markup);
  return *this;
}

Html& Html::text(std::string_view foreign, std::size_t limit) {
  const std::string clean = cleaned(foreign, limit);
  append_escaped(pieces_.room(clean.size() * 6), clean, entity);
  return *this;
}

Html& Html::number(std::uint64_t number) { return constant(cat(number)); }

std::vector<std::string> Html::pieces() && { return std::move(pieces_).take(); }

void add_said(Html& html, std::string_view foreign, std::size_t limit) {
  if (!foreign.empty()) html.tag("<span class=\"said\">").text(foreign, limit).tag("</span>");
}

void add_advice(Html& html, std::string_view advice) {
  advice = advice.substr(0, kShownText);
  for (;;) {
    const auto begin = advice.find('`');
    const auto end = begin == std::string_view::npos ? begin : advice.find('`', begin + 1);
    const bool typed = end != std::string_view::npos && end > begin + 1;
    if (!typed) break;
    html.text(advice.substr(0, begin)).tag("<code>").text(advice.substr(begin + 1, end - begin - 1)).tag("</code>");
    advice.remove_prefix(end + 1);
  }
  html.text(advice);
}

UtcTime within_calendar(UtcTime time) {
  constexpr UtcTime kFirst{Seconds{-62135596800}};
  constexpr UtcTime kLast{Seconds{253402300799}};
  return std::clamp(time, kFirst, kLast);
}

std::string relative_time(UtcTime time, UtcTime now) {
  const Seconds away = within_calendar(time) - within_calendar(now);
  if (away.count() == 0) return "now";
  return away.count() > 0 ? cat("in ", format_duration(away)) : cat(format_duration(-away), " ago");
}

std::string absolute_time(UtcTime time) {
  std::string text = format_rfc3339(within_calendar(time));
  text[10] = ' ';
  text.pop_back();
  return text;
}

void add_relative(Html& html, UtcTime time, UtcTime now) {
  html.tag("<time datetime=\"").text(format_rfc3339(within_calendar(time))).tag("\" title=\"");
  html.text(absolute_time(time)).tag("\">").text(relative_time(time, now)).tag("</time>");
}

void add_absolute(Html& html, UtcTime time, UtcTime now) {
  html.tag("<time datetime=\"").text(format_rfc3339(within_calendar(time))).tag("\" title=\"");
  html.text(absolute_time(time)).tag("\">").text(absolute_time(time).substr(0, 16)).tag("</time> (");
  html.text(relative_time(time, now)).tag(")");
}

std::string duration_words(std::chrono::milliseconds took) {
  const auto milliseconds = std::max<std::int64_t>(took.count(), 0);
  if (milliseconds < 1000) return cat(milliseconds, " ms");
  if (milliseconds < 10'000) return cat(milliseconds / 1000, ".", milliseconds % 1000 / 100, " s");
  return format_duration(Seconds{milliseconds / 1000});
}

}  // namespace acme
