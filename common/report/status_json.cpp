#include "common/report/status_json.hpp"

#include "common/report/certificate_members.hpp"
#include "common/report/json_text.hpp"

namespace acme {

namespace {

void begin_document(JsonText& json, UtcTime now) {
  json.begin_object().number("schema", std::int64_t{kStatusSchema}).time("generated", now);
}

void add_error(JsonText& json, const Error& error) {
  json.begin_object("error").text("message", error.message).text("hint", error.hint).end_object();
}

void add_engine(JsonText& json, const Overview& overview, UtcTime now) {
  json.begin_object("engine").text("server", overview.server).text("state_path", overview.state_path);
  json.number("process", overview.process).time("since", overview.since).time("written", overview.written);
  json.flag("alive", !is_stale(overview, now)).time("last_reload", overview.last_reload);
  json.text("reload_pending", overview.reload_pending).end_object();
}

void add_counts(JsonText& json, const Overview& overview) {
  json.begin_object("counts");
  for (std::size_t i = 0; i < kStandings; ++i) {
    json.number(standing_name(static_cast<CertificateStanding>(i)), std::uint64_t{overview.counts[i]});
  }
  json.end_object();
}

void add_issuer(JsonText& json, const IssuerHealth& issuer) {
  json.begin_object().text("name", issuer.name).text("directory", issuer.directory);
  json.text("account_url", issuer.account_url).number("failures", std::uint64_t{issuer.failures});
  json.time("failing_since", issuer.failing_since).time("paused_until", issuer.paused_until);
  json.time("last_success", issuer.last_success).text("last_error", issuer.last_error).text("hint", issuer.hint);
  json.begin_array("limits");
  for (const auto& limit : issuer.limits) {
    json.begin_object().text("limit", limit.limit).number("used", limit.used).number("allowed", limit.allowed);
    json.number("left", limit.allowed > limit.used ? limit.allowed - limit.used : std::uint64_t{0});
    json.number("window", limit.window).end_object();
  }
  json.end_array().end_object();
}

void add_list(JsonText& json, std::string_view key, const std::vector<CertificateSummary>& list) {
  json.begin_array(key);
  for (const auto& certificate : list) {
    json.begin_object();
    add_summary_members(json, certificate);
    json.end_object();
  }
  json.end_array();
}

void add_place(JsonText& json, const OverviewFacts& facts) {
  json.number("page", std::uint64_t{facts.question.page}).number("pages", std::uint64_t{facts.pages()});
  json.number("per_page", std::uint64_t{facts.question.per_page});
  json.number("matching", std::uint64_t{facts.certificates.matching});
  if (facts.question.page >= facts.pages()) return;
  StatusQuestion next = facts.question;
  next.format = StatusFormat::json;
  ++next.page;
  json.text("next", link_to(next));
}

std::vector<std::string> ended(JsonText& json) {
  json.end_object();
  auto pieces = std::move(json).pieces();
  pieces.back() += '\n';
  return pieces;
}

}  // namespace

std::vector<std::string> overview_json(const OverviewFacts& facts) {
  JsonText json;
  begin_document(json, facts.now);
  if (facts.unread) add_error(json, explained(*facts.unread));
  add_engine(json, facts.overview, facts.now);
  add_counts(json, facts.overview);
  json.begin_array("issuers");
  for (const auto& issuer : facts.overview.issuers) add_issuer(json, issuer);
  json.end_array();
  add_list(json, "next_events", facts.events);
  add_list(json, "certificates", facts.certificates.rows);
  add_place(json, facts);
  return ended(json);
}

std::vector<std::string> certificate_json(const CertificatePageFacts& facts) {
  JsonText json;
  begin_document(json, facts.now);
  add_engine(json, facts.overview, facts.now);
  json.begin_object("certificate");
  add_detail_members(json, facts.detail);
  json.end_object();
  return ended(json);
}

std::vector<std::string> error_json(const Error& error, UtcTime now) {
  JsonText json;
  begin_document(json, now);
  add_error(json, error);
  return ended(json);
}

}  // namespace acme
