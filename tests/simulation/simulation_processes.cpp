// The processes of a Simulation: servers and engines that begin, stop, die and are followed by the next.
#include <algorithm>
#include <cerrno>

#include "common/base/text.hpp"
#include "common/store/file_io.hpp"
#include "common/store/state_directory.hpp"
#include "tests/simulation/simulation.hpp"

namespace acme_test {

using namespace acme;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::size_t kLargestChallenges = 1024 * 1024;

/// One that the kernel may give for this call.
int some_error(DiskCall call, Chance& chance) {
  switch (call) {
    case DiskCall::open: return chance.one_of({EIO, ENOSPC, EINTR, EACCES, EMFILE});
    case DiskCall::write: return chance.one_of({EIO, ENOSPC, EINTR, EDQUOT});
    case DiskCall::read:
    case DiskCall::lock: return chance.one_of({EIO, EINTR});
    case DiskCall::mkdir:
    case DiskCall::symlink:
    case DiskCall::link:
    case DiskCall::rename: return chance.one_of({EIO, ENOSPC, EACCES});
    case DiskCall::unlink: return chance.one_of({EIO, EACCES});
    default: return EIO;
  }
}

}  // namespace

SimulatedWorld::Site Simulation::site() {
  SimulatedWorld::Site site;
  // A load before may still accept the connection.
  site.http01 = [this](const std::string& token) -> std::optional<std::string> {
    const bool old = !old_servers_.empty() && chance_.happens(0.5);
    ServerProcess* const server = old ? old_servers_.back().get() : server_.get();
    return server == nullptr ? std::nullopt : server->http01(token);
  };
  site.tls_alpn01 = [this](const std::string& name) { return server_ ? server_->tls_alpn01(name) : std::nullopt; };
  site.stored = [this] { return stored_orders(); };
  site.made = [this](const std::string& url, const std::vector<Identifier>& names) { orders_.made(url, names); };
  site.wanted = [this](const std::string& issuer, const std::vector<Identifier>& names) {
    if (!server_) return std::size_t{0};
    const auto& all = server_->configuration().certificates;
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const CertificateConfig& one) {
      return one.names == names && (one.issuer == issuer || !one.fallback.empty());
    }));
  };
  return site;
}

std::size_t Simulation::live_challenges() {
  const SimulatedProcess scope{world_.disk, kObserver};
  const auto tree = open_engine_tree(kStatePath);
  if (!tree) return 0;
  const auto text = read_file_at(tree->get(), "challenges", kLargestChallenges);
  detail::LiveChallenges live;
  if (text) detail::apply_challenge_lines(*text, live);
  return live.size();
}

void Simulation::boot() {
  boot_at_.reset();
  server_ = ServerProcess::load(draft_of(world_.plan), ++processes_, world_.disk, world_.history, nullptr);
  looked_at_.reset();
  forbid_secret();
  if (!server_) return;
  // A power cut may have taken some away.
  for (const auto& certificate : server_->configuration().certificates) touched_orders_.insert(certificate.id);
  look_at_orders();
  orders_.excuse();
  start_engine();
}

/// That of the state directory, in the forms in which bytes come into a line.
void Simulation::forbid_secret() {
  const SimulatedProcess scope{world_.disk, kObserver};
  const auto secret = read_secret(kStatePath);
  if (!secret) return;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(secret->view().data());
  world_.history.forbid("the secret", to_hex({bytes, secret->size()}));
  world_.history.forbid("the secret", base64url_encode(secret->view()));
}

void Simulation::start_engine() {
  respawn_at_.reset();
  if (!server_->can_run_engine()) {
    respawn_at_ = world_.truth.steady_now() + seconds{60};
    return;
  }
  EngineHost host;
  host.request_reload = [this] {
    reload_at_ = world_.truth.steady_now() + milliseconds{chance_.between(std::size_t{1}, std::size_t{800})};
    return Status{};
  };
  host.reload_hindrance = [] { return std::optional<std::string>{}; };
  EngineProcess::Surroundings around;
  around.disk = &world_.disk;
  around.clock = &world_.machine;
  around.history = &world_.history;
  around.deliver = [this](const HttpRequest& request) { return deliver(request); };
  around.dns = &world_.dns;
  around.logged = [this](const std::string& line) { orders_.logged(line); };
  const int process = ++processes_;
  world_.history.add("world", cat("engine ", process, " begins"));
  world_.history.count("lives of the engine");
  engine_ = std::make_unique<EngineProcess>(server_->engine_setup(std::move(host)), process,
                                            world_.plan.seed * 1000 + static_cast<std::uint64_t>(process), around);
}

void Simulation::stop_all() {
  world_.history.add("world", "the server stops");
  world_.excuse_retries();
  respawn_at_.reset();
  reload_at_.reset();
  if (engine_) ending_.push_back({std::move(engine_), world_.truth.steady_now(), false});
  while (!ending_.empty()) run_ending(0);
  old_servers_.clear();
  server_.reset();
}

/// The new load's engine begins while the old one still leads.
void Simulation::reload() {
  reload_at_.reset();
  if (!server_) return;
  world_.history.add("world", "the server is reloaded");
  world_.history.count("reloads");
  world_.excuse_retries();
  auto next = ServerProcess::load(draft_of(world_.plan), ++processes_, world_.disk, world_.history, server_.get());
  if (!next) return;
  const SteadyTime stop_at =
      world_.truth.steady_now() + milliseconds{chance_.between(std::size_t{0}, std::size_t{200})};
  if (engine_) ending_.push_back({std::move(engine_), stop_at, false});
  old_servers_.push_back(std::move(server_));
  server_ = std::move(next);
  looked_at_.reset();
  start_engine();
}

Result<HttpResponse> Simulation::deliver(const HttpRequest& request) {
  if (request.url.ends_with("/new-order")) {
    for (auto& death : deaths_) death.counting = true;
  }
  auto answered = world_.deliver(request);
  if (engine_ && counts_down(IncidentType::death_at_exchange)) world_.disk.die(engine_->process());
  return answered;
}

/// One more of these has happened; true: it is the one that is deadly.
bool Simulation::counts_down(IncidentType type) {
  for (auto death = deaths_.begin(); death != deaths_.end(); ++death) {
    if (death->type != type || !death->counting || --death->left > 0) continue;
    if (type == IncidentType::power_cut) power_cut_ = true;
    deaths_.erase(death);
    return true;
  }
  return false;
}

DiskFault Simulation::disk_policy(const DiskAccess& access) {
  note_order_access(access);
  if (!engine_ || access.process != engine_->process()) return DiskFault::none();
  if (counts_down(IncidentType::death_at_call) || counts_down(IncidentType::power_cut)) {
    world_.history.add("disk", cat("death at ", disk_call_name(access.call), " of ", access.path));
    return DiskFault::death(access.size > 0 ? disk_chance_.below(access.size) : 0);
  }
  if (world_.disk_faults == 0 || !disk_chance_.happens(world_.disk_faults)) return DiskFault::none();
  world_.history.count("faults of the disk");
  if (access.size > 1 && disk_chance_.happens(0.3)) return DiskFault::partial(1 + disk_chance_.below(access.size));
  const int number = some_error(access.call, disk_chance_);
  world_.history.add("disk", cat(disk_call_name(access.call), " of ", access.path, " fails: ", number));
  return DiskFault::error(number);
}

void Simulation::run_engines() {
  // A later reload may end its predecessor sooner than one before it did.
  for (std::size_t one = 0; one < ending_.size();) {
    if (ending_[one].stop_at <= world_.truth.steady_now()) {
      run_ending(one);
    } else {
      ++one;
    }
  }
  run_engine();
}

void Simulation::run_engine() {
  while (engine_ && !world_.history.broken()) {
    const bool ran = engine_->run_one();
    const bool deadly = ran && counts_down(IncidentType::death_at_await);
    if (deadly || world_.disk.dead(engine_->process())) return bury_engine();
    if (!ran) return;
  }
}

/// Orderly: what it holds is given back, within a moment.
void Simulation::run_ending(std::size_t which) {
  Ending ending = std::move(ending_[which]);
  ending_.erase(ending_.begin() + static_cast<std::ptrdiff_t>(which));
  ending.engine->stop();
  while (ending.engine->run_one()) {
  }
  look_at_orders();
  orders_.excuse();
  const int process = ending.engine->process();
  world_.history.add("world", cat("engine ", process, " has ended"));
  if (!ending.engine->ended()) world_.history.violated("the engine does not end when it is told to");
  if (world_.disk.descriptors(process) > 0) world_.history.violated("the engine leaves descriptors open");
}

void Simulation::bury_engine() {
  world_.history.add("world", cat("engine ", engine_->process(), " dies"));
  world_.history.count("deaths");
  world_.excuse_retries();
  engine_->die();
  engine_.reset();
  look_at_orders();
  orders_.excuse();
  const SteadyTime now = world_.truth.steady_now();
  if (!std::exchange(power_cut_, false)) {
    respawn_at_ = now + milliseconds{chance_.between(std::size_t{5}, std::size_t{3000})};
    return;
  }
  world_.history.add("world", "the power is cut");
  world_.history.count("power cuts");
  world_.excuse_newest();
  ending_.clear();
  old_servers_.clear();
  server_.reset();
  reload_at_.reset();
  world_.disk.power_cut(chance_.random());
  boot_at_ = now + seconds{chance_.between(std::size_t{10}, std::size_t{300})};
}

void Simulation::respawn_what_is_due() {
  const SteadyTime now = world_.truth.steady_now();
  if (boot_at_ && *boot_at_ <= now) boot();
  if (respawn_at_ && *respawn_at_ <= now) start_engine();
  if (reload_at_ && *reload_at_ <= now) reload();
  if (old_servers_.size() > 2 && ending_.empty()) old_servers_.erase(old_servers_.begin());
}

}  // namespace acme_test
