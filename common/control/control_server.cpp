#include "common/control/control_server.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "common/base/text.hpp"
#include "common/control/lines.hpp"

namespace acme {

namespace {

constexpr std::size_t kClients = 16;
/// Of these at most so many who may only look, so that they keep nobody else out.
constexpr std::size_t kLookers = 8;
constexpr Duration kRequestTime = std::chrono::seconds{10};
/// When no descriptor or memory is left to accept with, which leaves the client waiting and the socket readable.
constexpr Duration kBreath = std::chrono::milliseconds{100};

}  // namespace

struct ControlServer::Client {
  Client(ControlListener::Client accepted, Scheduler& scheduler)
      : fd{std::move(accepted.fd)}, peer{accepted.peer}, conversation{scheduler} {}
  UniqueFd fd;
  ControlPeer peer;
  Conversation conversation;
  ControlRequest request;
};

ControlServer::ControlServer(ControlListener listener, Services services)
    : listener_{std::move(listener)}, services_{std::move(services)}, tasks_{*services_.scheduler} {}

ControlServer::~ControlServer() = default;

void ControlServer::stop() {
  stopping_ = true;
  listener_.close_door();
  for (auto& client : clients_) client.conversation.stop();
}

bool ControlServer::has_place_for(uid_t uid) const {
  if (clients_.size() >= kClients) return false;
  const auto looks_only = [this](const Client& client) { return !may_change(client.peer.uid); };
  return may_change(uid) || std::count_if(clients_.begin(), clients_.end(), looks_only) < std::ptrdiff_t{kLookers};
}

void ControlServer::take(ControlListener::Client accepted) {
  if (!has_place_for(accepted.peer.uid)) {
    const auto end = control_failure(ControlFailure::failed, "too many commands are under way already", "try again");
    const std::string refusal = to_json(ControlAnswer{end}) + "\n";
    (void)::send(accepted.fd.get(), refusal.data(), refusal.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return;
  }
  tasks_.spawn(serve(clients_.emplace_back(std::move(accepted), *services_.scheduler)));
}

Task<void> ControlServer::run() {
  while (!stopping_) {
    const Wake wake = co_await services_.descriptors->readable(listener_.fd(), std::nullopt);
    if (wake == Wake::cancelled || stopping_) break;
    auto accepted = listener_.accept();
    if (accepted) {
      take(*std::move(accepted));
      continue;
    }
    const Wake breath = co_await services_.scheduler->sleep_for(kBreath);
    if (breath == Wake::cancelled) break;
  }
  auto rest = tasks_.all_ended();
  co_await std::move(rest);
}

Task<Result<ControlRequest>> ControlServer::read_request(const Client& client) {
  const SteadyTime until = services_.scheduler->clock().steady_now() + kRequestTime;
  LineReader lines{kLongestRequest};
  std::array<char, 16 * 1024> buffer{};
  for (;;) {
    const ssize_t length = ::recv(client.fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (length == 0) co_return Error{ErrorKind::io, "the request ended early"};
    if (length < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
      co_return Error{ErrorKind::io, "the request could not be read"};
    }
    if (length < 0) {
      const Wake wake = co_await services_.descriptors->readable(client.fd.get(), until);
      if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "the engine is stopping"};
      if (wake == Wake::timed_out) co_return Error{ErrorKind::io, "the request did not arrive in time"};
      continue;
    }
    const std::string_view piece{buffer.data(), static_cast<std::size_t>(length)};
    if (!lines.add(piece)) co_return Error{ErrorKind::malformed, "the request is too long"};
    if (const auto line = lines.next()) co_return parse_control_request(*line);
  }
}

Status ControlServer::admit(const Client& client, const ControlRequest& request) const {
  const uid_t uid = client.peer.uid;
  if (may_change(uid)) return {};
  if (uid != services_.worker) {
    return Error{ErrorKind::permission, cat("the engine answers root only, not uid ", uid), "run acmectl as root"};
  }
  if (is_read_only(request.verb)) return {};
  return Error{ErrorKind::permission, "only root may do this", "run acmectl as root"};
}

Task<void> ControlServer::converse(Client& client) {
  auto reading = read_request(client);
  auto request = co_await std::move(reading);
  Status admitted = request ? admit(client, *request) : Status{request.error()};
  if (!admitted) {
    auto end = control_failure(admitted.error());
    if (admitted.error().kind == ErrorKind::permission) end.failure = ControlFailure::permission;
    client.conversation.say(end);
  } else {
    client.request = *std::move(request);
    const bool changes = !is_read_only(client.request.verb);
    busy_ += changes ? 1 : 0;
    auto answering = services_.answer(client.request, client.conversation);
    co_await std::move(answering);
    busy_ -= changes ? 1 : 0;
  }
  client.conversation.end();
}

Task<void> ControlServer::serve(Client& client) {
  std::vector<Task<void>> tasks;
  tasks.push_back(converse(client));
  tasks.push_back(client.conversation.write_out(*services_.descriptors, client.fd.get()));
  auto both = join_all(*services_.scheduler, std::move(tasks));
  co_await std::move(both);
  clients_.remove_if([&client](const Client& each) { return &each == &client; });
}

}  // namespace acme
