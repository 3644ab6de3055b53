// NoticeChannels: one try to bring a notice to one receiver: a POST, a mail program, a datagram.
#pragma once

#include <functional>
#include <string>

#include "common/base/child_process.hpp"
#include "common/base/result.hpp"
#include "common/base/task.hpp"
#include "common/config/model.hpp"
#include "common/report/notice_forms.hpp"
#include "common/transport/http_client.hpp"

namespace acme {

/// Where a local log daemon listens.
inline constexpr const char* kJournalSocket = "/run/systemd/journal/socket";
inline constexpr const char* kSyslogSocket = "/dev/log";

class NoticeChannels {
 public:
  /// Borrowed.
  struct Services {
    HttpClient* http = nullptr;
    const Clock* clock = nullptr;
    std::function<Task<Result<ChildOutcome>>(ChildCommand)> run;
    std::string identifier;  // "ngx_acme", for syslog
  };

  explicit NoticeChannels(Services services) : services_{std::move(services)} {}

  /// ErrorKind::cancelled: a stop; any other says why it did not arrive, without what is secret.
  Task<Status> deliver(const NotifyConfig& receiver, Notice notice);

 private:
  Task<Status> post(const NotifyConfig& receiver, Notice notice);
  Task<Status> mail(const NotifyConfig& receiver, Notice notice);
  Status log(const NotifyConfig& receiver, const Notice& notice) const;

  Services services_;
};

/// To a datagram or stream socket of a log daemon; never waits. ErrorKind::io.
Status send_to_log(const std::string& path, const std::string& datagram);

}  // namespace acme
