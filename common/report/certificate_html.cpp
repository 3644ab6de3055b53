#include "common/report/certificate_html.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/report/attempt_html.hpp"
#include "common/report/lifetime_bar.hpp"
#include "common/report/overview_html.hpp"
#include "common/report/page_frame.hpp"
#include "common/report/standing_words.hpp"

namespace acme {

namespace {

/// A CA's certificate holds a hundred names at most; a record may lie.
constexpr std::size_t kMostNames = 200;
constexpr std::size_t kMostChain = 20;

void add_fact(Html& html, Markup term, const std::string& value, Markup classes = "said") {
  if (value.empty()) return;
  html.tag("<dt>").tag(term).tag("</dt><dd class=\"").tag(classes).tag("\">").text(value).tag("</dd>\n");
}

void add_time_fact(Html& html, Markup term, const std::optional<UtcTime>& time, UtcTime now) {
  if (!time) return;
  html.tag("<dt>").tag(term).tag("</dt><dd>");
  add_absolute(html, *time, now);
  html.tag("</dd>\n");
}

void add_error(Html& html, const CertificateDetail& detail, UtcTime now) {
  if (detail.last_error.empty()) return;
  html.tag("<div class=\"banner bad\">\n<h2>What went wrong</h2>\n<p class=\"said\">").text(detail.last_error);
  html.tag("</p>\n");
  if (!detail.hint.empty()) {
    html.tag("<p><strong>What to do:</strong> <span class=\"said\">");
    add_advice(html, detail.hint);
    html.tag("</span></p>\n");
  }
  const auto& next = detail.summary.next;
  if (!next) {
    html.tag("<p>It is not tried again by itself.</p>\n");
  } else if (*next <= now) {
    html.tag("<p>It is tried again now.</p>\n");
  } else {
    html.tag("<p>It is tried again ");
    add_relative(html, *next, now);
    html.tag(", or at once by <code class=\"said\">acmectl renew ").text(detail.summary.id, kShownName);
    html.tag("</code>.</p>\n");
  }
  html.tag("</div>\n");
}

void add_served(Html& html, const CertificateDetail& detail, UtcTime now) {
  const auto& summary = detail.summary;
  if (summary.version == 0) return;
  html.tag("<h2>What visitors get</h2>\n<p class=\"")
      .text(served_tone(summary.served))
      .tag("\"><span class=\"state\">");
  switch (summary.served) {
    case ServedState::live:
      html.tag("live</span> This server's listener was asked and serves exactly this certificate.");
      break;
    case ServedState::other: html.tag("not live</span> Another certificate is served for its names."); break;
    case ServedState::unreachable: html.tag("not seen</span> No TLS connection to this server's listener."); break;
    case ServedState::unknown: html.tag("not looked at yet</span> Or no listener of this server is for it."); break;
  }
  html.tag("</p>\n");
  if (!detail.served_detail.empty()) html.tag("<p class=\"said\">").text(detail.served_detail).tag("</p>\n");
  if (!detail.served_checked) return;
  html.tag("<p class=\"soft\">looked ");
  add_relative(html, *detail.served_checked, now);
  html.tag("</p>\n");
}

void add_next(Html& html, const CertificateDetail& detail, UtcTime now) {
  const auto& summary = detail.summary;
  html.tag("<h2>Life and renewal</h2>\n");
  add_lifetime_bar(html, summary, axis_of(summary), now);
  if (summary.not_before && summary.not_after) add_bar_legend(html);
  html.tag("<dl>\n");
  add_time_fact(html, "Valid from", summary.not_before, now);
  add_time_fact(html, "Expires", summary.not_after, now);
  add_time_fact(html, "The CA suggests from", summary.window_start, now);
  add_time_fact(html, "to", summary.window_end, now);
  add_time_fact(html, "Planned renewal", summary.renew_at, now);
  add_time_fact(html, "Next attempt", summary.next, now);
  if (!summary.next) add_fact(html, "Next attempt", "none by itself", "");
  add_fact(html, "Why then", detail.reason);
  html.tag("</dl>\n");
}

void add_names(Html& html, const CertificateDetail& detail) {
  html.tag("<dt>Names</dt><dd><ul class=\"names\">");
  const std::size_t shown = std::min(detail.names.size(), kMostNames);
  for (std::size_t i = 0; i < shown; ++i) {
    html.tag("<li>");
    add_said(html, detail.names[i], kShownName);
    html.tag("</li>");
  }
  if (detail.names.empty()) html.tag("<li>none</li>");
  if (shown < detail.names.size()) html.tag("<li>and ").number(detail.names.size() - shown).tag(" more</li>");
  html.tag("</ul></dd>\n");
}

void add_facts(Html& html, const CertificateDetail& detail) {
  const auto& summary = detail.summary;
  html.tag("<h2>Certificate</h2>\n<dl>\n");
  add_names(html, detail);
  add_fact(html, "Issuer", summary.issuer);
  if (detail.issued_by != summary.issuer) add_fact(html, "Issued by", detail.issued_by);
  add_fact(html, "Profile", detail.profile);
  add_fact(html, "Key", summary.key_type);
  add_fact(html, "Proved by", join(detail.challenges, ", "));
  add_fact(html, "Serial number", detail.serial, "said mono");
  add_fact(html, "SHA-256 fingerprint", detail.fingerprint, "said mono");
  add_fact(html, "Version", summary.version > 0 ? cat(summary.version) : "", "");
  add_fact(html, "Files", detail.path, "said mono");
  add_fact(html, "Id", summary.id, "said mono");
  html.tag("</dl>\n");
}

void add_chain(Html& html, const CertificateDetail& detail, UtcTime now) {
  if (detail.chain.empty()) return;
  html.tag("<h2>Chain</h2>\n<ol>\n");
  for (std::size_t i = 0; i < std::min(detail.chain.size(), kMostChain); ++i) {
    const auto& entry = detail.chain[i];
    html.tag("<li>");
    add_said(html, entry.subject, kShownName);
    html.tag(" <span class=\"soft\">issued by ");
    add_said(html, entry.issuer, kShownName);
    html.tag(", expires ");
    add_relative(html, entry.not_after, now);
    html.tag("</span></li>\n");
  }
  html.tag("</ol>\n");
}

void add_version_row(Html& html, const IssuedVersion& version, UtcTime now) {
  html.tag("<tr><th scope=\"row\">").number(version.version).tag("</th><td data-label=\"Issued\">");
  add_absolute(html, version.issued_at, now);
  html.tag("</td><td data-label=\"Expires\">");
  add_absolute(html, version.not_after, now);
  html.tag("</td><td data-label=\"Issuer\">").text(version.issuer, kShownName);
  html.tag("</td><td data-label=\"Names\">").number(version.names);
  html.tag("</td><td data-label=\"Took\">").text(version.took.count() > 0 ? duration_words(version.took) : "not known");
  html.tag("</td><td data-label=\"Serial number\" class=\"mono\">")
      .text(version.serial, kShownName)
      .tag("</td></tr>\n");
}

void add_history(Html& html, const CertificateDetail& detail, UtcTime now) {
  if (detail.history.empty()) return;
  html.tag(
      "<h2>History</h2>\n<table>\n<caption>Certificates that were issued, the newest first</caption>\n"
      "<thead><tr><th scope=\"col\">Version</th><th scope=\"col\">Issued</th><th scope=\"col\">Expires</th>"
      "<th scope=\"col\">Issuer</th><th scope=\"col\">Names</th><th scope=\"col\">Took</th>"
      "<th scope=\"col\">Serial number</th></tr></thead>\n<tbody>\n");
  const std::size_t shown = std::min(detail.history.size(), kHistory);
  for (std::size_t i = 0; i < shown; ++i) add_version_row(html, detail.history[i], now);
  html.tag("</tbody>\n</table>\n");
}

}  // namespace

std::vector<std::string> certificate_html(const CertificatePageFacts& facts) {
  const auto& detail = facts.detail;
  const auto& summary = detail.summary;
  const bool under_way = detail.attempt && !detail.attempt->took;
  const std::string state = state_words(summary);
  Html html;
  begin_page(
      html, {cat(cleaned(summary.name, 80), ": ", state, title_suffix(facts.overview)), under_way ? 1 : 10, under_way});
  html.tag("<div id=\"certificate\" data-live>\n<h1 class=\"said\">");
  html.text(summary.name.empty() ? "(without a name)" : summary.name, kShownName).tag("</h1>\n<p class=\"");
  html.text(standing_tone(summary)).tag("\"><span class=\"state\" data-state=\"").text(standing_name(summary.standing));
  html.tag("\" data-served=\"").text(served_name(summary.served)).tag("\">").text(state).tag("</span></p>\n");
  add_engine_banners(html, facts.overview, facts.now);
  add_error(html, detail, facts.now);
  if (under_way) add_attempt(html, *detail.attempt, facts.now);
  add_served(html, detail, facts.now);
  add_next(html, detail, facts.now);
  add_facts(html, detail);
  add_chain(html, detail, facts.now);
  if (detail.attempt && !under_way) add_attempt(html, *detail.attempt, facts.now);
  add_history(html, detail, facts.now);
  html.tag("</div>\n");
  StatusQuestion same;
  same.certificate = summary.id;
  end_page(html, same);
  return std::move(html).pieces();
}

}  // namespace acme
