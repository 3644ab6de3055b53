#include "common/report/overview_html.hpp"

#include "common/base/text.hpp"
#include "common/report/certificate_table_html.hpp"
#include "common/report/issuer_html.hpp"
#include "common/report/lifetime_bar.hpp"
#include "common/report/page_frame.hpp"
#include "common/report/standing_words.hpp"
#include "common/report/summary_order.hpp"

namespace acme {

namespace {

std::uint32_t count_of(const Overview& overview, CertificateStanding standing) {
  return overview.counts[static_cast<std::size_t>(standing)];
}

std::uint64_t needing_attention(const Overview& overview) {
  std::uint64_t sum = 0;
  for (const auto standing : kShownOrder) {
    if (needs_operator(standing)) sum += count_of(overview, standing);
  }
  return sum;
}

std::string headline(const Overview& overview) {
  const std::uint64_t all = certificates_in_all(overview);
  const std::uint64_t bad = needing_attention(overview);
  if (all == 0) return "There are no certificates yet";
  if (bad > 0) {
    return all == 1 ? "The one certificate needs attention"
                    : cat(bad, " of ", all, " certificates need", bad == 1 ? "s" : "", " attention");
  }
  const std::uint64_t fine = count_of(overview, CertificateStanding::valid);
  if (fine == all) return all == 1 ? "The one certificate is fine" : cat("All ", all, " certificates are fine");
  return cat(fine, " of ", all, " certificates ", fine == 1 ? "is" : "are", " fine, none needs attention");
}

void add_engine_line(Html& html, const Overview& overview, UtcTime now) {
  html.tag("<p class=\"soft\">");
  add_said(html, overview.server, kShownName);
  html.tag(" process ");
  html.text(cat(overview.process)).tag(", engine running since ");
  add_absolute(html, overview.since, now);
  html.tag(", last heard of ");
  add_relative(html, overview.written, now);
  if (overview.last_reload) {
    html.tag(", last graceful reload ");
    add_relative(html, *overview.last_reload, now);
  }
  html.tag(". State directory: ");
  add_said(html, overview.state_path);
  html.tag("</p>\n");
}

void add_count(Html& html, const Overview& overview, const StatusQuestion& question, CertificateStanding standing) {
  const std::uint32_t count = count_of(overview, standing);
  const bool chosen = question.standings.size() == 1 && question.standings.front() == standing;
  StatusQuestion filter;
  filter.standings = {standing};
  filter.per_page = question.per_page;
  html.tag("<li class=\"").text(standing_tone(standing)).text(count == 0 ? " none" : "").tag("\"><a href=\"");
  html.text(link_to(filter)).tag("\" title=\"").text(standing_meaning(standing)).tag("\"");
  if (chosen) html.tag(" aria-current=\"true\"");
  html.tag("><b>").number(count).tag("</b> ").text(standing_label(standing)).tag("</a></li>\n");
}

void add_counts(Html& html, const OverviewFacts& facts) {
  html.tag("<h2>By state</h2>\n<ul class=\"counts\">\n");
  for (const auto standing : kShownOrder) {
    // A state that is rare in life is shown when there is one.
    if (standing == CertificateStanding::orphan && count_of(facts.overview, standing) == 0) continue;
    add_count(html, facts.overview, facts.question, standing);
  }
  html.tag("</ul>\n");
}

void add_event_words(Html& html, const CertificateSummary& certificate, UtcTime now) {
  add_next_event(html, certificate, now);
  if (certificate.window_start && certificate.window_end) {
    html.tag("<br><span class=\"soft\">suggested <span class=\"date\">");
    html.text(absolute_time(*certificate.window_start).substr(0, 16)).tag("</span> to <span class=\"date\">");
    html.text(absolute_time(*certificate.window_end).substr(0, 16)).tag("</span></span>");
  }
  if (!certificate.not_after) return;
  html.tag("<br><span class=\"soft\">").text(*certificate.not_after > now ? "expires " : "expired ");
  add_relative(html, *certificate.not_after, now);
  html.tag("</span>");
}

void add_events(Html& html, const OverviewFacts& facts) {
  if (facts.events.empty()) return;
  const TimeAxis axis = axis_of(facts.events, facts.now);
  html.tag("<h2>Next events</h2>\n<ol class=\"events\">\n");
  for (const auto& certificate : facts.events) {
    html.tag("<li><span>");
    add_certificate_link(html, certificate);
    html.tag("</span>");
    add_lifetime_bar(html, certificate, axis, facts.now);
    html.tag("<span class=\"when\">");
    add_event_words(html, certificate, facts.now);
    html.tag("</span></li>\n");
  }
  html.tag("</ol>\n<p class=\"soft\">The bars reach from ").text(absolute_time(axis.begin).substr(0, 10)).tag(" to ");
  html.text(absolute_time(axis.end).substr(0, 10)).tag(".</p>\n");
  add_bar_legend(html);
}

}  // namespace

std::string overall_words(const Overview& overview) {
  const std::uint64_t all = certificates_in_all(overview);
  if (all == 0) return "no certificates";
  std::string words;
  for (const auto standing : kShownOrder) {
    const std::uint32_t count = count_of(overview, standing);
    if (needs_operator(standing) && count > 0) {
      words += cat(words.empty() ? "" : ", ", count, " ", standing_label(standing));
    }
  }
  if (!words.empty()) return words;
  for (const auto standing : {CertificateStanding::ordering, CertificateStanding::none}) {
    if (count_of(overview, standing) > 0) return cat(count_of(overview, standing), " ", standing_label(standing));
  }
  return cat("all ", all, " fine");
}

std::string title_suffix(const Overview& overview) {
  return cat(" - certificates of ", overview.server.empty() ? "this server" : cleaned(overview.server, 80));
}

void add_engine_banners(Html& html, const Overview& overview, UtcTime now) {
  if (is_stale(overview, now)) {
    html.tag("<div class=\"banner bad\"><p><strong>The engine has not been heard of since ");
    add_absolute(html, overview.written, now);
    html.tag(".</strong> What follows is what it said last. The certificates go on being served, but none is renewed.");
    if (overview.written > now) html.tag(" (That lies ahead: this machine's clock was set back.)");
    html.tag("</p>\n<p>The server's error log says why it ended; a restart of the server starts it again.</p></div>\n");
  }
  if (!overview.reload_pending.empty()) {
    html.tag(
        "<div class=\"banner warn\"><p><strong>A graceful reload is due and waits:</strong> <span class=\"said\">");
    html.text(overview.reload_pending)
        .tag(
            "</span></p>\n<p>New certificates are served all the same; what only a "
            "reload brings (live/, stapling) waits.</p></div>\n");
  }
}

std::vector<std::string> overview_html(const OverviewFacts& facts) {
  Html html;
  const bool ordering = count_of(facts.overview, CertificateStanding::ordering) > 0;
  const std::string state = is_stale(facts.overview, facts.now) ? "engine silent" : overall_words(facts.overview);
  begin_page(html, {state + title_suffix(facts.overview), refresh_seconds(facts.overview), ordering});
  html.tag("<div id=\"summary\" data-live>\n<h1>").text(headline(facts.overview)).tag("</h1>\n");
  add_engine_line(html, facts.overview, facts.now);
  add_engine_banners(html, facts.overview, facts.now);
  if (facts.unread) {
    const Error error = explained(*facts.unread);
    html.tag("<div class=\"banner bad\"><p>").text(error.message).tag("</p>\n<p>").text(error.hint).tag("</p></div>\n");
  }
  add_counts(html, facts);
  if (facts.is_whole()) add_events(html, facts);
  html.tag("</div>\n<h2 id=\"list\">Certificates</h2>\n");
  add_search_form(html, facts.question);
  html.tag("<div id=\"certificates\" data-live>\n");
  add_certificate_table(html, facts);
  html.tag("</div>\n");
  if (facts.is_whole()) {
    html.tag("<div id=\"issuers\" data-live>\n");
    add_issuers(html, facts.overview.issuers, facts.now);
    html.tag("</div>\n");
  }
  end_page(html, facts.question);
  return std::move(html).pieces();
}

}  // namespace acme
