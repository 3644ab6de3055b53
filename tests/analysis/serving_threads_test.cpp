// All that the threads of one serving child use at once, while the engine changes every file beneath them: new
// certificates, challenges that come and go, a status that is written anew. Small, for ThreadSanitizer to watch.
#include <openssl/ssl.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "common/base/handle.hpp"
#include "common/challenge/challenge_board.hpp"
#include "common/runtime/certificate_slot.hpp"
#include "common/runtime/serving_tree.hpp"
#include "common/runtime/tls_alpn.hpp"
#include "common/store/file_io.hpp"
#include "common/store/file_store.hpp"
#include "tests/fakes/issued_certificate.hpp"
#include "tests/fakes/temporary_directory.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;

namespace {

using ContextPtr = Handle<SSL_CTX, SSL_CTX_free>;
using SslPtr = Handle<SSL, SSL_free>;

constexpr int kThreads = 4;
constexpr int kVersions = 12;
const UtcTime kNow{Seconds{1795348800}};

extern "C" int on_certificate(SSL* ssl, void* slot) noexcept {
  return static_cast<CertificateSlot*>(slot)->on_certificate_callback(ssl);
}

extern "C" int on_hello(SSL* ssl, int* /*alert*/, void* alpn) noexcept {
  return static_cast<TlsAlpn*>(alpn)->on_client_hello(ssl) == TlsAlpn::Hello::failed ? SSL_CLIENT_HELLO_ERROR
                                                                                     : SSL_CLIENT_HELLO_SUCCESS;
}

Secret secret() { return Secret{std::string_view{"0123456789abcdef0123456789abcdef"}}; }

struct Site {
  Site() {
    std::filesystem::create_directory(temp / "engine");
    tree->set_secret(secret());
    engine = std::move(*open_directory(temp / "engine"));
    board = std::move(*open_challenge_board(engine.get()));
    store.emplace(std::move(*open_directory(temp / "engine")), secret());
    std::vector<CertificateSlot::Source> sources;
    sources.push_back({"id", 0, tree});
    slot.emplace(std::move(sources));
    issue();
    SSL_CTX_set_client_hello_cb(context.get(), on_hello, &alpn);
    SSL_CTX_set_cert_cb(context.get(), on_certificate, &*slot);
  }

  void issue() {
    const auto made = acme_test::issued_certificate(ca, {{IdentifierType::dns, "example.org"}}, kNow);
    CHECK_OK(store->save_certificate("id", made));
  }

  acme_test::TemporaryDirectory temp;
  acme_test::TestCa ca;
  std::shared_ptr<ServingTree> tree = std::make_shared<ServingTree>(temp.path());
  UniqueFd engine;
  std::unique_ptr<ChallengeBoard> board;
  std::optional<FileStore> store;
  std::optional<CertificateSlot> slot;
  ChallengeReader reader{temp.path()};
  TlsAlpn alpn{reader};
  ContextPtr context{SSL_CTX_new(TLS_server_method())};
};

/// True when both sides finished; `offer`: ALPN of the client, in wire form.
bool handshake(SSL_CTX* server_context, SSL_CTX* client_context, std::string_view offer) {
  const SslPtr server{SSL_new(server_context)};
  const SslPtr client{SSL_new(client_context)};
  SSL_set_tlsext_host_name(client.get(), "example.org");
  if (!offer.empty()) {
    SSL_set_alpn_protos(client.get(), reinterpret_cast<const unsigned char*>(offer.data()),
                        static_cast<unsigned>(offer.size()));
  }
  BIO* server_side = nullptr;
  BIO* client_side = nullptr;
  if (BIO_new_bio_pair(&server_side, 0, &client_side, 0) != 1) return false;
  SSL_set_bio(server.get(), server_side, server_side);
  SSL_set_bio(client.get(), client_side, client_side);
  SSL_set_accept_state(server.get());
  SSL_set_connect_state(client.get());
  for (int round = 0; round < 6; ++round) {
    SSL_do_handshake(client.get());
    SSL_do_handshake(server.get());
  }
  return SSL_is_init_finished(server.get()) == 1;
}

void serve(Site& site, const std::atomic<bool>& stop, std::atomic<int>& failed, std::atomic<int>& answered) {
  const ContextPtr client{SSL_CTX_new(TLS_client_method())};
  for (int i = 0; !stop; ++i) {
    if (!handshake(site.context.get(), client.get(), {})) ++failed;
    if (handshake(site.context.get(), client.get(),
                  {"\x0a"
                   "acme-tls/1",
                   11}))
      ++answered;
    if (site.reader.find("token")) ++answered;
    if (!site.slot->own_is_live()) ++failed;
  }
}

}  // namespace

static void threads_serve_while_everything_changes() {
  Site site;
  CHECK(site.slot->own_is_live());
  std::atomic<bool> stop = false;
  std::atomic<int> failed = 0;
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([&] { serve(site, stop, failed, answered); });
  for (int version = 0; version < kVersions; ++version) {
    CHECK_OK(site.board->publish("token", "token.thumbprint"));
    CHECK_OK(site.board->publish_tls_alpn("example.org", "token.thumbprint"));
    std::this_thread::sleep_for(std::chrono::milliseconds{60});
    site.issue();
    site.board->withdraw("token");
    site.board->withdraw_tls_alpn("example.org");
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    // As an operator does who moves the directory and puts a copy in its place.
    if (version == kVersions / 2) std::filesystem::rename(site.temp / "engine/challenges", site.temp / "engine/moved");
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  CHECK_EQ(failed.load(), 0);
  CHECK(answered.load() > 0);
}

int main() { return acme_test::run("serving_threads", {ACME_TEST(threads_serve_while_everything_changes)}); }
