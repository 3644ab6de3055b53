// ServerProcess: one configuration load of a server and the processes that serve by it: what they present in a
// handshake and answer to a CA, read from the simulated disk as the modules read it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/crypto/certificate.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "common/runtime/server.hpp"
#include "tests/simulation/history.hpp"
#include "tests/simulation/simulated_disk.hpp"

namespace acme_test {

/// One certificate as a handshake presents it: leaf and intermediates, and the key that would sign.
struct Presented {
  std::vector<acme::X509Ptr> chain;
  acme::PkeyPtr key;
};

class ServerProcess {
 public:
  /// nullptr: the configuration was refused, which no plan's is. `previous`: of the load before, or none.
  static std::unique_ptr<ServerProcess> load(acme::Draft draft, int process, SimulatedDisk& disk, History& history,
                                             const ServerProcess* previous);
  ~ServerProcess();
  /// Makes what is made once in a program, before a seed counts.
  static void warm_up();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  const acme::Configuration& configuration() const { return server_->configuration(); }
  bool can_run_engine() const { return server_->can_run_engine(); }
  acme::EngineSetup engine_setup(acme::EngineHost host) const { return server_->engine_setup(std::move(host)); }

  /// What a handshake with this host presents now, one for each type of key.
  std::vector<Presented> present(std::size_t host);
  std::optional<std::string> http01(const std::string& token);
  std::optional<std::string> tls_alpn01(const std::string& name);

 private:
  class Log;
  struct Injected {
    acme::CertificateChain chain;
    acme::PrivateKey key;
  };
  ServerProcess(int process, SimulatedDisk& disk);
  void take_injected();

  const int process_;
  SimulatedDisk& disk_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<acme::Server> server_;
  std::vector<std::vector<Injected>> injected_;  // by host: what its TLS context holds since the load
};

inline constexpr const char* kStatePath = "/simulated/acme";

}  // namespace acme_test
