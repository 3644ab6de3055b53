// A visitor who never stops: a new connection each time, verified as a browser does it, one request, one answer.
//
//     visitor PORT ROOT NAME ...     to 127.0.0.1, SNI each NAME in turn, TLS 1.2 and 1.3 in turn; ROOT: a PEM file
//
// Prints "begun" when the first answer is there, goes on until its standard input ends, then prints one line of counts.
// What went wrong is told on standard error, the first twenty times, with the milliseconds since the start.
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/time.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/bench/loopback.hpp"

namespace {

using SslContextPtr = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using SslPtr = std::unique_ptr<SSL, decltype(&SSL_free)>;
using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using Clock = std::chrono::steady_clock;

constexpr std::array kOutcomes{"answered", "refused", "broken", "untrusted", "unanswered"};
enum class Outcome { answered, refused, broken, untrusted, unanswered };

long milliseconds(Clock::duration duration) {
  return static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

struct Tally {
  std::array<long, kOutcomes.size()> counts{};
  std::set<std::string> certificates;  // by their digest
  Clock::time_point began = Clock::now();
  Clock::time_point last_answer = began;
  Clock::duration longest_pause{};  // between two answers
  int told = 0;

  Outcome tell(Outcome outcome, const std::string& name, const std::string& why) {
    if (told++ < 20) {
      std::cerr << milliseconds(Clock::now() - began) << " ms: " << name << ": "
                << kOutcomes[static_cast<std::size_t>(outcome)] << ": " << why << '\n';
    }
    return outcome;
  }

  void count(Outcome outcome) {
    ++counts[static_cast<std::size_t>(outcome)];
    if (outcome != Outcome::answered) return;
    const auto now = Clock::now();
    if (counts[0] == 1) {
      std::cout << "begun" << std::endl;
    } else {
      longest_pause = std::max(longest_pause, now - last_answer);
    }
    last_answer = now;
  }

  void print() const {
    for (std::size_t i = 0; i < counts.size(); ++i) std::cout << kOutcomes[i] << '=' << counts[i] << ' ';
    std::cout << "certificates=" << certificates.size() << " longest_pause_ms=" << milliseconds(longest_pause)
              << std::endl;
  }
};

std::string openssl_word() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  return code != 0 ? ERR_error_string(code, nullptr) : std::string{"the connection ended: "} + std::strerror(errno);
}

void remember_certificate(SSL* ssl, Tally& tally) {
  const X509Ptr leaf{SSL_get1_peer_certificate(ssl), X509_free};
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (leaf && X509_digest(leaf.get(), EVP_sha256(), digest.data(), &size) == 1) {
    tally.certificates.emplace(reinterpret_cast<const char*>(digest.data()), size);
  }
}

/// One request, its whole answer, and whether that was a 200.
bool is_answered(SSL* ssl, const std::string& name) {
  const std::string request = "GET / HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n";
  if (SSL_write(ssl, request.data(), static_cast<int>(request.size())) <= 0) return false;
  std::string answer;
  std::array<char, 4096> piece{};
  for (int got = 0; (got = SSL_read(ssl, piece.data(), static_cast<int>(piece.size()))) > 0;) {
    if (answer.size() < 16) answer.append(piece.data(), static_cast<std::size_t>(got));
  }
  return answer.starts_with("HTTP/1.1 200 ");
}

Outcome speak(SSL* ssl, const std::string& name, Tally& tally) {
  if (SSL_connect(ssl) != 1) {
    const long verified = SSL_get_verify_result(ssl);
    if (verified != X509_V_OK) return tally.tell(Outcome::untrusted, name, X509_verify_cert_error_string(verified));
    return tally.tell(Outcome::broken, name, openssl_word());
  }
  remember_certificate(ssl, tally);
  if (!is_answered(ssl, name)) return tally.tell(Outcome::unanswered, name, openssl_word());
  return Outcome::answered;
}

Outcome visit(SSL_CTX* context, int port, const std::string& name, int version, Tally& tally) {
  const int fd = acme_bench::connected(port);
  if (fd < 0) return tally.tell(Outcome::refused, name, std::strerror(errno));
  const timeval patience{20, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const SslPtr ssl{SSL_new(context), SSL_free};
  SSL_set_min_proto_version(ssl.get(), version);
  SSL_set_max_proto_version(ssl.get(), version);
  SSL_set_fd(ssl.get(), fd);
  SSL_set_tlsext_host_name(ssl.get(), name.c_str());
  SSL_set1_host(ssl.get(), name.c_str());
  const Outcome outcome = speak(ssl.get(), name, tally);
  close(fd);
  return outcome;
}

bool is_over() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return poll(&input, 1, 0) > 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  signal(SIGPIPE, SIG_IGN);
  const int port = std::atoi(argv[1]);
  const std::vector<std::string> names{argv + 3, argv + argc};
  const SslContextPtr context{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  if (SSL_CTX_load_verify_file(context.get(), argv[2]) != 1) return 2;
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  Tally tally;
  for (std::size_t number = 0; !is_over(); ++number) {
    const int version = number / names.size() % 2 == 0 ? TLS1_3_VERSION : TLS1_2_VERSION;
    const Outcome outcome = visit(context.get(), port, names[number % names.size()], version, tally);
    tally.count(outcome);
    if (outcome == Outcome::refused) poll(nullptr, 0, 5);
  }
  tally.print();
  return 0;
}
