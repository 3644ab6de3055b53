#include "common/report/certificate_table_html.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/report/lifetime_bar.hpp"
#include "common/report/standing_words.hpp"

namespace acme {

namespace {

void add_link(Html& html, const StatusQuestion& question, Markup rest) {
  html.tag("<a href=\"").text(link_to(question), kLongestLink).tag("\"").tag(rest).tag(">");
}

void add_state_choice(Html& html, const StatusQuestion& question) {
  const bool one = question.standings.size() == 1;
  html.tag(
      "<div><label for=\"state\">State</label><select id=\"state\" name=\"state\"><option value=\"\">any</option>");
  for (const auto standing : kShownOrder) {
    html.tag("<option value=\"").text(standing_name(standing)).tag("\"");
    if (one && question.standings.front() == standing) html.tag(" selected");
    html.tag(">").text(standing_label(standing)).tag("</option>");
  }
  html.tag("</select></div>\n");
}

void add_expiry(Html& html, const CertificateSummary& certificate, UtcTime now) {
  if (!certificate.not_after) {
    html.tag("none yet");
    return;
  }
  add_relative(html, *certificate.not_after, now);
  html.tag(" <span class=\"soft date\">").text(absolute_time(*certificate.not_after).substr(0, 16)).tag("</span>");
}

void add_row(Html& html, const CertificateSummary& certificate, const TimeAxis& axis, UtcTime now) {
  html.tag("<tr class=\"").text(standing_tone(certificate)).tag("\" data-state=\"");
  html.text(standing_name(certificate.standing)).tag("\" data-served=\"").text(served_name(certificate.served));
  html.tag("\">\n<th scope=\"row\">");
  add_certificate_link(html, certificate);
  if (certificate.names > 1) {
    html.tag(" <span class=\"soft\">+").number(certificate.names - 1);
    html.text(certificate.names > 2 ? " names" : " name").tag("</span>");
  }
  html.tag("</th>\n<td data-label=\"State\"><span class=\"state\">").text(state_words(certificate)).tag("</span>");
  if (certificate.failures > 0 && !certificate.error_type.empty()) {
    html.tag(" <span class=\"soft said\">").text(certificate.error_type, kShownName).tag("</span>");
  }
  html.tag("</td>\n<td data-label=\"Issuer\">").text(certificate.issuer, kShownName);
  html.tag("</td>\n<td data-label=\"Key\">")
      .text(certificate.key_type, kShownName)
      .tag("</td>\n<td data-label=\"Expires\">");
  add_expiry(html, certificate, now);
  add_lifetime_bar(html, certificate, axis, now);
  html.tag("</td>\n<td data-label=\"Next\">");
  add_next_event(html, certificate, now);
  html.tag("</td>\n</tr>\n");
}

void add_paging(Html& html, const OverviewFacts& facts) {
  const std::size_t pages = facts.pages();
  if (pages < 2) return;
  StatusQuestion question = facts.question;
  const std::size_t page = question.page;
  html.tag("<nav class=\"paging\" aria-label=\"Pages of the table\">\n");
  if (page > 1) {
    question.page = 1;
    add_link(html, question, "");
    html.tag("First page</a>\n");
    question.page = page - 1;
    add_link(html, question, " rel=\"prev\"");
    html.tag("Previous</a>\n");
  }
  html.tag("<span>Page ").number(page).tag(" of ").number(pages).tag("</span>\n");
  if (page < pages) {
    question.page = page + 1;
    add_link(html, question, " rel=\"next\"");
    html.tag("Next</a>\n");
    question.page = pages;
    add_link(html, question, "");
    html.tag("Last page</a>\n");
  }
  html.tag("</nav>\n");
}

void add_caption(Html& html, const OverviewFacts& facts) {
  const auto& question = facts.question;
  const std::size_t first = (question.page - 1) * question.per_page + 1;
  html.tag("<caption>").number(first).tag(" to ").number(first + facts.certificates.rows.size() - 1).tag(" of ");
  html.number(facts.certificates.matching);
  html.text(question.is_filtered() ? " that match" : "").tag("; those that need somebody come first</caption>\n");
}

}  // namespace

void add_certificate_link(Html& html, const CertificateSummary& certificate) {
  html.tag("<a href=\"").text(link_to_certificate(certificate.id), kLongestLink).tag("\">");
  html.text(certificate.name.empty() ? "(without a name)" : certificate.name, kShownName).tag("</a>");
}

void add_next_event(Html& html, const CertificateSummary& certificate, UtcTime now) {
  html.text(next_event_words(certificate));
  const bool timed = certificate.next && certificate.standing != CertificateStanding::ordering &&
                     certificate.standing != CertificateStanding::orphan;
  if (!timed) return;
  html.tag(" ");
  if (*certificate.next <= now) {
    html.tag("due now");
  } else {
    add_relative(html, *certificate.next, now);
  }
}

void add_search_form(Html& html, const StatusQuestion& question) {
  html.tag(
      "<form method=\"get\" action=\"?\" role=\"search\">\n<div><label for=\"q\">Name, issuer or id</label>"
      "<input type=\"search\" id=\"q\" name=\"q\" maxlength=\"255\" value=\"");
  html.text(question.search, kLongestWord).tag("\"></div>\n");
  add_state_choice(html, question);
  if (question.per_page != kUsualPerPage) {
    html.tag("<input type=\"hidden\" name=\"per_page\" value=\"").number(question.per_page).tag("\">\n");
  }
  html.tag("<button type=\"submit\">Search</button>\n");
  if (question.is_filtered()) html.tag("<a href=\"?\">Show all</a>\n");
  html.tag("</form>\n");
}

void add_certificate_table(Html& html, const OverviewFacts& facts) {
  if (facts.certificates.rows.empty()) {
    html.tag("<p>").text(facts.unread                   ? "The list cannot be read now."
                         : facts.question.is_filtered() ? "No certificate matches."
                                                        : "There is no certificate yet.");
    html.tag("</p>\n");
    return;
  }
  html.tag("<table class=\"list\">\n");
  add_caption(html, facts);
  html.tag(
      "<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">State</th><th scope=\"col\">Issuer</th>"
      "<th scope=\"col\">Key</th><th scope=\"col\">Expires</th><th scope=\"col\">Next</th></tr></thead>\n<tbody>\n");
  const TimeAxis axis = axis_of(facts.certificates.rows, facts.now);
  for (const auto& certificate : facts.certificates.rows) add_row(html, certificate, axis, facts.now);
  html.tag("</tbody>\n</table>\n");
  if (!facts.is_whole() || facts.events.empty()) add_bar_legend(html);  // else it stands above
  add_paging(html, facts);
}

}  // namespace acme
