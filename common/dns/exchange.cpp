#include "common/dns/exchange.hpp"

#include <cerrno>
#include <cstring>

#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"

namespace acme {

namespace {

constexpr std::size_t kDatagramRoom = 4096;
constexpr int kMostStrangers = 200;

Error unreachable(int error) {
  Error nobody{ErrorKind::transport, cat("cannot be reached: ", std::strerror(error))};
  nobody.problem_type = "unreachable";
  return nobody;
}

Error no_answer(Wake wake) {
  if (wake == Wake::cancelled) return {ErrorKind::cancelled, "cancelled"};
  return {ErrorKind::transport, "no answer in time"};
}

Error closed() { return {ErrorKind::transport, "the connection was closed before the answer was there"}; }

/// Connected, or on its way to be.
Result<UniqueFd> connected_socket(const SocketAddress& server, int type) {
  UniqueFd fd{::socket(server.family(), type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!fd) return unreachable(errno);
  const auto* address = reinterpret_cast<const sockaddr*>(&server.storage);
  if (::connect(fd.get(), address, server.size) != 0 && errno != EINPROGRESS) return unreachable(errno);
  return fd;
}

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

/// Sends all of `bytes`.
Task<Status> send_all(DnsWire wire, int fd, DnsMessage bytes, SteadyTime until) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const Wake wake = co_await wire.descriptors.writable(fd, until);
    if (wake != Wake::ready) co_return no_answer(wake);
    const ssize_t size = ::send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (size < 0 && !would_block(errno)) co_return unreachable(errno);
    if (size > 0) sent += static_cast<std::size_t>(size);
  }
  co_return Status{};
}

/// Receives exactly `size` bytes.
Task<Result<DnsMessage>> receive_all(DnsWire wire, int fd, std::size_t size, SteadyTime until) {
  DnsMessage bytes(size);
  std::size_t received = 0;
  while (received < size) {
    const Wake wake = co_await wire.descriptors.readable(fd, until);
    if (wake != Wake::ready) co_return no_answer(wake);
    const ssize_t got = ::recv(fd, bytes.data() + received, size - received, 0);
    if (got == 0) co_return closed();
    if (got < 0 && !would_block(errno)) co_return unreachable(errno);
    if (got > 0) received += static_cast<std::size_t>(got);
  }
  co_return bytes;
}

}  // namespace

Task<Result<DnsMessage>> exchange_udp(DnsWire wire, SocketAddress server, DnsMessage message, IsAnswer is_answer,
                                      SteadyTime until) {
  auto fd = connected_socket(server, SOCK_DGRAM);
  if (!fd) co_return std::move(fd).error();
  if (::send(fd->get(), message.data(), message.size(), MSG_NOSIGNAL) < 0 && !would_block(errno))
    co_return unreachable(errno);
  for (int strangers = 0; strangers < kMostStrangers; ++strangers) {
    const Wake wake = co_await wire.descriptors.readable(fd->get(), until);
    if (wake != Wake::ready) co_return no_answer(wake);
    DnsMessage answer(kDatagramRoom);
    const ssize_t size = ::recv(fd->get(), answer.data(), answer.size(), 0);
    if (size < 0 && !would_block(errno)) co_return unreachable(errno);
    if (size < 0) continue;
    answer.resize(static_cast<std::size_t>(size));
    if (is_answer(answer)) co_return answer;
  }
  co_return Error{ErrorKind::server_error, "a flood of datagrams that are no answer"};
}

Task<Result<DnsMessage>> exchange_tcp(DnsWire wire, SocketAddress server, DnsMessage message, IsAnswer is_answer,
                                      SteadyTime until) {
  if (message.size() > 0xFFFF) co_return Error{ErrorKind::internal, "a DNS message of more than 64 KB"};
  auto fd = connected_socket(server, SOCK_STREAM);
  if (!fd) co_return std::move(fd).error();
  const auto length = static_cast<std::uint16_t>(message.size());
  message.insert(message.begin(), {static_cast<std::uint8_t>(length >> 8U), static_cast<std::uint8_t>(length)});
  auto sending = send_all(wire, fd->get(), std::move(message), until);
  Status sent = co_await std::move(sending);
  if (!sent) co_return std::move(sent).error();
  auto head = receive_all(wire, fd->get(), 2, until);
  const auto prefix = co_await std::move(head);
  if (!prefix) co_return prefix.error();
  const auto size = static_cast<std::size_t>((prefix->at(0) << 8U) | prefix->at(1));
  auto body = receive_all(wire, fd->get(), size, until);
  auto answer = co_await std::move(body);
  if (answer && !is_answer(*answer)) co_return Error{ErrorKind::server_error, "the answer belongs to another question"};
  co_return answer;
}

}  // namespace acme
