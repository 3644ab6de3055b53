// The first bytes of a TLS client, as the callback for tls-alpn-01 sees them: a challenge is recognised only when
// acme-tls/1 alone is offered for a name that is live.
#include <openssl/err.h>

#include "common/base/text.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "common/runtime/tls_alpn.hpp"
#include "common/store/file_io.hpp"
#include "tests/fakes/temporary_directory.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

using SslContextPtr = Handle<SSL_CTX, SSL_CTX_free>;
using SslPtr = Handle<SSL, SSL_free>;

constexpr std::string_view kLive = "live.example.org";

/// A serving process with one live challenge.
struct Server {
  Server() {
    std::filesystem::create_directory(temp / "engine");
    engine = std::move(*open_directory(temp / "engine"));
    board = std::move(*open_challenge_board(engine.get()));
    CHECK_OK(board->publish_tls_alpn(std::string{kLive}, "token.thumbprint"));
    SSL_CTX_set_client_hello_cb(context.get(), on_hello, this);
  }

  static int on_hello(SSL* ssl, int*, void* self) {
    auto& server = *static_cast<Server*>(self);
    const auto name = challenged_server_name(ssl);
    server.asked_for = name.value_or("");
    server.hello = server.alpn.on_client_hello(ssl);
    return server.hello == TlsAlpn::Hello::failed ? SSL_CLIENT_HELLO_ERROR : SSL_CLIENT_HELLO_SUCCESS;
  }

  acme_test::TemporaryDirectory temp;
  UniqueFd engine;
  std::unique_ptr<ChallengeBoard> board;
  ChallengeReader reader{temp.path()};
  TlsAlpn alpn{reader};
  SslContextPtr context{SSL_CTX_new(TLS_server_method())};
  std::string asked_for;
  TlsAlpn::Hello hello = TlsAlpn::Hello::ordinary;
};

}  // namespace

FUZZ_TARGET(client_hello) {
  static Server server;
  server.asked_for.clear();
  server.hello = TlsAlpn::Hello::ordinary;
  const SslPtr ssl{SSL_new(server.context.get())};
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  CHECK(ssl && in != nullptr && out != nullptr);
  SSL_set_bio(ssl.get(), in, out);
  SSL_set_accept_state(ssl.get());
  CHECK(input.empty() || BIO_write(in, input.data(), static_cast<int>(input.size())) > 0);
  SSL_do_handshake(ssl.get());
  ERR_clear_error();
  CHECK(server.asked_for.size() <= 255);
  CHECK(server.hello != TlsAlpn::Hello::failed);
  CHECK(server.hello != TlsAlpn::Hello::answered || equals_no_case(server.asked_for, kLive));
  CHECK(SSL_is_init_finished(ssl.get()) == 0);
}
