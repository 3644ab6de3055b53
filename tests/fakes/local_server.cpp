#include "tests/fakes/local_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace acme_test {

namespace {

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "test server: %s\n", what);
  std::abort();
}

std::string bio_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

void add_name(X509* certificate, const std::string& name) {
  in_addr address{};
  const bool is_ip = inet_pton(AF_INET, name.c_str(), &address) == 1;
  const std::string value = (is_ip ? "IP:" : "DNS:") + name;
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, value.c_str());
  require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, "subjectAltName");
  X509_EXTENSION_free(extension);
}

/// The length a request says its body has.
std::size_t body_length(const std::string& head) {
  const auto at = head.find("Content-Length: ");
  if (at == std::string::npos) return 0;
  std::size_t length = 0;
  std::from_chars(head.data() + at + 16, head.data() + head.size(), length);
  return length;
}

/// One accepted connection, with TLS or without.
class Connection {
 public:
  Connection(int fd, SSL_CTX* tls) : fd_{fd} {
    if (tls == nullptr) return;
    ssl_ = SSL_new(tls);
    SSL_set_fd(ssl_, fd);
    failed_ = SSL_accept(ssl_) != 1;
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { SSL_free(ssl_); }
  bool failed() const { return failed_; }

  long read(char* buffer, std::size_t size) {
    return ssl_ != nullptr ? SSL_read(ssl_, buffer, static_cast<int>(size)) : ::recv(fd_, buffer, size, 0);
  }
  bool write(const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
      const std::size_t piece = std::min<std::size_t>(text.size() - done, 16384);
      const long sent = ssl_ != nullptr ? SSL_write(ssl_, text.data() + done, static_cast<int>(piece))
                                        : ::send(fd_, text.data() + done, piece, MSG_NOSIGNAL);
      if (sent <= 0) return false;
      done += static_cast<std::size_t>(sent);
    }
    return true;
  }
  /// Takes one request out of `buffered`, reading what is missing; "" at the end.
  std::string read_request(std::string& buffered) {
    char buffer[8192];
    for (;;) {
      const auto end = buffered.find("\r\n\r\n");
      if (end != std::string::npos) {
        const std::size_t whole = end + 4 + body_length(buffered.substr(0, end + 2));
        if (buffered.size() >= whole) {
          std::string request = buffered.substr(0, whole);
          buffered.erase(0, whole);
          return request;
        }
      }
      const long got = read(buffer, sizeof buffer);
      if (got <= 0) return {};
      buffered.append(buffer, static_cast<std::size_t>(got));
    }
  }

 private:
  int fd_;
  SSL* ssl_ = nullptr;
  bool failed_ = false;
};

}  // namespace

Identity make_identity(const std::string& name, long from, long until) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  require(key != nullptr && certificate != nullptr, "key");
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), from);
  X509_gmtime_adj(X509_getm_notAfter(certificate), until);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(certificate, subject);
  X509_set_pubkey(certificate, key);
  add_name(certificate, name);
  require(X509_sign(certificate, key, EVP_sha256()) > 0, "signature");
  Identity identity;
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  identity.certificate_pem = bio_text(bio);
  BIO_reset(bio);
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  identity.key_pem = bio_text(bio);
  BIO_free(bio);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return identity;
}

LocalServer::LocalServer(Answer answer) : answer_{std::move(answer)} { listen(); }

LocalServer::LocalServer(Answer answer, const Identity& identity)
    : answer_{std::move(answer)}, tls_{SSL_CTX_new(TLS_server_method()), SSL_CTX_free} {
  BIO* bio = BIO_new_mem_buf(identity.certificate_pem.data(), static_cast<int>(identity.certificate_pem.size()));
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  bio = BIO_new_mem_buf(identity.key_pem.data(), static_cast<int>(identity.key_pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  require(SSL_CTX_use_certificate(tls_.get(), certificate) == 1, "certificate");
  require(SSL_CTX_use_PrivateKey(tls_.get(), key) == 1, "private key");
  X509_free(certificate);
  EVP_PKEY_free(key);
  listen();
}

void LocalServer::listen() {
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  require(::bind(listening_, reinterpret_cast<sockaddr*>(&address), size) == 0, "bind");
  require(::listen(listening_, 512) == 0, "listen");
  require(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread{[this] { accept_all(); }};
}

void LocalServer::accept_all() {
  // OpenSSL writes without MSG_NOSIGNAL; the threads made below inherit this.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  for (;;) {
    const int fd = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::lock_guard lock{mutex_};
    if (stopping_) {
      ::close(fd);
      return;
    }
    ++connections_;
    open_.push_back(fd);
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void LocalServer::serve(int fd) {
  {
    Connection connection{fd, tls_.get()};
    std::string buffered;
    char rest[256];
    while (!connection.failed()) {
      const std::string request = connection.read_request(buffered);
      if (request.empty()) break;
      ++requests_;
      const auto answer = answer_(request);
      if (!answer) {
        while (connection.read(rest, sizeof rest) > 0) continue;
        break;
      }
      if (answer->empty() || !connection.write(*answer)) break;
      if (answer->find("Connection: close") != std::string::npos) break;
    }
  }
  const std::lock_guard lock{mutex_};
  open_.remove(fd);
  ::close(fd);
}

LocalServer::~LocalServer() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    ::shutdown(listening_, SHUT_RDWR);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  acceptor_.join();
  for (auto& thread : threads_) thread.join();
  ::close(listening_);
}

std::string LocalServer::url(const std::string& path, const std::string& host) const {
  return (tls_ ? "https://" : "http://") + host + ":" + std::to_string(port_) + path;
}

std::string http_answer(const std::string& body, const std::string& more) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more + "\r\n" + body;
}

}  // namespace acme_test
