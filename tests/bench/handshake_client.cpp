// A client that does nothing but full TLS 1.3 handshakes, one after the other.
//
//     handshake_client PORT NAME COUNT           to 127.0.0.1, with SNI NAME; verifies nothing
//     handshake_client PORT NAME COUNT PROTOCOL  offers just this one by ALPN, with SNI 0.NAME, 1.NAME, ..., and does
//                                                not mind being refused; COUNT 0: until its standard input ends
//
// The second form prints how many it did.
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "tests/bench/loopback.hpp"

namespace {

using SslContextPtr = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using SslPtr = std::unique_ptr<SSL, decltype(&SSL_free)>;

/// Ends the connection only when the server has seen the whole handshake: it answers our close with its own.
bool one_handshake(SSL_CTX* context, int port, const char* name) {
  const int fd = acme_bench::connected(port);
  if (fd < 0) return false;
  bool done = false;
  {
    const SslPtr ssl{SSL_new(context), SSL_free};
    SSL_set_fd(ssl.get(), fd);
    SSL_set_tlsext_host_name(ssl.get(), name);
    done = SSL_connect(ssl.get()) == 1;
    if (done) SSL_shutdown(ssl.get());
  }
  shutdown(fd, SHUT_WR);
  char rest[4096];
  while (read(fd, rest, sizeof rest) > 0) {
  }
  close(fd);
  return done;
}

/// "acme-tls/1" as it is sent: its length in front.
bool offer(SSL_CTX* context, const std::string& protocol) {
  const std::string sent = static_cast<char>(protocol.size()) + protocol;
  return SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(sent.data()),
                                 static_cast<unsigned int>(sent.size())) == 0;
}

bool input_has_ended() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return poll(&input, 1, 0) > 0;
}

int flood(SSL_CTX* context, int port, const std::string& name, long count) {
  long number = 0;
  for (; count > 0 ? number < count : !input_has_ended(); ++number) {
    one_handshake(context, port, (std::to_string(number) + "." + name).c_str());
  }
  std::cout << number << std::endl;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) return 2;
  signal(SIGPIPE, SIG_IGN);
  const SslContextPtr context{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  const int port = std::atoi(argv[1]);
  const long count = std::atol(argv[3]);
  if (argc == 5) return offer(context.get(), argv[4]) ? flood(context.get(), port, argv[2], count) : 2;
  for (long i = 0; i < count; ++i) {
    if (one_handshake(context.get(), port, argv[2])) continue;
    std::cerr << "handshake " << i << " failed\n";
    return 1;
  }
  return 0;
}
