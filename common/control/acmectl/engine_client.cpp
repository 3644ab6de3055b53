#include "common/control/acmectl/engine_client.hpp"

#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <thread>

#include "common/base/text.hpp"
#include "common/control/acmectl/terminal.hpp"
#include "common/control/control_socket.hpp"
#include "common/control/lines.hpp"
#include "common/store/file_io.hpp"

namespace acme {

namespace {

constexpr int kTries = 40;
constexpr auto kPause = std::chrono::milliseconds{50};
constexpr timeval kQuickAnswer{60, 0};
/// An order may take its time, several one after the other more.
constexpr timeval kSlowAnswer{3600, 0};

Error ended() {
  return Error{ErrorKind::cancelled, "the engine ended before the command did; what was begun goes on when it is back",
               "see the server's error log"};
}

Status send_request(int fd, const ControlRequest& request) {
  std::string line = to_json(request) + "\n";
  if (line.size() > kLongestRequest) return Error{ErrorKind::malformed, "the certificate or its key is too long"};
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t sent = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return ended();
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Status receive(int fd, LineReader& lines) {
  std::array<char, 64 * 1024> buffer{};
  for (;;) {
    const ssize_t length = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      return Error{ErrorKind::cancelled, "the engine does not answer", "see the server's error log"};
    }
    if (length <= 0) return ended();
    if (lines.add({buffer.data(), static_cast<std::size_t>(length)})) return {};
    return Error{ErrorKind::malformed, "the engine's answer is too long"};
  }
}

Result<ControlAnswer> next_answer(int fd, LineReader& lines) {
  for (;;) {
    if (const auto line = lines.next()) return parse_control_answer(*line);
    if (auto received = receive(fd, lines); !received) return std::move(received).error();
  }
}

/// In the middle of a reload there is no engine for a moment.
Result<UniqueFd> connect_patiently(const std::string& state) {
  for (int left = kTries;; --left) {
    auto fd = connect_to_engine(state);
    struct stat facts {};
    const bool may_come = !fd && fd.error().kind == ErrorKind::not_found && ::stat(state.c_str(), &facts) == 0;
    if (!may_come || left == 0) return fd;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

Result<std::vector<std::string>> state_directories(const std::string& named, const std::string& root) {
  if (!named.empty()) return std::vector<std::string>{named};
  std::vector<std::string> found;
  const auto directory = open_directory(root);
  const auto names = directory ? list_directory(directory->get()) : Result<std::vector<std::string>>{directory.error()};
  if (names) {
    for (const auto& name : *names) {
      struct stat facts {};
      const std::string state = cat(root, "/", name);
      if (::stat((state + "/engine").c_str(), &facts) == 0 && S_ISDIR(facts.st_mode)) found.push_back(state);
    }
  }
  if (!found.empty()) return found;
  return Error{ErrorKind::not_found, cat("no engine is running: there is no state directory under ", root),
               "start the server, or name its acme_state_path by --state"};
}

Outcome ask_engine(const std::string& state, const ControlRequest& request, const AnswerHandler& handle) {
  auto fd = connect_patiently(state);
  if (!fd) return outcome_of(fd.error());
  const timeval limit = is_read_only(request.verb) ? kQuickAnswer : kSlowAnswer;
  ::setsockopt(fd->get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  // What could not be sent was answered before it was read to its end: the answer tells why.
  const Status sent = send_request(fd->get(), request);
  LineReader lines{kLongestAnswer};
  for (;;) {
    auto answer = next_answer(fd->get(), lines);
    if (!answer) return outcome_of(sent ? answer.error() : sent.error());
    if (const auto* end = std::get_if<ControlEnd>(&*answer)) return outcome_of(*end);
    handle(*answer);
  }
}

Outcome ask_engines(const std::vector<std::string>& states, const ControlRequest& request,
                    const std::function<void(const std::string&)>& before, const AnswerHandler& handle) {
  Outcome all;
  std::vector<Outcome> absent;
  for (const auto& state : states) {
    bool first = true;
    const Outcome one = ask_engine(state, request, [&](ControlAnswer& answer) {
      if (std::exchange(first, false)) before(state);
      handle(answer);
    });
    if (one.code == ExitCode::no_engine) {
      absent.push_back(one);
      continue;
    }
    if (!one.done()) return one;
    if (!one.message.empty()) tell(one.message);
    all = one;
  }
  if (absent.size() == states.size()) return absent.front();
  for (const auto& one : absent) tell_error(one.message, one.hint);
  return all;
}

Found find_certificate(const std::vector<std::string>& states, const std::string& name) {
  ControlRequest request;
  request.verb = ControlVerb::status;
  request.name = name;
  Found found;
  std::optional<Outcome> unknown, absent;
  for (const auto& state : states) {
    std::vector<CertificateRow> rows;
    const Outcome one = ask_engine(state, request, [&rows](ControlAnswer& answer) {
      if (auto* row = std::get_if<CertificateRow>(&answer)) rows.push_back(std::move(*row));
    });
    if (one.code == ExitCode::no_engine) {
      absent = one;
    } else if (one.code == ExitCode::unknown_name) {
      unknown = one;
    } else if (!one.done()) {
      found.outcome = one;
      return found;
    } else if (!found.state.empty()) {
      found.outcome = failure(ExitCode::ambiguous_name, cat(name, " is managed in ", found.state, " and in ", state),
                              "choose one by --state");
      return found;
    } else {
      found.state = state;
      found.rows = std::move(rows);
    }
  }
  if (found.state.empty()) found.outcome = unknown ? *unknown : absent.value_or(Outcome{});
  return found;
}

}  // namespace acme
