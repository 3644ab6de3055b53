// A client that does nothing but full TLS 1.3 handshakes, one after the other.
//
//     handshake_client PORT NAME COUNT      to 127.0.0.1, with SNI NAME; verifies nothing
#include <openssl/ssl.h>

#include <cstdlib>
#include <iostream>
#include <memory>

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

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const SslContextPtr context{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  const int count = std::atoi(argv[3]);
  for (int i = 0; i < count; ++i) {
    if (one_handshake(context.get(), std::atoi(argv[1]), argv[2])) continue;
    std::cerr << "handshake " << i << " failed\n";
    return 1;
  }
  return 0;
}
