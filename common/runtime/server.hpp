// Server: what the glue of either server uses; one object per configuration load.
//
//     configuration time   Server::configure()        reads only; also under -t
//                          pem_for(host)              what to inject
//     real load, as root   prepare()                  state directory, secret, live/; never fails a start
//     serving processes    slot(host), challenges(), tls_alpn()   handshakes, http-01, tls-alpn-01
//                          status(), standing(host)               the status page, logs and headers
//     engine process       start_engine(), stop_engine(), drain_log()
//
// The object is made before the server forks and every process then has its own copy: nothing in it
// is shared but the state directory. Configuration time and prepare() are one thread's.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/log.hpp"
#include "common/challenge/challenge_board.hpp"
#include "common/config/model.hpp"
#include "common/runtime/certificate_slot.hpp"
#include "common/runtime/engine_thread.hpp"
#include "common/runtime/https_hosts.hpp"
#include "common/runtime/injection.hpp"
#include "common/runtime/loaded_files.hpp"
#include "common/runtime/served_status.hpp"
#include "common/runtime/status_access.hpp"
#include "common/runtime/tls_alpn.hpp"
#include "common/store/state_directory.hpp"

namespace acme {

struct ServerSetup {
  std::string server;      // "nginx", "apache": in messages
  std::string user_agent;  // "ngx_acme/0.1 nginx/1.22.1"
  std::string state_path;  // absolute
  bool sandbox = true;     // the engine's process is confined, where it has one of its own
  WorkerIdentity worker;   // who serves and runs the engine
  bool real_load = false;  // false: -t and the like; nothing is created, an unreadable secret is no complaint
  bool reload = false;     // processes of the load before may still accept connections for a moment
  LoadedFiles loaded_files;
  /// How this configuration is tested, the program by its absolute path first, and the environment that it may name:
  /// for acmectl. Empty: nobody may know.
  std::vector<std::string> test_command;
  std::vector<std::string> test_environment;
  Draft draft;
};

class Server {
 public:
  /// ErrorKind::configuration: refuse the load, message with file:line. Notices and warnings go to `log`.
  /// `previous`: the Server of the load before, when there is one, for a placeholder that stays the same.
  static Result<std::unique_ptr<Server>> configure(ServerSetup setup, Logger& log, const Server* previous);
  ~Server();

  /// By index of ServerSetup::draft.hosts. One pair per key type; never empty (the placeholder).
  const std::vector<PemPair>& pem_for(std::size_t host) const;
  const Configuration& configuration() const;

  /// Makes the state directory and the secret, writes live/. Whatever is wrong is told to `log` as
  /// one error with the command that mends it; the server starts and serves what is there.
  void prepare(Logger& log);
  /// The secret is known and prepare() had nothing against it: an engine can run.
  bool can_run_engine() const;

  /// nullptr: this host has only the placeholder. Valid as long as this object.
  CertificateSlot* slot(std::size_t host);
  ChallengeReader& challenges();
  /// The key authorization for http-01: a challenge that is live here, or one of another node (http01 stateless).
  /// `host`: whom the request is for, without a port. Any bytes may be given.
  std::optional<std::string> http01_answer(std::string_view token, std::string_view host) noexcept;
  TlsAlpn& tls_alpn();
  /// Whom acme_require_https may redirect. Valid as long as this object.
  HttpsHosts https_hosts() const;

  /// The status page, its JSON, the metrics. Blocks for a few small files. Never null but when no memory is left.
  SharedStatusResponse status(const StatusRequest& request) noexcept;
  /// The same of a server that has no word of ours but that for its status page.
  static SharedStatusResponse status_of_nothing(const StatusRequest& request) noexcept;
  Result<Overview> overview();
  /// nullopt: this host is not managed.
  std::optional<HostStanding> standing(std::size_t host) noexcept;

  /// In a process that serves and will start no engine: cleanses the secrets that only the engine needs (tokens of DNS
  /// providers, account and MAC keys).
  void forget_what_engines_need() noexcept;

  /// What the engine of this load works by; valid as long as this object. can_run_engine() must hold.
  EngineSetup engine_setup(EngineHost host) const;
  /// In the engine's process, after the last fork and as the worker uid: starts the engine's
  /// thread with all signals blocked. Makes no network request before it holds the lock.
  Status start_engine(EngineHost host);
  /// Stops and joins it, well under a second. No-op when none runs in this process.
  void stop_engine();
  /// The engine's thread has ended by itself (it never should); for the watchdog of the process.
  bool engine_running() const;
  /// A file or folder that was exchanged for one which the engine's process, confined as it is, may not use: the engine
  /// must be started in a new process. For the watchdog, too.
  std::optional<std::string> foreign_to_engine() const;
  /// Writes what the engine logged since, on the calling thread.
  void drain_log(Logger& log);

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace acme
