#include "common/report/notice_forms.hpp"

#include "common/base/text.hpp"
#include "common/config/notify_words.hpp"
#include "common/crypto/digest.hpp"

namespace acme {

namespace {

constexpr std::size_t kLongestLine = 1000;  // RFC 3164: 1024 with what stands before it
constexpr std::size_t kLongestText = 16 * 1024;

/// "NAME=value"; what has a newline in it with its length instead.
void add_field(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (value.find('\n') == std::string_view::npos) {
    out += cat(name, "=", value, "\n");
    return;
  }
  out += cat(name, "\n");
  for (unsigned shift = 0; shift < 64; shift += 8) {
    out += static_cast<char>((static_cast<std::uint64_t>(value.size()) >> shift) & 0xFFU);
  }
  out += cat(value, "\n");
}

}  // namespace

Result<WebhookRequest> webhook_request(const Notice& notice, const Secret& secret, UtcTime now) {
  WebhookRequest request;
  request.body = to_json(notice).text();
  const std::string timestamp = cat(static_cast<long long>(now.time_since_epoch().count()));
  request.headers = {cat("X-Acme-Event: ", notice_event_name(notice.event)),
                     cat("X-Acme-Delivery: ", cleaned(notice.id, 100)), cat("X-Acme-Timestamp: ", timestamp)};
  if (secret.empty()) return request;
  const auto mac = hmac(MacAlgorithm::hs256, secret.view(), cat(timestamp, ".", request.body));
  if (!mac) return Error{mac.error()};
  request.headers.push_back(cat("X-Acme-Signature: sha256=", to_hex(*mac)));
  return request;
}

std::string notice_line(const Notice& notice) {
  return cleaned(cat(notice.title, notice.hint.empty() ? "" : cat(" (", notice.hint, ")")), kLongestLine);
}

std::string journal_datagram(const Notice& notice, const SyslogOrigin& origin) {
  std::string out;
  const auto add = [&out](std::string_view name, std::string_view value) { add_field(out, name, value); };
  add("MESSAGE", notice_line(notice));
  add("PRIORITY", cat(static_cast<int>(notice.severity)));
  add("SYSLOG_IDENTIFIER", origin.identifier);
  add("SYSLOG_FACILITY", cat(origin.facility));
  add("SYSLOG_PID", cat(origin.process));
  add("ACME_EVENT", notice_event_name(notice.event));
  add("ACME_NOTICE_ID", cleaned(notice.id, 100));
  add("ACME_TROUBLE", cleaned(notice.trouble));
  add("ACME_PROBLEM", cleaned(notice.problem));
  add("ACME_ISSUER", cleaned(notice.issuer));
  add("ACME_AFFECTED", cat(static_cast<unsigned long>(notice.affected)));
  for (const auto& certificate : notice.certificates) {
    add("ACME_NAME", cleaned(certificate.name));
    add("ACME_CERTIFICATE_ID", cleaned(certificate.id));
    if (certificate.not_after) add("ACME_NOT_AFTER", format_rfc3339(*certificate.not_after));
  }
  add("ACME_TEXT", std::string_view{notice.text}.substr(0, kLongestText));
  return out;
}

std::string syslog_datagram(const Notice& notice, const SyslogOrigin& origin, std::string_view local_time) {
  const int priority = origin.facility * 8 + static_cast<int>(notice.severity);
  return cat("<", priority, ">", local_time, " ", origin.identifier, "[", origin.process, "]: ", notice_line(notice));
}

}  // namespace acme
