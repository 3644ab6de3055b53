#include "common/report/lifetime_bar.hpp"

#include <algorithm>

namespace acme {

namespace {

/// Units of the drawing across.
constexpr std::int64_t kWidth = 1000;
/// Of a mark, and the least of a span.
constexpr std::int64_t kMark = 4;

std::int64_t place(UtcTime time, const TimeAxis& axis) {
  const double whole = static_cast<double>((axis.end - axis.begin).count());
  const double part = static_cast<double>((within_calendar(time) - axis.begin).count());
  if (whole <= 0) return 0;
  return static_cast<std::int64_t>(std::clamp(part / whole, 0.0, 1.0) * kWidth);
}

void add_rect(Html& html, Markup name, std::int64_t x, std::int64_t width, Markup rest) {
  const std::int64_t left = std::clamp<std::int64_t>(x, 0, kWidth - kMark);
  html.tag("<rect class=\"").tag(name).tag("\" x=\"").number(static_cast<std::uint64_t>(left)).tag("\" width=\"");
  html.number(static_cast<std::uint64_t>(std::clamp<std::int64_t>(width, kMark, kWidth - left))).tag("\"").tag(rest);
  html.tag("/>");
}

}  // namespace

TimeAxis axis_of(const CertificateSummary& certificate) {
  const UtcTime begin = within_calendar(certificate.not_before.value_or(UtcTime{}));
  return {begin, within_calendar(certificate.not_after.value_or(begin))};
}

TimeAxis axis_of(std::span<const CertificateSummary> certificates, UtcTime now) {
  constexpr Seconds kMost = std::chrono::days{400};
  TimeAxis axis{now, now};
  for (const auto& certificate : certificates) {
    if (!certificate.not_before || !certificate.not_after) continue;
    axis.begin = std::min(axis.begin, within_calendar(*certificate.not_before));
    axis.end = std::max(axis.end, within_calendar(*certificate.not_after));
  }
  return {std::max(axis.begin, now - kMost), std::min(axis.end, now + kMost)};
}

void add_lifetime_bar(Html& html, const CertificateSummary& certificate, const TimeAxis& axis, UtcTime now) {
  if (!certificate.not_before || !certificate.not_after) return;
  const std::int64_t from = place(*certificate.not_before, axis);
  const std::int64_t to = place(*certificate.not_after, axis);
  const std::int64_t today = place(now, axis);
  html.tag("<svg class=\"bar\" viewBox=\"0 0 1000 20\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
  add_rect(html, "life", from, to - from, " y=\"6\" height=\"8\"");
  if (today > from) add_rect(html, "past", from, std::min(today, to) - from, " y=\"6\" height=\"8\"");
  if (certificate.window_start && certificate.window_end) {
    const std::int64_t start = place(*certificate.window_start, axis);
    add_rect(html, "window", start, place(*certificate.window_end, axis) - start, " y=\"3\" height=\"14\"");
  }
  if (certificate.renew_at)
    add_rect(html, "chosen", place(*certificate.renew_at, axis), kMark, " y=\"1\" height=\"18\"");
  add_rect(html, "now", today, kMark, " y=\"0\" height=\"20\"");
  html.tag("</svg>");
}

void add_bar_legend(Html& html) {
  html.tag(
      "<p class=\"legend soft\"><span class=\"key past\">life that is over</span> <span class=\"key\">life that is "
      "left</span> <span class=\"key window\">when the CA suggests to renew</span> <span class=\"key chosen\">"
      "planned renewal</span> <span class=\"key now\">now</span></p>\n");
}

}  // namespace acme
