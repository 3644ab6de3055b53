#include "common/report/notice.hpp"

#include <array>

#include "common/base/text.hpp"
#include "common/config/notify_words.hpp"

namespace acme {

namespace {

constexpr std::array kSeverities{NoticeSeverity::critical, NoticeSeverity::error, NoticeSeverity::warning,
                                 NoticeSeverity::notice, NoticeSeverity::info};

void set_time(JsonBuilder& json, const char* key, const std::optional<UtcTime>& time) {
  if (time) json.set(key, format_rfc3339(*time));
}

std::string text_in(const Json& json, const char* key) { return json[key].string().value_or(""); }

std::optional<UtcTime> time_in(const Json& json, const char* key) {
  const auto text = json[key].string();
  return text ? parse_rfc3339(*text) : std::nullopt;
}

std::uint64_t number_in(const Json& json, const char* key) {
  const auto number = json[key].integer().value_or(0);
  return number > 0 ? static_cast<std::uint64_t>(number) : 0;
}

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
  const auto event = parse_notice_event(text_in(json, "event"));
  const auto time = time_in(json, "time");
  if (json["version"].integer() != kNoticeVersion || !event || !time || text_in(json, "id").empty()) {
    return Error{ErrorKind::malformed, "this is no notice"};
  }
  Notice notice;
  notice.event = *event;
  notice.time = *time;
  for (const auto severity : kSeverities) {
    if (text_in(json, "severity") == severity_name(severity)) notice.severity = severity;
  }
  notice.id = text_in(json, "id");
  notice.host = text_in(json, "host");
  notice.server = text_in(json, "server");
  notice.trouble = text_in(json, "trouble");
  notice.escalation = static_cast<std::uint32_t>(number_in(json, "escalation"));
  notice.title = text_in(json, "title");
  notice.text = text_in(json, "text");
  notice.hint = text_in(json, "hint");
  notice.problem = text_in(json, "problem");
  notice.issuer = text_in(json, "issuer");
  notice.since = time_in(json, "since");
  notice.affected = number_in(json, "affected");
  for (const auto& entry : json["certificates"].items()) {
    if (notice.certificates.size() >= kNoticeNames) break;
    notice.certificates.push_back(
        {text_in(entry, "id"), text_in(entry, "name"), time_in(entry, "not_after"), time_in(entry, "next_try")});
  }
  return notice;
}

std::optional<UtcTime> stored_time(const Json& json, const char* key) {
  const auto seconds = json[key].integer();
  if (!seconds || *seconds < 0 || *seconds > kLastStoredSecond) return std::nullopt;
  return UtcTime{Seconds{*seconds}};
}

}  // namespace acme
