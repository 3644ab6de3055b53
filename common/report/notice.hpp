// Notice: one thing that people or monitoring are told: what happened, to which certificates, and what to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/config/model.hpp"
#include "common/json/json.hpp"

namespace acme {

/// Numbered as syslog does (RFC 5424 §6.2.1).
enum class NoticeSeverity : std::uint8_t { critical = 2, error = 3, warning = 4, notice = 5, info = 6 };
/// "critical", "error", "warning", "notice", "info".
const char* severity_name(NoticeSeverity severity);

struct NoticeCertificate {
  std::string id;
  std::string name;                  // the first one
  std::optional<UtcTime> not_after;  // of what is served; nullopt: nothing but the placeholder
  std::optional<UtcTime> next_try;
};

/// Its texts are clean and bounded: no control bytes but the newlines of `text`, valid UTF-8.
struct Notice {
  std::string id;  // the same in each try of its delivery
  NoticeEvent event = NoticeEvent::failed;
  NoticeSeverity severity = NoticeSeverity::warning;
  UtcTime time;
  std::string host;
  std::string server;            // "ngx_acme/0.1 nginx/1.22.1"
  std::string trouble;           // the same in all notices about one trouble, its end among them
  std::uint32_t escalation = 0;  // grows while it lasts
  std::string title;             // one line
  std::string text;              // several, in plain words
  std::string hint;              // what to do
  std::string problem;           // ACME problem type or the kind of failure
  std::string issuer;
  std::optional<UtcTime> since;
  std::size_t affected = 0;                     // certificates in all
  std::vector<NoticeCertificate> certificates;  // at most kNoticeNames
};
inline constexpr std::size_t kNoticeNames = 20;
inline constexpr int kNoticeVersion = 1;

/// As webhooks get it (conf-examples/monitoring/notice.schema.json), and as it is stored.
JsonBuilder to_json(const Notice& notice);
/// ErrorKind::malformed: it is none of this version.
Result<Notice> parse_notice(const Json& json);

}  // namespace acme
