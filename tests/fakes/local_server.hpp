// LocalServer: a real HTTP or HTTPS server on 127.0.0.1 that says byte by byte what a test wants,
// and make_identity(), which makes its certificate.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

struct ssl_ctx_st;

namespace acme_test {

/// A self-signed certificate and its key; the certificate is its own root.
struct Identity {
  std::string certificate_pem;
  std::string key_pem;
};
/// `name`: a DNS name or an IPv4 address. Valid from now + `from` to now + `until`, in seconds.
Identity make_identity(const std::string& name, long from = -3600, long until = 3600);

class LocalServer {
 public:
  /// Gets each request as text (head and body); its answer is sent as it is. nullopt: no answer, the
  /// connection stays open. "": the connection is closed. Called by several threads at once.
  using Answer = std::function<std::optional<std::string>(const std::string& request)>;

  explicit LocalServer(Answer answer);                   // plain http
  LocalServer(Answer answer, const Identity& identity);  // https
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;
  ~LocalServer();

  std::string url(const std::string& path, const std::string& host = "127.0.0.1") const;
  int port() const noexcept { return port_; }
  int connections() const noexcept { return connections_; }
  int requests() const noexcept { return requests_; }

 private:
  void listen();
  void accept_all();
  void serve(int fd);

  Answer answer_;
  std::shared_ptr<ssl_ctx_st> tls_;
  int listening_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::atomic<int> requests_{0};
  std::mutex mutex_;  // guards the two below
  std::list<int> open_;
  bool stopping_ = false;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

/// "HTTP/1.1 200 OK" with a length and a body; `more` are further header lines, each ended by \r\n.
std::string http_answer(const std::string& body, const std::string& more = {});

}  // namespace acme_test
