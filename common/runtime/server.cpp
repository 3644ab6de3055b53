#include "common/runtime/server.hpp"

#include <unistd.h>

#include <algorithm>
#include <set>

#include "common/base/guard.hpp"
#include "common/base/secret_memory.hpp"
#include "common/base/text.hpp"
#include "common/config/compile.hpp"
#include "common/crypto/digest.hpp"
#include "common/runtime/engine_confinement.hpp"
#include "common/runtime/engine_secrets.hpp"
#include "common/runtime/hook_programs.hpp"
#include "common/runtime/preparation.hpp"
#include "common/runtime/server_file.hpp"
#include "common/runtime/serving_tree.hpp"
#include "common/runtime/stateless_http01.hpp"

namespace acme {

struct Server::Impl {
  Impl(ServerSetup server_setup, Configuration compiled)
      : setup{std::move(server_setup)},
        configuration{std::move(compiled)},
        challenges{setup.state_path},
        status{setup.state_path, configuration} {}

  void make_trees();
  void take_left_trees(const Impl& previous);
  void inject(Logger& log, const Impl* previous);
  void make_slots();

  ServerSetup setup;
  Configuration configuration;
  ChallengeReader challenges;
  TlsAlpn tls_alpn{challenges};
  StatelessHttp01 stateless;
  ServedStatus status;
  std::string load_id;
  std::vector<PemPair> placeholder;  // just one
  TreesByPath trees_by_path;
  Injection::Trees trees;  // by issuer
  Injection injection;
  std::vector<std::shared_ptr<ServingTree>> left_trees;  // of the load before; a stand-in is served from them
  bool others_answer = false;                            // EngineSetup::others_answer
  bool secret_refused = false;                           // it serves what is there, and nothing new is sealed with it
  std::vector<std::unique_ptr<CertificateSlot>> slots;   // by set
  LogQueue log_queue;
  std::unique_ptr<EngineThread> engine;
  pid_t engine_process = 0;
  ExchangedFiles engine_files;
};

namespace {

PemPair copy_of(const PemPair& pair) {
  PemPair copy;
  copy.fullchain = pair.fullchain;
  copy.key = pair.key.clone();
  return copy;
}

/// What the load before has not said already: a reload of ours says nothing twice.
std::vector<std::string> news(const std::vector<std::string>& lines, const std::vector<std::string>* told) {
  std::vector<std::string> fresh;
  for (const auto& line : lines) {
    if (told == nullptr || std::find(told->begin(), told->end(), line) == told->end()) fresh.push_back(line);
  }
  return fresh;
}

/// This process has keys for as long as it lives, and no locks of its parent's.
void lock_secrets(Logger& log) {
  SecretMemory::lock_again();
  const auto [size, locked] = SecretMemory::facts();
  if (locked >= size) return;
  log.debug(cat("of ", size / 1024, " KiB with keys ", locked / 1024,
                " KiB are locked in memory, as RLIMIT_MEMLOCK allows; the rest might be swapped out"));
}

const std::string& path_of(const IssuerConfig& issuer, const ServerSetup& setup) {
  return issuer.state_path.empty() ? setup.state_path : issuer.state_path;
}

}  // namespace

/// One tree for each state directory in use, with the secret if it can be read already (prepare() tells why not).
void Server::Impl::make_trees() {
  auto secret = read_secret(setup.state_path);
  for (const auto& [name, issuer] : configuration.issuers) {
    auto& tree = trees_by_path[path_of(issuer, setup)];
    if (!tree) {
      tree = std::make_shared<ServingTree>(path_of(issuer, setup));
      if (secret) tree->set_secret(secret->clone());
    }
    trees[name] = tree;
  }
}

void Server::Impl::take_left_trees(const Impl& previous) {
  const auto take = [this](const std::shared_ptr<ServingTree>& tree) {
    if (!trees_by_path.contains(tree->state_path())) left_trees.push_back(tree);
  };
  for (const auto& [path, tree] : previous.trees_by_path) take(tree);
  for (const auto& tree : previous.left_trees) take(tree);
}

void Server::Impl::inject(Logger& log, const Impl* previous) {
  if (previous != nullptr) take_left_trees(*previous);
  injection = Injection::read(configuration, trees, left_trees, log);
  for (const auto& line : news(injection.notices(), previous ? &previous->injection.notices() : nullptr)) {
    log.notice(line);
  }
  // What no stand-in comes from is not carried on to the next load.
  std::set<const ServingTree*> used;
  for (std::size_t set = 0; set < configuration.sets.size(); ++set) {
    for (const auto& one : injection.stand_ins(set)) used.insert(one.tree.get());
  }
  std::erase_if(left_trees, [&](const auto& tree) { return !used.contains(tree.get()); });
}

void Server::Impl::make_slots() {
  for (std::size_t set = 0; set < configuration.sets.size(); ++set) {
    std::vector<CertificateSlot::Source> sources;
    for (const std::size_t index : configuration.sets[set].certificates) {
      const CertificateConfig& certificate = configuration.certificates[index];
      CertificateSlot::Source source;
      source.id = certificate.id;
      source.injected_version = injection.version_of(certificate.id);
      source.tree = trees.at(certificate.issuer);
      sources.push_back(std::move(source));
    }
    for (const auto& one : injection.stand_ins(set)) sources.push_back({one.id, one.version, one.tree, true});
    slots.push_back(std::make_unique<CertificateSlot>(std::move(sources)));
  }
}

Server::Server(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

Server::~Server() { stop_engine(); }

Result<std::unique_ptr<Server>> Server::configure(ServerSetup setup, Logger& log, const Server* previous) {
  auto configuration = compile(std::move(setup.draft));
  if (!configuration) return std::move(configuration).error();
  for (auto& doubt : doubts_about_programs(*configuration)) configuration->warnings.push_back(std::move(doubt));
  auto impl = std::make_unique<Impl>(std::move(setup), *std::move(configuration));
  const Configuration* told = previous == nullptr ? nullptr : &previous->impl_->configuration;
  for (const auto& line : news(impl->configuration.warnings, told ? &told->warnings : nullptr)) log.warn(line);
  for (const auto& line : news(impl->configuration.notices, told ? &told->notices : nullptr)) log.notice(line);
  if (!impl->setup.real_load) report_to_acmectl(impl->configuration);
  const bool same_directory = previous != nullptr && previous->impl_->setup.state_path == impl->setup.state_path;
  impl->others_answer = impl->setup.reload && !same_directory;
  auto stateless = StatelessHttp01::make(impl->configuration);
  if (!stateless) return std::move(stateless).error();
  impl->stateless = *std::move(stateless);
  auto load_id = random_hex(16);
  if (!load_id) return std::move(load_id).error();
  impl->load_id = *std::move(load_id);
  if (previous != nullptr) {
    impl->placeholder.push_back(copy_of(previous->impl_->placeholder.front()));
  } else {
    auto placeholder = make_placeholder_pair(SystemClock{}.now());
    if (!placeholder) return std::move(placeholder).error().with_context("placeholder certificate");
    impl->placeholder.push_back(*std::move(placeholder));
  }
  impl->make_trees();
  impl->inject(log, previous == nullptr ? nullptr : previous->impl_.get());
  impl->make_slots();
  return std::unique_ptr<Server>{new Server{std::move(impl)}};
}

const std::vector<PemPair>& Server::pem_for(std::size_t host) const {
  const auto set = impl_->configuration.host_sets[host];
  if (!set || impl_->injection.of_set(*set).empty()) return impl_->placeholder;
  return impl_->injection.of_set(*set);
}

const Configuration& Server::configuration() const { return impl_->configuration; }

void Server::prepare(Logger& log) {
  // Nothing is managed: nothing needs to be there.
  if (impl_->configuration.certificates.empty()) return;
  auto prepared = prepare_directories(impl_->setup, impl_->trees_by_path);
  if (prepared) {
    prepared = provide_secret(impl_->setup.state_path, impl_->trees_by_path);
    impl_->secret_refused = !prepared;
  }
  if (!prepared) {
    // An engine that runs goes on by itself once this is mended.
    const char* then = can_run_engine() ? "" : "; reload the server after that";
    log.error(cat("certificates cannot be obtained: ", describe(prepared.error()), then));
    return;
  }
  tell_acmectl(impl_->setup, log);
  write_live_directories(impl_->setup.state_path, impl_->configuration, impl_->injection, log);
}

bool Server::can_run_engine() const {
  if (impl_->configuration.certificates.empty() || impl_->secret_refused) return false;
  const auto tree = impl_->trees_by_path.begin();
  return tree != impl_->trees_by_path.end() && tree->second->has_secret();
}

CertificateSlot* Server::slot(std::size_t host) {
  const auto set = impl_->configuration.host_sets[host];
  return set ? impl_->slots[*set].get() : nullptr;
}

HttpsHosts Server::https_hosts() const { return {impl_->configuration.https_names, impl_->slots}; }

ChallengeReader& Server::challenges() { return impl_->challenges; }

std::optional<std::string> Server::http01_answer(std::string_view token, std::string_view host) noexcept {
  return guard(std::optional<std::string>{}, [&] {
    auto live = impl_->challenges.find(token);
    return live ? std::move(live) : impl_->stateless.answer(token, host);
  });
}

TlsAlpn& Server::tls_alpn() { return impl_->tls_alpn; }

SharedStatusResponse Server::status(const StatusRequest& request) noexcept {
  return guard(SharedStatusResponse{}, [&] { return impl_->status.answer(request); });
}

SharedStatusResponse Server::status_of_nothing(const StatusRequest& request) noexcept {
  return guard(SharedStatusResponse{}, [&] { return answer_without_certificates(request); });
}

Result<Overview> Server::overview() { return impl_->status.overview(); }

std::optional<HostStanding> Server::standing(std::size_t host) noexcept {
  return guard(std::optional<HostStanding>{}, [&]() -> std::optional<HostStanding> {
    const auto set = impl_->configuration.host_sets[host];
    if (!set) return std::nullopt;
    return impl_->status.of_set(*set, SystemClock{}.now());
  });
}

void Server::forget_what_engines_need() noexcept { forget_engine_secrets(impl_->configuration); }

EngineSetup Server::engine_setup(EngineHost host) const {
  EngineSetup setup;
  setup.configuration = &impl_->configuration;
  setup.loaded_files = &impl_->setup.loaded_files;
  setup.state_path = impl_->setup.state_path;
  setup.user_agent = impl_->setup.user_agent;
  setup.load_id = impl_->load_id;
  setup.others_answer = impl_->others_answer;
  setup.secret = impl_->trees_by_path.begin()->second->secret().clone();
  setup.injected = impl_->injection.versions();
  setup.host = std::move(host);
  return setup;
}

Status Server::start_engine(EngineHost host) {
  if (::geteuid() == 0) {
    return Error{ErrorKind::configuration, "the engine does not run as root", "give the workers a user of their own"};
  }
  EngineSetup setup = engine_setup(std::move(host));
  impl_->log_queue.on_line(setup.host.log_ready);
  lock_secrets(impl_->log_queue);
  if (!impl_->setup.sandbox) {
    impl_->log_queue.info("the engine's process is not confined: the configuration says so");
  } else if (!setup.host.own_process) {
    impl_->log_queue.info("the engine's process is not confined: it serves, too");
  } else {
    impl_->engine_files =
        confine_engine(impl_->configuration, impl_->setup.state_path, *setup.host.own_process, impl_->log_queue);
  }
  auto engine = EngineThread::start(std::move(setup), impl_->log_queue);
  if (!engine) return std::move(engine).error();
  impl_->engine = *std::move(engine);
  impl_->engine_process = ::getpid();
  return {};
}

void Server::stop_engine() {
  if (!impl_->engine) return;
  // A forked copy of an object whose thread lives in another process: nothing to stop, nothing to join.
  if (impl_->engine_process != ::getpid()) {
    (void)impl_->engine.release();
    return;
  }
  impl_->engine.reset();
}

bool Server::engine_running() const { return impl_->engine && impl_->engine->running(); }

std::optional<std::string> Server::foreign_to_engine() const { return impl_->engine_files.foreign(); }

void Server::drain_log(Logger& log) { impl_->log_queue.drain(log); }

}  // namespace acme
