// acme_notify / AcmeNotify: who is told, and of what.
//
//     acme_notify webhook URL [secret_file=PATH|secret_env=NAME] [trusted_certificate=FILE] [events=EVENT,...]
//     acme_notify mail ADDRESS [sendmail=PROGRAM] [from=ADDRESS] [events=EVENT,...]
//     acme_notify syslog [facility=daemon] [socket=PATH] [format=journald|syslog] [events=EVENT,...]
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/directives.hpp"

namespace acme {

inline constexpr const char* kUsualSendmail = "/usr/sbin/sendmail";

/// The arguments of the directive; files and variables are read by way of the context, which has the place, too.
Result<NotifyConfig> parse_notify_directive(const std::vector<std::string>& arguments, const DirectiveContext& context);

/// "webhook", "mail", "syslog".
const char* notify_kind_name(NotifyKind kind);
/// "failed", "expiring", "revoked", "not-live", "blocked", "recovered", "renewed", "test".
const char* notice_event_name(NoticeEvent event);
std::optional<NoticeEvent> parse_notice_event(std::string_view name);
/// "daemon": 3 (RFC 5424 §6.2.1), without those of the kernel and of syslogd itself.
std::optional<int> syslog_facility(std::string_view name);

}  // namespace acme
