// What a managed certificate costs a full TLS 1.3 handshake: server CPU, in memory, without network.
//
//     handshake_bench FULLCHAIN.pem KEY.pem [ROUNDS]
//
// Three servers take turns with the same certificate: one holds it in its SSL_CTX (what a static ssl_certificate
// is), one began with the placeholder and serves what appeared in the state directory since (hot-swapped), one has
// it in its SSL_CTX and is managed too (after a reload), one is the static one that looks for tls-alpn-01 besides; the
// clients offer HTTP/2 and HTTP/1.1. Prints the medians over all rounds as "name microseconds", and what that look
// costs a client hello by itself, in a loop of its own.
#include <openssl/err.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "common/crypto/openssl_handles.hpp"
#include "common/runtime/server.hpp"
#include "common/store/file_store.hpp"

namespace {

using acme::CertificateSlot;
using SslContextPtr = acme::Handle<SSL_CTX, SSL_CTX_free>;
using SslPtr = acme::Handle<SSL, SSL_free>;

constexpr int kHandshakesPerTurn = 100;

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "handshake_bench: " << why << '\n';
  std::exit(1);
}

template <class T>
T must(acme::Result<T> result, const std::string& what) {
  if (!result) give_up(what + ": " + acme::describe(result.error()));
  return *std::move(result);
}

std::string read_file(const char* path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

class StderrLogger final : public acme::Logger {
 public:
  void write(acme::LogLevel level, const std::string& line) override {
    if (level <= acme::LogLevel::warn) std::cerr << line << '\n';
  }
};

/// As the servers do at configuration load.
SslContextPtr server_context(const std::string& fullchain, std::string_view key) {
  SslContextPtr context{SSL_CTX_new(TLS_server_method())};
  const acme::BioPtr chain_text = acme::reading_bio(fullchain);
  const acme::BioPtr key_text = acme::reading_bio(key);
  const acme::X509Ptr leaf{PEM_read_bio_X509(chain_text.get(), nullptr, nullptr, nullptr)};
  const acme::PkeyPtr private_key{PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr)};
  if (SSL_CTX_use_certificate(context.get(), leaf.get()) != 1) give_up("certificate");
  while (X509* intermediate = PEM_read_bio_X509(chain_text.get(), nullptr, nullptr, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context.get(), intermediate) != 1) give_up("chain");
  }
  ERR_clear_error();
  if (SSL_CTX_use_PrivateKey(context.get(), private_key.get()) != 1) give_up("key");
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  return context;
}

int on_certificate(SSL* ssl, void* slot) { return static_cast<CertificateSlot*>(slot)->on_certificate_callback(ssl); }

/// As nginx does.
int on_client_hello(SSL* ssl, int*, void* answers) {
  const auto hello = static_cast<acme::TlsAlpn*>(answers)->on_client_hello(ssl);
  return hello == acme::TlsAlpn::Hello::failed ? SSL_CLIENT_HELLO_ERROR : SSL_CLIENT_HELLO_SUCCESS;
}

double thread_cpu_seconds();

struct LookCost {
  acme::TlsAlpn* answers;
  double seconds = 0;
};

/// Many looks at one client hello.
int measure_look(SSL* ssl, int*, void* cost) {
  constexpr int kLooks = 1000000;
  auto& measured = *static_cast<LookCost*>(cost);
  const double before = thread_cpu_seconds();
  for (int i = 0; i < kLooks; ++i) {
    if (measured.answers->on_client_hello(ssl) != acme::TlsAlpn::Hello::ordinary) give_up("this is no challenge");
  }
  measured.seconds = (thread_cpu_seconds() - before) / kLooks;
  return SSL_CLIENT_HELLO_SUCCESS;
}

double thread_cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// One handshake; the CPU seconds of the server's side. The leaf served must be `expected`.
double one_handshake(SSL_CTX* server_side, SSL_CTX* client_side, const X509* expected) {
  const SslPtr server{SSL_new(server_side)};
  const SslPtr client{SSL_new(client_side)};
  BIO* to_server = nullptr;
  BIO* to_client = nullptr;
  if (BIO_new_bio_pair(&to_server, 1 << 16, &to_client, 1 << 16) != 1) give_up("BIO pair");
  SSL_set_bio(server.get(), to_server, to_server);
  SSL_set_bio(client.get(), to_client, to_client);
  SSL_set_accept_state(server.get());
  SSL_set_connect_state(client.get());
  double cpu = 0;
  int server_done = 0;
  int client_done = 0;
  while (server_done != 1 || client_done != 1) {
    if (client_done != 1) client_done = SSL_do_handshake(client.get());
    const double before = thread_cpu_seconds();
    if (server_done != 1) server_done = SSL_do_handshake(server.get());
    cpu += thread_cpu_seconds() - before;
    if (server_done != 1 && SSL_get_error(server.get(), server_done) != SSL_ERROR_WANT_READ) give_up("handshake");
  }
  const X509* served = SSL_get0_peer_certificate(client.get());
  if (served == nullptr || X509_cmp(served, expected) != 0) give_up("another certificate was served");
  return cpu;
}

struct Contender {
  const char* name;
  SSL_CTX* context;
  std::vector<double> turns{};
};

void take_turn(Contender& contender, SSL_CTX* client, const X509* expected) {
  double sum = 0;
  for (int i = 0; i < kHandshakesPerTurn; ++i) sum += one_handshake(contender.context, client, expected);
  contender.turns.push_back(sum / kHandshakesPerTurn);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::unique_ptr<acme::Server> configured(const std::string& state_path, StderrLogger& log) {
  acme::ServerSetup setup;
  setup.server = "bench";
  setup.user_agent = "bench";
  setup.state_path = state_path;
  setup.worker = {getuid(), getgid()};
  setup.real_load = true;
  acme::IssuerConfig issuer;
  issuer.name = "bench";
  issuer.uri = "https://127.0.0.1:1/dir";
  setup.draft.issuers.push_back(std::move(issuer));
  acme::VirtualHostDraft host;
  host.names = {"bench.example.com"};
  host.directive.issuer = "bench";
  setup.draft.hosts.push_back(std::move(host));
  auto server = must(acme::Server::configure(std::move(setup), log, nullptr), "configuration");
  server->prepare(log);
  return server;
}

void store_certificate(const std::string& state_path, const std::string& id, const std::string& fullchain,
                       const std::string& key) {
  acme::FileStore store{must(acme::make_engine_tree(state_path), "state directory"),
                        must(acme::read_secret(state_path), "secret")};
  acme::StoredCertificate certificate;
  certificate.fullchain_pem = fullchain;
  certificate.key_pem = acme::Secret{std::string_view{key}};
  must(store.save_certificate(id, certificate), "storing");
}

void compare(const std::string& state_path, const std::string& fullchain, const std::string& key, int rounds) {
  StderrLogger log;
  const auto before = configured(state_path, log);
  store_certificate(state_path, before->configuration().certificates.at(0).id, fullchain, key);
  const auto after = configured(state_path, log);

  const acme::PemPair& placeholder = before->pem_for(0).at(0);
  const SslContextPtr fixed = server_context(fullchain, key);
  const SslContextPtr swapped = server_context(placeholder.fullchain, placeholder.key.view());
  const SslContextPtr reloaded = server_context(after->pem_for(0).at(0).fullchain, after->pem_for(0).at(0).key.view());
  SSL_CTX_set_cert_cb(swapped.get(), on_certificate, before->slot(0));
  SSL_CTX_set_cert_cb(reloaded.get(), on_certificate, after->slot(0));
  const SslContextPtr watched = server_context(fullchain, key);
  SSL_CTX_set_client_hello_cb(watched.get(), on_client_hello, &after->tls_alpn());
  const SslContextPtr client{SSL_CTX_new(TLS_client_method())};
  SSL_CTX_set_min_proto_version(client.get(), TLS1_3_VERSION);
  SSL_CTX_set_alpn_protos(client.get(), reinterpret_cast<const unsigned char*>("\x02h2\x08http/1.1"), 12);
  const X509* expected = SSL_CTX_get0_certificate(fixed.get());

  std::vector<Contender> contenders{
      {"static", fixed.get()}, {"swapped", swapped.get()}, {"reloaded", reloaded.get()}, {"watched", watched.get()}};
  for (int round = 0; round <= rounds; ++round) {
    for (auto& contender : contenders) take_turn(contender, client.get(), expected);
    if (round > 0) continue;
    for (auto& contender : contenders) contender.turns.clear();  // the first round warms up
  }
  for (auto& contender : contenders) std::cout << contender.name << ' ' << median(contender.turns) * 1e6 << '\n';
  LookCost look{&after->tls_alpn()};
  SSL_CTX_set_client_hello_cb(watched.get(), measure_look, &look);
  one_handshake(watched.get(), client.get(), expected);
  std::cout << "look " << look.seconds * 1e6 << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) give_up("usage: handshake_bench FULLCHAIN.pem KEY.pem [ROUNDS]");
  std::string folder = (std::filesystem::temp_directory_path() / "acme-bench-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) give_up("no temporary folder");
  chmod(folder.c_str(), 0755);
  compare(folder + "/state", read_file(argv[1]), read_file(argv[2]), argc > 3 ? std::max(1, std::atoi(argv[3])) : 30);
  std::filesystem::remove_all(folder);
  return 0;
}
