// LocalDns: a real UDP and TCP server on one port of 127.0.0.1 that says byte by byte what a test wants, and what it
// takes to write such bytes.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace acme_test {

using DnsBytes = std::vector<std::uint8_t>;

class LocalDns {
 public:
  /// What is sent for one message, each as one datagram; by TCP each behind its length. None: silence. Called by the
  /// server's thread.
  using Answer = std::function<std::vector<DnsBytes>(const DnsBytes& message, bool tcp)>;

  explicit LocalDns(Answer answer);
  LocalDns(const LocalDns&) = delete;
  LocalDns& operator=(const LocalDns&) = delete;
  ~LocalDns();

  int port() const noexcept { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int by_udp() const noexcept { return by_udp_; }
  int by_tcp() const noexcept { return by_tcp_; }

 private:
  void serve();
  void serve_datagram();
  void serve_connection();

  Answer answer_;
  int udp_ = -1;
  int tcp_ = -1;
  int stop_[2] = {-1, -1};
  int port_ = 0;
  std::atomic<int> by_udp_{0};
  std::atomic<int> by_tcp_{0};
  std::thread thread_;
};

/// One record as bytes, its owner uncompressed.
DnsBytes dns_record(const std::string& owner, std::uint16_t type, const DnsBytes& data, std::uint16_t dns_class = 1);
DnsBytes dns_name(const std::string& name);
DnsBytes dns_txt(const std::vector<std::string>& strings);
DnsBytes dns_soa(const std::string& primary);

/// The header and question of `message` turned into an answer, with these records in the answer section.
DnsBytes dns_answer(const DnsBytes& message, const std::vector<DnsBytes>& records, int code = 0,
                    const std::vector<DnsBytes>& authority = {});
/// The name and the type that a message asks for.
std::string asked_name(const DnsBytes& message);
int asked_type(const DnsBytes& message);

}  // namespace acme_test
