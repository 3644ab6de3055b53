#include "common/runtime/reloader.hpp"

#include <algorithm>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr Duration kLongestWaitForOrders = std::chrono::seconds{10};
constexpr Duration kLookAgain = std::chrono::milliseconds{100};
constexpr Duration kHindranceCheck = std::chrono::seconds{60};
/// Waiting for a time of day, it looks at the clock again: that may be set.
constexpr Duration kLongestLookAway = std::chrono::hours{1};
/// A reload of ours happens within seconds; a load later than this was somebody else's.
constexpr Seconds kReloadTakes{120};
/// With so many certificates something is renewed all the time.
constexpr std::size_t kManyCertificates = 1000;

}  // namespace

bool note_load(ReloadRecord& record, const std::string& load_id, UtcTime now) {
  if (record.load_id == load_id) return false;
  const bool ours = record.requested_at && now >= *record.requested_at && now - *record.requested_at < kReloadTakes;
  record.load_id = load_id;
  record.requested_at.reset();
  return !ours;
}

Reloader::Reloader(ReloadConfig config, std::size_t certificates, ReloadRecord record, Services services)
    : config_{std::move(config)},
      record_{std::move(record)},
      services_{std::move(services)},
      changed_{*services_.scheduler} {
  if (certificates > kManyCertificates) config_.interval = std::max(config_.interval, Seconds{86400});
}

void Reloader::want(const std::string& certificate_id, std::uint64_t version, UtcTime needed_by) {
  if (!config_.enabled) return;
  const auto asked = record_.asked.find(certificate_id);
  if (asked != record_.asked.end() && asked->second >= version) return;
  wanted_[certificate_id] = {version, needed_by};
  changed_.notify();
}

void Reloader::stop() {
  stopping_ = true;
  changed_.notify();
}

/// False: stop.
Task<bool> Reloader::sleep(Duration duration) {
  const SteadyTime until = services_.scheduler->clock().steady_now() + duration;
  while (!stopping_ && services_.scheduler->clock().steady_now() < until) {
    const Wake wake = co_await changed_.wait_until(until);
    if (wake == Wake::cancelled) co_return false;
  }
  co_return !stopping_;
}

Task<bool> Reloader::wait_for_quiet() {
  const SteadyTime latest = services_.scheduler->clock().steady_now() + kLongestWaitForOrders;
  while (services_.orders_under_way() > 0 && services_.scheduler->clock().steady_now() < latest) {
    auto task = sleep(kLookAgain);
    const bool go_on = co_await std::move(task);
    if (!go_on) co_return false;
  }
  co_return !stopping_;
}

Duration Reloader::until_interval_is_over() const {
  const UtcTime now = services_.scheduler->clock().now();
  // A last request in the future is a clock that was set back.
  if (!record_.last_request || *record_.last_request > now) return Duration{0};
  return std::max(Seconds{0}, *record_.last_request + config_.interval - now);
}

/// Nothing when it is open, when there is none, and in an emergency.
Duration Reloader::until_window_opens() {
  const UtcTime now = services_.scheduler->clock().now();
  if (!config_.window || config_.window->contains(now)) return Duration{0};
  const UtcTime opens = config_.window->next(now);
  for (const auto& [id, wanted] : wanted_) {
    if (wanted.needed_by <= opens) return Duration{0};
  }
  if (told_window_ != opens) {
    services_.log->info(cat("the graceful reload waits for its window, which opens ", format_for_people(opens)));
  }
  told_window_ = opens;
  return opens - now;
}

std::optional<std::string> Reloader::reason_to_wait() const {
  if (const auto changed = services_.loaded_files->changed()) {
    return cat(*changed, " changed on disk since the server loaded it: the reload waits for yours");
  }
  return services_.hindrance();
}

/// False: it cannot be recorded, so it is not asked; later.
bool Reloader::ask() {
  ReloadRecord changed = record_;
  changed.requested_at = services_.scheduler->clock().now();
  changed.last_request = changed.requested_at;
  for (const auto& [id, wanted] : wanted_) changed.asked[id] = wanted.version;
  auto saved = services_.save(changed);
  if (!saved) {
    tell_hindrance(cat("what it is for cannot be recorded: ", describe(saved.error())));
    return false;
  }
  record_ = std::move(changed);
  const std::size_t reasons = wanted_.size();
  wanted_.clear();
  told_hindrance_.clear();
  services_.log->notice(
      cat("asking for a graceful reload for ", reasons, reasons == 1 ? " new certificate" : " new certificates"));
  auto asked = services_.request_reload();
  count(asked ? "asked" : "failed");
  if (asked) return true;
  services_.log->error(cat("the graceful reload could not be asked for: ", describe(asked.error())));
  // A load that comes soon all the same is an operator's.
  record_.requested_at.reset();
  auto corrected = services_.save(record_);
  if (!corrected) services_.log->warn(describe(corrected.error()));
  return true;
}

std::string Reloader::pending() const {
  if (!wanted()) return {};
  if (!told_hindrance_.empty()) return told_hindrance_;
  const UtcTime now = services_.scheduler->clock().now();
  if (config_.window && !config_.window->contains(now)) {
    return cat("its window opens ", format_for_people(config_.window->next(now)));
  }
  if (until_interval_is_over() > Duration{0}) return "the last one is not long ago enough";
  return "orders are under way";
}

void Reloader::count(const char* outcome) const {
  if (services_.counters != nullptr) services_.counters->reload(outcome);
}

void Reloader::tell_hindrance(const std::string& why) {
  if (why == told_hindrance_) return;
  services_.log->warn(cat("no graceful reload yet: ", why));
  count("hindered");
  told_hindrance_ = why;
}

Task<void> Reloader::run() {
  while (!stopping_) {
    if (!wanted()) {
      const Wake wake = co_await changed_.wait_until(std::nullopt);
      if (wake == Wake::cancelled) co_return;
      continue;
    }
    auto quiet_task = wait_for_quiet();
    const bool quiet = co_await std::move(quiet_task);
    if (!quiet) co_return;
    const Duration until_window = until_window_opens();
    if (until_window > Duration{0}) {
      // Another certificate may be an emergency.
      const SteadyTime look_again =
          services_.scheduler->clock().steady_now() + std::min(until_window, kLongestLookAway);
      const Wake wake = co_await changed_.wait_until(look_again);
      if (wake == Wake::cancelled) co_return;
      continue;
    }
    Duration wait = until_interval_is_over();
    if (wait == Duration{0}) {
      const auto hindrance = reason_to_wait();
      if (hindrance) tell_hindrance(*hindrance);
      const bool asked = !hindrance && ask();
      if (asked) continue;
      wait = kHindranceCheck;
    }
    auto waiting = sleep(wait);
    const bool go_on = co_await std::move(waiting);
    if (!go_on) co_return;
  }
}

}  // namespace acme
