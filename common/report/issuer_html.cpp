#include "common/report/issuer_html.hpp"

#include <algorithm>

#include "common/base/text.hpp"

namespace acme {

namespace {

bool is_paused(const IssuerHealth& issuer, UtcTime now) { return issuer.paused_until && *issuer.paused_until > now; }

Markup tone_of(const IssuerHealth& issuer, UtcTime now) {
  if (issuer.failures > 0) return "bad";
  return is_paused(issuer, now) ? Markup{"warn"} : Markup{"good"};
}

void add_state(Html& html, const IssuerHealth& issuer, UtcTime now) {
  html.tag("<p><span class=\"state\">");
  if (issuer.failures > 0) {
    html.tag("failing</span> ").text(cat(issuer.failures, issuer.failures == 1 ? " time" : " times in a row"));
    if (issuer.failing_since) {
      html.tag(", since ");
      add_relative(html, *issuer.failing_since, now);
    }
  } else {
    html.text(is_paused(issuer, now) ? "paused" : issuer.last_success ? "fine" : "not asked yet").tag("</span>");
  }
  html.tag("</p>\n");
  if (is_paused(issuer, now)) {
    html.tag("<p>Nothing is asked of it until ");
    add_absolute(html, *issuer.paused_until, now);
    html.tag(".</p>\n");
  }
  if (issuer.last_success) {
    html.tag("<p class=\"soft\">last success ");
    add_relative(html, *issuer.last_success, now);
    html.tag("</p>\n");
  }
}

std::string limit_words(const LimitHeadroom& limit) {
  std::string name = limit.limit;
  std::replace(name.begin(), name.end(), '_', ' ');
  const std::uint64_t left = limit.allowed > limit.used ? limit.allowed - limit.used : 0;
  const Seconds window{static_cast<Seconds::rep>(std::min<std::uint64_t>(limit.window, 100ULL * 365 * 86400))};
  return cat(name, ": ", left, " of ", limit.allowed, " left within ", format_duration(window));
}

void add_issuer(Html& html, const IssuerHealth& issuer, UtcTime now) {
  html.tag("<li class=\"")
      .tag(tone_of(issuer, now))
      .tag("\"><h3 class=\"said\">")
      .text(issuer.name.empty() ? "(without a name)" : issuer.name, kShownName);
  html.tag("</h3>\n");
  add_state(html, issuer, now);
  if (!issuer.last_error.empty()) html.tag("<p class=\"said\">").text(issuer.last_error).tag("</p>\n");
  if (!issuer.hint.empty()) {
    html.tag("<p class=\"said\"><strong>What to do:</strong> ");
    add_advice(html, issuer.hint);
    html.tag("</p>\n");
  }
  if (!issuer.limits.empty()) {
    html.tag("<ul>\n");
    for (const auto& limit : issuer.limits) html.tag("<li>").text(limit_words(limit)).tag("</li>\n");
    html.tag("</ul>\n");
  }
  html.tag("<p class=\"soft\">directory ");
  add_said(html, issuer.directory);
  html.tag("</p>\n");
  html.tag("<p class=\"soft\">account ");
  add_said(html, issuer.account_url.empty() ? "none yet" : issuer.account_url);
  html.tag("</p>\n</li>\n");
}

}  // namespace

void add_issuers(Html& html, std::span<const IssuerHealth> issuers, UtcTime now) {
  if (issuers.empty()) return;
  html.tag("<h2>Issuers</h2>\n<ul class=\"cards\">\n");
  for (const auto& issuer : issuers) add_issuer(html, issuer, now);
  html.tag("</ul>\n");
}

}  // namespace acme
