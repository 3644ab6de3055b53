#include "common/report/certificate_members.hpp"

namespace acme {

namespace {

void add_chain(JsonText& json, const CertificateDetail& detail) {
  json.begin_array("chain");
  for (const auto& entry : detail.chain) {
    json.begin_object().text("subject", entry.subject).text("issuer", entry.issuer);
    json.time("not_after", entry.not_after).end_object();
  }
  json.end_array();
}

void add_steps(JsonText& json, const Attempt& attempt) {
  json.begin_array("steps");
  for (const auto& step : attempt.steps) {
    json.begin_object().text("what", step.what).time("begun", step.begun);
    if (step.took) json.seconds("took", *step.took);
    json.flag("failed", step.failed).text("detail", step.detail).end_object();
  }
  json.end_array();
}

void add_names(JsonText& json, const Attempt& attempt) {
  json.begin_array("names");
  for (const auto& name : attempt.names) {
    json.begin_object().text("name", name.name).text("stage", name_stage_name(name.stage));
    json.text("challenge", name.challenge).text("detail", name.detail).end_object();
  }
  json.end_array();
}

void add_attempt(JsonText& json, const Attempt& attempt) {
  json.begin_object("attempt").time("begun", attempt.begun).flag("under_way", !attempt.took);
  if (attempt.took) json.seconds("took", *attempt.took).flag("succeeded", attempt.succeeded);
  json.text("issuer", attempt.issuer).text("reason", attempt.reason);
  add_steps(json, attempt);
  add_names(json, attempt);
  json.end_object();
}

void add_history(JsonText& json, const CertificateDetail& detail) {
  json.begin_array("history");
  for (const auto& version : detail.history) {
    json.begin_object().number("version", version.version).text("issued_by", version.issuer);
    json.text("serial", version.serial).text("fingerprint", version.fingerprint).time("issued_at", version.issued_at);
    json.time("not_before", version.not_before).time("not_after", version.not_after);
    json.number("names_count", std::uint64_t{version.names});
    if (version.took.count() > 0) json.seconds("took", version.took);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

void add_summary_members(JsonText& json, const CertificateSummary& certificate) {
  json.text("id", certificate.id).text("name", certificate.name);
  json.number("names_count", std::uint64_t{certificate.names});
  json.number("names_proved", std::uint64_t{certificate.names_proved});
  json.text("issuer", certificate.issuer).text("key_type", certificate.key_type);
  json.text("state", standing_name(certificate.standing)).text("served", served_name(certificate.served));
  json.number("version", certificate.version);
  json.time("not_before", certificate.not_before).time("not_after", certificate.not_after);
  json.time("window_start", certificate.window_start).time("window_end", certificate.window_end);
  json.time("renew_at", certificate.renew_at).time("next", certificate.next);
  json.number("failures", std::uint64_t{certificate.failures}).text("last_error_type", certificate.error_type);
}

void add_detail_members(JsonText& json, const CertificateDetail& detail) {
  add_summary_members(json, detail.summary);
  json.texts("names", detail.names).texts("challenges", detail.challenges);
  json.text("issued_by", detail.issued_by).text("profile", detail.profile).text("serial", detail.serial);
  json.text("fingerprint", detail.fingerprint).text("path", detail.path).text("reason", detail.reason);
  json.text("served_detail", detail.served_detail).time("served_checked", detail.served_checked);
  json.text("last_error", detail.last_error).text("hint", detail.hint);
  add_chain(json, detail);
  if (detail.attempt) add_attempt(json, *detail.attempt);
  add_history(json, detail);
}

}  // namespace acme
