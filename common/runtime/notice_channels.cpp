#include "common/runtime/notice_channels.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"
#include "common/base/url.hpp"
#include "common/config/notify_words.hpp"
#include "common/transport/other_server.hpp"

namespace acme {

namespace {

constexpr std::chrono::milliseconds kWebhookLimit{20000};
constexpr std::size_t kMostOfAnswer = 64 * 1024;

/// "Nov 22 12:44:41", as syslog daemons read it: of this machine's time zone.
std::string local_time(UtcTime time) {
  const std::time_t seconds = static_cast<std::time_t>(time.time_since_epoch().count());
  std::tm parts{};
  if (::localtime_r(&seconds, &parts) == nullptr) return "Jan  1 00:00:00";
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto two = [](int number, char fill) { return cat(number < 10 ? std::string(1, fill) : "", number); };
  return cat(months[static_cast<std::size_t>(parts.tm_mon) % 12], " ", two(parts.tm_mday, ' '), " ",
             two(parts.tm_hour, '0'), ":", two(parts.tm_min, '0'), ":", two(parts.tm_sec, '0'));
}

Status send_once(const std::string& path, const std::string& message, int type) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Error{ErrorKind::io, cat(path, ": the path is too long")};
  path.copy(address.sun_path, path.size());
  const UniqueFd socket{::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  const auto* target = reinterpret_cast<const sockaddr*>(&address);
  const bool connected = socket && ::connect(socket.get(), target, sizeof address) == 0;
  const ssize_t sent = connected ? ::send(socket.get(), message.data(), message.size(), MSG_NOSIGNAL) : -1;
  if (sent == static_cast<ssize_t>(message.size())) return {};
  const int number = sent < 0 ? errno : ENOBUFS;
  // Never shown: the other type of socket is tried.
  if (number == EPROTOTYPE) return Error{ErrorKind::not_found, path};
  return Error{ErrorKind::io, cat(path, ": ", std::strerror(number)),
               number == EAGAIN ? "" : "is a log daemon running there?"};
}

std::string shown_output(const ChildOutcome& outcome) {
  const std::string text = cleaned(trim(outcome.output));
  return text.empty() ? "" : cat(": ", text);
}

}  // namespace

Status send_to_log(const std::string& path, const std::string& datagram) {
  auto sent = send_once(path, datagram, SOCK_DGRAM);
  if (sent || sent.error().kind != ErrorKind::not_found) return sent;
  // A stream, as some syslog daemons have it: a zero byte ends the line.
  return send_once(path, datagram + '\0', SOCK_STREAM);
}

Task<Status> NoticeChannels::deliver(const NotifyConfig& receiver, Notice notice) {
  if (receiver.kind == NotifyKind::syslog) co_return log(receiver, notice);
  if (receiver.kind == NotifyKind::mail) {
    auto mailing = mail(receiver, std::move(notice));
    auto mailed = co_await std::move(mailing);
    co_return mailed;
  }
  auto posting = post(receiver, std::move(notice));
  auto posted = co_await std::move(posting);
  co_return posted;
}

Task<Status> NoticeChannels::post(const NotifyConfig& receiver, Notice notice) {
  auto made = webhook_request(notice, receiver.secret, services_.clock->now());
  if (!made) co_return std::move(made).error();
  HttpRequest request{receiver.target};
  request.method = "POST";
  request.content_type = "application/json";
  request.headers = std::move(made->headers);
  request.body = std::move(made->body);
  request.timeout = kWebhookLimit;
  request.ignore_body = true;
  request.max_body = kMostOfAnswer;
  request.trust.ca_file = receiver.trusted;
  request.trust.allow_http = true;
  auto sending = services_.http->send(std::move(request));
  auto answer = co_await std::move(sending);
  if (!answer) co_return of_other_server(std::move(answer).error(), receiver.target, "trusted_certificate=");
  if (answer->status / 100 == 2) co_return Status{};
  const std::string said = cat(url_authority(receiver.target), " answered ", answer->status);
  if (answer->status / 100 == 3) co_return Error{ErrorKind::io, said, "redirects are not followed: name the last URL"};
  co_return Error{ErrorKind::io, said};
}

Task<Status> NoticeChannels::mail(const NotifyConfig& receiver, Notice notice) {
  ChildCommand command;
  command.argv = {receiver.program, "-i"};
  if (!receiver.from.empty()) {
    command.argv.emplace_back("-f");
    command.argv.push_back(receiver.from);
  }
  command.argv.emplace_back("--");
  command.argv.push_back(receiver.target);
  command.environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"};
  MailAddresses addresses;
  addresses.to = receiver.target;
  addresses.from = receiver.from;
  command.input = mail_message(notice, addresses);
  const Seconds limit = command.limit;
  auto running = services_.run(std::move(command));
  auto outcome = co_await std::move(running);
  if (!outcome) co_return std::move(outcome).error();
  if (outcome->succeeded()) co_return Status{};
  co_return Error{ErrorKind::io, cat(receiver.program, " ", describe(*outcome, limit), shown_output(*outcome))};
}

Status NoticeChannels::log(const NotifyConfig& receiver, const Notice& notice) const {
  SyslogOrigin origin;
  origin.identifier = services_.identifier;
  origin.facility = syslog_facility(receiver.target).value_or(3);
  origin.process = ::getpid();
  bool journal = receiver.form == SyslogForm::journald;
  if (receiver.form == SyslogForm::any) journal = ::access(kJournalSocket, F_OK) == 0;
  const std::string usual = journal ? kJournalSocket : kSyslogSocket;
  return send_to_log(
      receiver.socket.empty() ? usual : receiver.socket,
      journal ? journal_datagram(notice, origin) : syslog_datagram(notice, origin, local_time(services_.clock->now())));
}

}  // namespace acme
