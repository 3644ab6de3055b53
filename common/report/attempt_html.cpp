#include "common/report/attempt_html.hpp"

#include <algorithm>

namespace acme {

namespace {

/// Of names and of steps; a record may hold anything.
constexpr std::size_t kMostShown = 200;

void add_step(Html& html, const AttemptStep& step, UtcTime now) {
  html.tag("<li class=\"").text(step.failed ? "bad" : step.took ? "good" : "busy").tag("\">");
  add_said(html, step.what, kShownName);
  html.tag(" <span class=\"soft\">");
  if (step.took) {
    html.text(step.failed ? "failed after " : "took ").text(duration_words(*step.took));
  } else {
    html.tag("under way, begun ");
    add_relative(html, step.begun, now);
  }
  html.tag("</span>");
  if (!step.detail.empty()) html.tag("<br><span class=\"soft said\">").text(step.detail).tag("</span>");
  html.tag("</li>\n");
}

Markup stage_tone(NameStage stage) {
  switch (stage) {
    case NameStage::valid: return "good";
    case NameStage::failed: return "bad";
    case NameStage::waiting: return "quiet";
    default: return "busy";
  }
}

/// "example.org: waiting for the CA's look (http-01)".
std::string_view stage_words(NameStage stage) {
  switch (stage) {
    case NameStage::waiting: return "not begun";
    case NameStage::prepared: return "the answer to the CA is ready";
    case NameStage::validating: return "the CA is looking";
    case NameStage::valid: return "proved";
    case NameStage::failed: return "not proved";
  }
  return "";
}

void add_name(Html& html, const NameProgress& name) {
  html.tag("<li class=\"").tag(stage_tone(name.stage)).tag("\" data-stage=\"").text(name_stage_name(name.stage));
  html.tag("\">");
  add_said(html, name.name, kShownName);
  html.tag(": <span class=\"state\">");
  html.text(stage_words(name.stage)).tag("</span>");
  if (!name.challenge.empty())
    html.tag(" <span class=\"soft said\">by ").text(name.challenge, kShownName).tag("</span>");
  if (!name.detail.empty()) html.tag("<br><span class=\"soft said\">").text(name.detail).tag("</span>");
  html.tag("</li>\n");
}

void add_outcome(Html& html, const Attempt& attempt, UtcTime now) {
  html.tag("<p>begun ");
  add_absolute(html, attempt.begun, now);
  if (!attempt.issuer.empty()) html.tag(" at <span class=\"said\">").text(attempt.issuer, kShownName).tag("</span>");
  if (!attempt.took) {
    html.tag(", under way");
  } else {
    html.text(attempt.succeeded ? ", succeeded after " : ", failed after ").text(duration_words(*attempt.took));
  }
  if (!attempt.reason.empty()) html.tag("; why: <span class=\"said\">").text(attempt.reason).tag("</span>");
  html.tag("</p>\n");
}

}  // namespace

void add_attempt(Html& html, const Attempt& attempt, UtcTime now) {
  html.tag("<h2>").text(attempt.took ? "Last attempt" : "The order that is under way").tag("</h2>\n");
  add_outcome(html, attempt, now);
  if (!attempt.names.empty()) {
    html.tag("<h3>Names</h3>\n<ul class=\"names\">\n");
    for (std::size_t i = 0; i < std::min(attempt.names.size(), kMostShown); ++i) add_name(html, attempt.names[i]);
    html.tag("</ul>\n");
  }
  if (!attempt.steps.empty()) {
    html.tag("<h3>Steps</h3>\n<ol class=\"steps\">\n");
    for (std::size_t i = 0; i < std::min(attempt.steps.size(), kMostShown); ++i) add_step(html, attempt.steps[i], now);
    html.tag("</ol>\n");
  }
}

}  // namespace acme
