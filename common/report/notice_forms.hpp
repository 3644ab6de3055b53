// The forms in which a notice leaves: a mail, a signed request, a datagram to the journal, a line for syslogd. Pure.
// Whatever a notice holds, no text of it can become a header, a field or a line of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/secret.hpp"
#include "common/report/notice.hpp"

namespace acme {

struct MailAddresses {
  std::string to;
  std::string from;  // empty: left to the program that sends it, which knows this machine's name for mail
};
/// RFC 5322, with LF at line ends as programs like sendmail read it.
std::string mail_message(const Notice& notice, const MailAddresses& addresses);

struct WebhookRequest {
  std::string body;                  // JSON
  std::vector<std::string> headers;  // X-Acme-Event, X-Acme-Delivery, X-Acme-Timestamp and, with a secret,
                                     // X-Acme-Signature: sha256=<HMAC-SHA256 of "<timestamp>.<body>", in hex>
};
/// ErrorKind::crypto.
Result<WebhookRequest> webhook_request(const Notice& notice, const Secret& secret, UtcTime now);

/// "a.test: works again"; with the hint behind it in parentheses. One line.
std::string notice_line(const Notice& notice);

struct SyslogOrigin {
  std::string identifier;  // "ngx_acme"
  int facility = 3;
  long process = 0;
};
/// The journal's native protocol: fields, one of several lines by its length.
std::string journal_datagram(const Notice& notice, const SyslogOrigin& origin);
/// As syslog(3) writes it (RFC 3164 without a host name); `local_time`: "Nov 22 12:44:41".
std::string syslog_datagram(const Notice& notice, const SyslogOrigin& origin, std::string_view local_time);

}  // namespace acme
