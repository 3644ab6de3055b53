#include "common/report/notice.hpp"

#include <array>

#include "common/base/text.hpp"
#include "common/config/notify_words.hpp"
#include "common/store/record_fields.hpp"

namespace acme {

namespace {

constexpr std::array kSeverities{NoticeSeverity::critical, NoticeSeverity::error, NoticeSeverity::warning,
                                 NoticeSeverity::notice, NoticeSeverity::info};

JsonBuilder to_json(const NoticeCertificate& certificate) {
  JsonBuilder json = JsonBuilder::object();
  json.set("id", certificate.id).set("name", certificate.name);
  set_time(json, "not_after", certificate.not_after);
  set_time(json, "next_try", certificate.next_try);
  return json;
}

}  // namespace

const char* severity_name(NoticeSeverity severity) {
  switch (severity) {
    case NoticeSeverity::critical: return "critical";
    case NoticeSeverity::error: return "error";
    case NoticeSeverity::warning: return "warning";
    case NoticeSeverity::notice: return "notice";
    case NoticeSeverity::info: return "info";
  }
  return "notice";
}

JsonBuilder to_json(const Notice& notice) {
  JsonBuilder json = JsonBuilder::object();
  json.set("version", kNoticeVersion).set("id", notice.id).set("event", notice_event_name(notice.event));
  json.set("severity", severity_name(notice.severity)).set("time", format_rfc3339(notice.time));
  json.set("host", notice.host).set("server", notice.server).set("trouble", notice.trouble);
  json.set("escalation", static_cast<std::int64_t>(notice.escalation));
  json.set("title", notice.title).set("text", notice.text);
  if (!notice.hint.empty()) json.set("hint", notice.hint);
  if (!notice.problem.empty()) json.set("problem", notice.problem);
  if (!notice.issuer.empty()) json.set("issuer", notice.issuer);
  set_time(json, "since", notice.since);
  JsonBuilder certificates = JsonBuilder::array();
  for (const auto& certificate : notice.certificates) certificates.add(to_json(certificate));
  json.set("affected", static_cast<std::int64_t>(notice.affected)).set("certificates", std::move(certificates));
  return json;
}

Result<Notice> parse_notice(const Json& json) {
  const auto event = parse_notice_event(text_of(json["event"]));
  const auto time = time_of(json["time"]);
  if (json["version"].integer() != kNoticeVersion || !event || !time || text_of(json["id"]).empty()) {
    return Error{ErrorKind::malformed, "this is no notice"};
  }
  Notice notice;
  notice.event = *event;
  notice.time = *time;
  for (const auto severity : kSeverities) {
    if (text_of(json["severity"]) == severity_name(severity)) notice.severity = severity;
  }
  notice.id = text_of(json["id"]);
  notice.host = text_of(json["host"]);
  notice.server = text_of(json["server"]);
  notice.trouble = text_of(json["trouble"]);
  notice.escalation = static_cast<std::uint32_t>(count_of(json["escalation"]));
  notice.title = text_of(json["title"]);
  notice.text = text_of(json["text"]);
  notice.hint = text_of(json["hint"]);
  notice.problem = text_of(json["problem"]);
  notice.issuer = text_of(json["issuer"]);
  notice.since = time_of(json["since"]);
  notice.affected = count_of(json["affected"]);
  for (const auto& entry : json["certificates"].items()) {
    if (notice.certificates.size() >= kNoticeNames) break;
    notice.certificates.push_back(
        {text_of(entry["id"]), text_of(entry["name"]), time_of(entry["not_after"]), time_of(entry["next_try"])});
  }
  return notice;
}

}  // namespace acme
