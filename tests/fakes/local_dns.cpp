#include "tests/fakes/local_dns.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace acme_test {

namespace {

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "test DNS server: %s\n", what);
  std::abort();
}

int bound(int type, int port) {
  const int fd = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

int port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  require(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
  return ntohs(address.sin_port);
}

void append16(DnsBytes& out, std::size_t number) {
  out.push_back(static_cast<std::uint8_t>(number >> 8U));
  out.push_back(static_cast<std::uint8_t>(number));
}

void append(DnsBytes& out, const DnsBytes& more) { out.insert(out.end(), more.begin(), more.end()); }

bool receive_all(int fd, std::uint8_t* data, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::recv(fd, data, size, 0);
    if (got <= 0) return false;
    data += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

/// Behind the name of the first question.
std::size_t after_name(const DnsBytes& message) {
  std::size_t at = 12;
  while (at < message.size() && message[at] != 0) at += message[at] + 1U;
  return at + 1;
}

}  // namespace

LocalDns::LocalDns(Answer answer) : answer_{std::move(answer)} {
  for (int attempt = 0; attempt < 50 && tcp_ < 0; ++attempt) {
    if (udp_ >= 0) ::close(udp_);
    udp_ = bound(SOCK_DGRAM, 0);
    require(udp_ >= 0, "bind");
    tcp_ = bound(SOCK_STREAM, port_of(udp_));
  }
  require(tcp_ >= 0 && ::listen(tcp_, 64) == 0, "listen");
  require(::pipe(stop_) == 0, "pipe");
  port_ = port_of(udp_);
  thread_ = std::thread{[this] { serve(); }};
}

LocalDns::~LocalDns() {
  ::close(stop_[1]);
  thread_.join();
  for (const int fd : {udp_, tcp_, stop_[0]}) ::close(fd);
}

void LocalDns::serve() {
  for (;;) {
    pollfd polled[3] = {{stop_[0], POLLIN, 0}, {udp_, POLLIN, 0}, {tcp_, POLLIN, 0}};
    if (::poll(polled, 3, -1) < 0) continue;
    if (polled[0].revents != 0) return;
    if (polled[1].revents != 0) serve_datagram();
    if (polled[2].revents != 0) serve_connection();
  }
}

void LocalDns::serve_datagram() {
  DnsBytes message(65536);
  sockaddr_in from{};
  socklen_t size = sizeof from;
  const ssize_t got = ::recvfrom(udp_, message.data(), message.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
  if (got < 0) return;
  message.resize(static_cast<std::size_t>(got));
  ++by_udp_;
  for (const auto& reply : answer_(message, false))
    ::sendto(udp_, reply.data(), reply.size(), 0, reinterpret_cast<const sockaddr*>(&from), size);
}

void LocalDns::serve_connection() {
  const int fd = ::accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return;
  const timeval limit{2, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  std::uint8_t head[2] = {0, 0};
  if (receive_all(fd, head, 2)) {
    DnsBytes message((static_cast<std::size_t>(head[0]) << 8U) | head[1]);
    if (receive_all(fd, message.data(), message.size())) {
      ++by_tcp_;
      for (const auto& reply : answer_(message, true)) {
        DnsBytes framed;
        append16(framed, reply.size());
        append(framed, reply);
        ::send(fd, framed.data(), framed.size(), MSG_NOSIGNAL);
      }
    }
  }
  ::close(fd);
}

DnsBytes dns_name(const std::string& name) {
  DnsBytes bytes;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t dot = std::min(name.find('.', at), name.size());
    bytes.push_back(static_cast<std::uint8_t>(dot - at));
    bytes.insert(bytes.end(), name.begin() + static_cast<long>(at), name.begin() + static_cast<long>(dot));
    at = dot + 1;
  }
  bytes.push_back(0);
  return bytes;
}

DnsBytes dns_record(const std::string& owner, std::uint16_t type, const DnsBytes& data, std::uint16_t dns_class) {
  DnsBytes bytes = dns_name(owner);
  append16(bytes, type);
  append16(bytes, dns_class);
  append(bytes, {0, 0, 0, 60});
  append16(bytes, data.size());
  append(bytes, data);
  return bytes;
}

DnsBytes dns_txt(const std::vector<std::string>& strings) {
  DnsBytes bytes;
  for (const auto& text : strings) {
    bytes.push_back(static_cast<std::uint8_t>(text.size()));
    bytes.insert(bytes.end(), text.begin(), text.end());
  }
  return bytes;
}

DnsBytes dns_soa(const std::string& primary) {
  DnsBytes bytes = dns_name(primary);
  append(bytes, dns_name("hostmaster.example"));
  bytes.resize(bytes.size() + 20, 1);
  return bytes;
}

DnsBytes dns_answer(const DnsBytes& message, const std::vector<DnsBytes>& records, int code,
                    const std::vector<DnsBytes>& authority) {
  DnsBytes bytes{message.begin(), message.begin() + static_cast<long>(after_name(message)) + 4};
  bytes[2] = static_cast<std::uint8_t>((bytes[2] & 0x79U) | 0x84U);  // an answer, authoritative, whole
  bytes[3] = static_cast<std::uint8_t>(code);
  const std::size_t counts[4] = {1, records.size(), authority.size(), 0};
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[4 + 2 * i] = static_cast<std::uint8_t>(counts[i] >> 8U);
    bytes[5 + 2 * i] = static_cast<std::uint8_t>(counts[i]);
  }
  for (const auto& record : records) append(bytes, record);
  for (const auto& record : authority) append(bytes, record);
  return bytes;
}

std::string asked_name(const DnsBytes& message) {
  std::string name;
  for (std::size_t at = 12; at < message.size() && message[at] != 0; at += message[at] + 1U) {
    if (!name.empty()) name += '.';
    name.append(reinterpret_cast<const char*>(message.data()) + at + 1, message[at]);
  }
  return name;
}

int asked_type(const DnsBytes& message) {
  const std::size_t at = after_name(message);
  return at + 1 < message.size() ? (message[at] << 8) | message[at + 1] : -1;
}

}  // namespace acme_test
