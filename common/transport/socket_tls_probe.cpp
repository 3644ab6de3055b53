#include "common/transport/socket_tls_probe.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"

namespace acme {

namespace {

constexpr Duration kPatience = std::chrono::seconds{5};
constexpr Duration kGoodbye = std::chrono::seconds{1};
constexpr std::size_t kMostBytes = 256 * 1024;  // of a handshake

struct Wire {
  Descriptors& descriptors;
  int fd;
  SteadyTime until;
};

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

std::optional<Address> read_address(const ProbeTarget& target) {
  Address address;
  auto* four = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* six = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (::inet_pton(AF_INET, target.address.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(target.port);
    address.size = sizeof *four;
    return address;
  }
  if (::inet_pton(AF_INET6, target.address.c_str(), &six->sin6_addr) != 1) return std::nullopt;
  six->sin6_family = AF_INET6;
  six->sin6_port = htons(target.port);
  address.size = sizeof *six;
  return address;
}

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

Error no_connection(int error) {
  const bool no_address = error == EADDRNOTAVAIL || error == EAFNOSUPPORT || error == ENETUNREACH ||
                          error == EHOSTUNREACH || error == EPROTONOSUPPORT;
  if (no_address) return {ErrorKind::not_found, "this machine has no such address"};
  if (error == ECONNREFUSED) return {ErrorKind::transport, "nothing listens there"};
  return {ErrorKind::transport, std::strerror(error)};
}

Error no_answer(Wake wake, const char* what) {
  if (wake == Wake::cancelled) return {ErrorKind::cancelled, "the engine is stopping"};
  return {ErrorKind::transport, what};
}

Task<Result<UniqueFd>> connect_to(Descriptors& descriptors, ProbeTarget target, SteadyTime until) {
  const auto address = read_address(target);
  if (!address) co_return Error{ErrorKind::internal, cat(target.address, " is no IP address")};
  UniqueFd fd{::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!fd) co_return no_connection(errno);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address->storage), address->size) == 0) co_return fd;
  if (errno != EINPROGRESS) co_return no_connection(errno);
  const Wake wake = co_await descriptors.writable(fd.get(), until);
  if (wake != Wake::ready) co_return no_answer(wake, "the connection is not accepted in time");
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) co_return no_connection(error);
  co_return fd;
}

Task<Status> send_all(Wire wire, std::string bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t size = ::send(wire.fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (size < 0 && !would_block(errno)) co_return Error{ErrorKind::server_error, "the connection was closed"};
    if (size >= 0) {
      sent += static_cast<std::size_t>(size);
      continue;
    }
    const Wake wake = co_await wire.descriptors.writable(wire.fd, wire.until);
    if (wake != Wake::ready) co_return no_answer(wake, "no answer in time");
  }
  co_return Status{};
}

/// What is there; "" at the end.
Task<Result<std::string>> receive_some(Wire wire) {
  std::array<char, 8192> room;
  for (;;) {
    const ssize_t size = ::recv(wire.fd, room.data(), room.size(), 0);
    if (size >= 0) co_return std::string(room.data(), static_cast<std::size_t>(size));
    if (!would_block(errno)) co_return Error{ErrorKind::server_error, "the connection was closed"};
    const Wake wake = co_await wire.descriptors.readable(wire.fd, wire.until);
    if (wake != Wake::ready) co_return no_answer(wake, "it accepts the connection, and does not answer in time");
  }
}

/// Until the leaf was seen and the handshake is over.
Task<Status> shake_hands(Wire wire, TlsLook& look, std::string first) {
  std::string sending = std::move(first) + look.exchange("");
  std::size_t received = 0;
  for (;;) {
    auto send = send_all(wire, std::move(sending));
    auto sent = co_await std::move(send);
    if (!sent || look.over()) co_return sent;
    auto receive = receive_some(wire);
    auto bytes = co_await std::move(receive);
    if (!bytes) co_return std::move(bytes).error();
    received += bytes->size();
    if (bytes->empty()) co_return Error{ErrorKind::server_error, "it closes the connection without an answer"};
    if (received > kMostBytes) co_return Error{ErrorKind::server_error, "an endless handshake"};
    sending = look.exchange(*bytes);
  }
}

/// Nothing unread is left behind: a server logs a connection that was reset.
Task<void> part(Wire wire, std::string goodbye) {
  auto send = send_all(wire, std::move(goodbye));
  auto sent = co_await std::move(send);
  if (!sent) co_return;
  ::shutdown(wire.fd, SHUT_WR);
  for (int pieces = 0; pieces < 64; ++pieces) {
    auto receive = receive_some(wire);
    const auto bytes = co_await std::move(receive);
    if (!bytes || bytes->empty()) co_return;
  }
}

/// Version 1 (the PROXY protocol's specification, section 2.1).
std::string proxy_line(const ProbeTarget& target) {
  const bool six = target.address.find(':') != std::string::npos;
  return cat("PROXY ", six ? "TCP6 " : "TCP4 ", target.address, " ", target.address, " 1024 ", target.port, "\r\n");
}

}  // namespace

Task<Result<ShownLeaf>> SocketTlsProbe::look(ProbeTarget target) {
  const SteadyTime until = scheduler_.clock().steady_now() + kPatience;
  auto begun = looks_.begin(target.server_name, target.key, target.protocol);
  if (!begun) co_return std::move(begun).error();
  TlsLook look = *std::move(begun);
  auto connecting = connect_to(descriptors_, target, until);
  const auto fd = co_await std::move(connecting);
  if (!fd) co_return fd.error();
  const Wire wire{descriptors_, fd->get(), until};
  auto shaking = shake_hands(wire, look, target.proxy_protocol ? proxy_line(target) : std::string{});
  auto shaken = co_await std::move(shaking);
  if (look.over()) {
    const Wire last{descriptors_, fd->get(), std::min(until, scheduler_.clock().steady_now() + kGoodbye)};
    auto parting = part(last, look.goodbye());
    co_await std::move(parting);
  }
  if (look.leaf()) co_return *look.leaf();
  if (!look.refusal().empty()) co_return Error{ErrorKind::server_error, look.refusal()};
  if (!shaken) co_return std::move(shaken).error();
  co_return Error{ErrorKind::server_error, "it shows no certificate"};
}

}  // namespace acme
