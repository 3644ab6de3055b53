#include "tests/simulation/server_process.hpp"

#include <openssl/ssl.h>
#include <unistd.h>

#include "common/base/text.hpp"

namespace acme_test {

using namespace acme;

namespace {

using TlsContext = Handle<SSL_CTX, SSL_CTX_free>;
using TlsConnection = Handle<SSL, SSL_free>;

SSL_CTX* server_context() {
  static const TlsContext context{SSL_CTX_new(TLS_server_method())};
  return context.get();
}

X509Ptr shared(X509* certificate) {
  X509_up_ref(certificate);
  return X509Ptr{certificate};
}

Presented current_of(SSL* connection) {
  Presented presented;
  X509* leaf = SSL_get_certificate(connection);
  EVP_PKEY* key = SSL_get_privatekey(connection);
  if (leaf == nullptr || key == nullptr) return presented;
  presented.chain.push_back(shared(leaf));
  EVP_PKEY_up_ref(key);
  presented.key.reset(key);
  STACK_OF(X509)* intermediates = nullptr;
  SSL_get0_chain_certs(connection, &intermediates);
  for (int i = 0; i < sk_X509_num(intermediates); ++i)
    presented.chain.push_back(shared(sk_X509_value(intermediates, i)));
  return presented;
}

}  // namespace

class ServerProcess::Log final : public Logger {
 public:
  Log(History& history, int process) : history_{history}, who_{cat("server ", process)} {}
  void write(LogLevel level, const std::string& line) override {
    history_.add(who_, cat(level_name(level), " ", line));
  }

 private:
  History& history_;
  const std::string who_;
};

ServerProcess::ServerProcess(int process, SimulatedDisk& disk) : process_{process}, disk_{disk} {}

std::unique_ptr<ServerProcess> ServerProcess::load(Draft draft, int process, SimulatedDisk& disk, History& history,
                                                   const ServerProcess* previous) {
  std::unique_ptr<ServerProcess> made{new ServerProcess{process, disk}};
  const SimulatedProcess scope{disk, process};
  made->log_ = std::make_unique<Log>(history, process);
  ServerSetup setup;
  setup.server = "nginx";
  setup.user_agent = "ngx_acme/simulated";
  setup.state_path = kStatePath;
  setup.worker = {::geteuid(), ::getegid()};
  setup.real_load = true;
  setup.reload = previous != nullptr;
  setup.draft = std::move(draft);
  auto server =
      Server::configure(std::move(setup), *made->log_, previous == nullptr ? nullptr : previous->server_.get());
  if (!server) {
    history.violated(cat("the configuration is refused: ", describe(server.error())));
    return nullptr;
  }
  made->server_ = *std::move(server);
  made->server_->prepare(*made->log_);
  made->take_injected();
  return made;
}

void ServerProcess::warm_up() { (void)server_context(); }

ServerProcess::~ServerProcess() {
  {
    const SimulatedProcess scope{disk_, process_};
    server_.reset();
  }
  disk_.restart(process_);
}

void ServerProcess::take_injected() {
  for (std::size_t host = 0; host < configuration().host_sets.size(); ++host) {
    auto& pairs = injected_.emplace_back();
    for (const auto& pem : server_->pem_for(host)) {
      auto chain = CertificateChain::from_pem(pem.fullchain);
      auto key = PrivateKey::from_pem(pem.key.view());
      if (chain && key) pairs.push_back({*std::move(chain), *std::move(key)});
    }
  }
}

std::vector<Presented> ServerProcess::present(std::size_t host) {
  const SimulatedProcess scope{disk_, process_};
  const TlsConnection connection{SSL_new(server_context())};
  for (const auto& pair : injected_[host]) {
    const X509StackPtr intermediates{sk_X509_new_null()};
    for (std::size_t i = 1; i < pair.chain.size(); ++i) {
      sk_X509_push(intermediates.get(), shared(pair.chain.get(i)).release());
    }
    SSL_use_cert_and_key(connection.get(), pair.chain.get(0), pair.key.get(), intermediates.get(), 1);
  }
  CertificateSlot* const slot = server_->slot(host);
  if (slot != nullptr) slot->on_certificate_callback(connection.get());
  std::vector<Presented> all;
  for (long which = SSL_CERT_SET_FIRST; SSL_set_current_cert(connection.get(), which) == 1; which = SSL_CERT_SET_NEXT) {
    all.push_back(current_of(connection.get()));
  }
  return all;
}

std::optional<std::string> ServerProcess::http01(const std::string& token) {
  const SimulatedProcess scope{disk_, process_};
  return server_->http01_answer(token, {});
}

std::optional<std::string> ServerProcess::tls_alpn01(const std::string& name) {
  const SimulatedProcess scope{disk_, process_};
  return server_->challenges().find_tls_alpn(name);
}

}  // namespace acme_test
