#include "tests/simulation/simulation.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "tests/simulation/made_once.hpp"
#include "tests/simulation/parsed_once.hpp"

namespace acme_test {

using namespace acme;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// After the last fault: the longest that a CA may make us wait, the longest of our own steps, and room for both again.
constexpr Seconds kConvergesWithin = std::chrono::days{12};
constexpr int kMostStepsAtOnce = 10000;
/// Of every key on P-256, as PEM has it.
constexpr const char* kKeyBeginning = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0w";

}  // namespace

Simulation::Simulation(std::uint64_t seed)
    : world_{seed},
      chance_{seed, "simulation"},
      disk_chance_{seed, "disk"},
      served_{world_.truth, world_.history, [this](const std::string& print) { return world_.issued(print); }},
      orders_{world_.truth, world_.history,
              [this](const std::string& id, const std::string& key) { return has_certificate(id, key); }},
      began_{world_.truth.steady_now()} {
  ServerProcess::warm_up();
  forget_what_was_parsed();
  begin_drawing_keys();
  seed_openssl(seed);
  world_.history.forbid("an external account key", kBindingKey);
  world_.history.forbid("an external account key", base64url_encode(std::string_view{kBindingKey}));
  world_.history.forbid("a private key", "PRIVATE KEY");
  world_.history.forbid("a private key", kKeyBeginning);
  world_.history.add("plan", world_.plan.described());
  world_.add_cas(site());
  world_.disk.fail([this](const DiskAccess& access) { return disk_policy(access); });
  incidents_.assign(world_.plan.incidents.begin(), world_.plan.incidents.end());
}

Simulation::~Simulation() {
  engine_.reset();
  ending_.clear();
}

/// While nothing is under way timers may go off late, as on a machine that sleeps; the longer nothing was, the later,
/// but not so late that a renewal has no time left.
Duration Simulation::idle_tick() const {
  const Duration idle = world_.truth.steady_now() - std::max(world_.last_request(), began_);
  const bool waits = (engine_ && engine_->waits_for_network()) || !ending_.empty() || idle < seconds{20};
  const Duration most = std::min<Duration>(world_.plan.lifetime / 60, hours{12});
  return waits ? Duration{0} : std::clamp<Duration>(idle / 8, seconds{1}, most);
}

SteadyTime Simulation::next_moment(SteadyTime end) {
  const SteadyTime now = world_.truth.steady_now();
  SteadyTime next = end;
  const auto consider = [&](const std::optional<SteadyTime>& moment) {
    if (moment) next = std::min(next, *moment);
  };
  if (engine_) consider(engine_->next_deadline());
  next = std::min(end, std::max(next, now + idle_tick()));
  for (const auto& ending : ending_) consider(ending.stopping ? ending.engine->next_deadline() : ending.stop_at);
  consider(respawn_at_);
  consider(boot_at_);
  consider(reload_at_);
  if (!incidents_.empty()) consider(began_ + incidents_.front().at);
  return std::max(next, now);
}

void Simulation::look_at_hosts() {
  looked_at_ = world_.disk.link_changes();
  if (!server_) return;
  const Configuration& configuration = server_->configuration();
  for (std::size_t host = 0; host < configuration.host_sets.size(); ++host) {
    const auto set = configuration.host_sets[host];
    if (set) served_.see(configuration.sets[*set].names, server_->present(host));
  }
}

void Simulation::step(SteadyTime end) {
  run_engines();
  look_at_orders();
  if (chance_.happens(0.05) || looked_at_ != world_.disk.link_changes()) look_at_hosts();
  const SteadyTime next = next_moment(end);
  if (next > world_.truth.steady_now()) orders_.check();
  steps_at_once_ = next > world_.truth.steady_now() ? 0 : steps_at_once_ + 1;
  if (steps_at_once_ > kMostStepsAtOnce) world_.history.violated("time does not go on");
  world_.advance_to(next);
  begin_incidents();
  respawn_what_is_due();
}

/// False: `end` came first.
bool Simulation::pass_until(SteadyTime end, const std::function<bool()>& done) {
  while (!world_.history.broken()) {
    step(end);
    if (done()) return true;
    if (world_.truth.steady_now() >= end) return false;
  }
  return true;
}

/// What is not as it should be when all is well; empty: nothing.
std::string Simulation::amiss() {
  if (!server_ || !engine_) return "no server or engine";
  if (engine_->waits_for_network() || !ending_.empty() || reload_at_) return "something is under way";
  look_at_hosts();
  for (const auto& set : server_->configuration().sets) {
    for (const auto& seen : served_.last(set.names)) {
      if (!served_.is_good(seen, set.names)) return cat(set.names.front().value, " has not what it should have");
    }
  }
  const auto orders = stored_orders();
  if (!orders.empty()) return cat("an order is stored: ", orders.begin()->second.order_url);
  return live_challenges() == 0 ? "" : "a challenge is live";
}

std::optional<std::string> Simulation::not_renewed() const {
  if (!server_) return "all";
  std::size_t place = 0;
  for (const auto& set : server_->configuration().sets) {
    for (const auto& seen : served_.last(set.names)) {
      if (place < before_renewal_.size() && seen.not_after <= before_renewal_[place++]) return seen.fingerprint;
    }
  }
  return std::nullopt;
}

void Simulation::run() {
  boot();
  const auto never = [] { return false; };
  pass_until(began_ + world_.plan.faults_end, never);
  if (world_.history.broken()) return;
  deaths_.clear();
  world_.calm();
  const auto ask = [this](auto question, SteadyTime& next) {
    if (world_.truth.steady_now() < next) return false;
    next = world_.truth.steady_now() + seconds{10};
    return question();
  };
  SteadyTime next{};
  const Seconds life = world_.plan.lifetime;
  if (!pass_until(world_.truth.steady_now() + kConvergesWithin + life,
                  [&] { return ask([this] { return amiss().empty(); }, next); })) {
    world_.history.add("world", cat("amiss: ", amiss()));
    world_.history.violated("not everything is well although the faults ended long ago");
  }
  if (world_.history.broken()) return;
  world_.history.add("world", "everything is well again");
  for (const auto& set : server_->configuration().sets) {
    for (const auto& seen : served_.last(set.names)) before_renewal_.push_back(seen.not_after);
  }
  // What was ordered in troubled times counts for a week, and longer where the clock was wrong. Whoever got another's
  // certificate and has none of its own asks again a day later.
  Seconds held = world_.limit_was_reached() ? std::chrono::days{12} : Seconds{0};
  if (world_.plan.has(IncidentType::wrong_certificates)) held += std::chrono::days{1};
  if (!pass_until(world_.truth.steady_now() + life + life / 4 + held,
                  [&] { return ask([this] { return !not_renewed() && amiss().empty(); }, next); })) {
    world_.history.add("visitor", cat("sees still ", not_renewed().value_or("nothing old"), "; amiss: ", amiss()));
    world_.history.violated("not every certificate is renewed although all is well");
  }
  if (!world_.history.broken()) check_leftovers();
}

/// A last life, long after the last fault, begins and ends in order.
void Simulation::check_leftovers() {
  pass_until(world_.truth.steady_now() + seconds{700}, [] { return false; });
  stop_all();
  boot();
  pass_until(world_.truth.steady_now() + seconds{5}, [] { return false; });
  stop_all();
  if (world_.disk.listing().find("/tmp-") != std::string::npos) {
    world_.history.add("disk", world_.disk.listing());
    world_.history.violated("temporary files are left");
  }
}

}  // namespace acme_test
