#include "common/runtime/activation.hpp"

#include <algorithm>
#include <array>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::size_t kAtOnce = 4;
/// After the beginning the server has other work; then at most twenty connections a second.
constexpr Duration kQuietStart = std::chrono::seconds{2};
constexpr Duration kPace = std::chrono::milliseconds{50};
constexpr Duration kFind = std::chrono::minutes{1};
constexpr Duration kDaily = std::chrono::hours{24};
/// Orders go first, for so long.
constexpr Duration kSoonBehindOrders = std::chrono::seconds{1};
constexpr Duration kTurnBehindOrders = std::chrono::minutes{10};
constexpr Duration kLookForOrders = std::chrono::milliseconds{250};
/// A swap is live within 50 ms; what takes longer than a reload and its old processes is trouble.
constexpr std::array<Duration, 7> kLooks{
    std::chrono::milliseconds{100}, std::chrono::seconds{1}, std::chrono::seconds{5}, std::chrono::minutes{1},
    std::chrono::minutes{10},       std::chrono::hours{1},   std::chrono::hours{6}};
constexpr std::uint32_t kFirstTold = 3;
constexpr std::size_t kWarnings = 20;  // within:
constexpr Duration kWarningSpan = std::chrono::minutes{1};
constexpr Duration kTellTogether = std::chrono::seconds{2};
constexpr std::size_t kNamed = 3;

}  // namespace

Activation::Activation(const Configuration& configuration, Services services)
    : configuration_{configuration},
      services_{std::move(services)},
      targets_{configuration},
      changed_{*services_.scheduler},
      looks_{*services_.scheduler},
      entries_(configuration.certificates.size()) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    entries_[i].certificate = i;
    by_id_.emplace(configuration.certificates[i].id, i);
  }
}

const Served* Activation::of(const std::string& certificate_id) const {
  const auto found = by_id_.find(certificate_id);
  if (found == by_id_.end()) return nullptr;
  const Served& served = entries_[found->second].served;
  return served.checked ? &served : nullptr;
}

void Activation::stop() {
  stopping_ = true;
  changed_.notify();
}

void Activation::installed(const std::string& certificate_id) {
  const auto found = by_id_.find(certificate_id);
  if (found == by_id_.end()) return;
  Entry& entry = entries_[found->second];
  entry.served.state = ServedState::unknown;
  entry.served.detail.clear();
  entry.strange = 0;
  entry.is_new = true;
  plan(entry, now() + kLooks.front(), soon_);
  changed_.notify();
}

void Activation::forget_plan(Entry& entry) {
  if (!entry.due) return;
  entry.queue->erase({*entry.due, &entry});
  entry.due.reset();
}

void Activation::plan(Entry& entry, SteadyTime due, Queue& queue) {
  forget_plan(entry);
  entry.due = due;
  entry.queue = &queue;
  entry.planned = true;
  queue.emplace(due, &entry);
}

/// Also what could not be read at the beginning, and was since.
void Activation::plan_found() {
  find_at_ = now() + kFind;
  SteadyTime due = now() + kQuietStart;
  for (Entry& entry : entries_) {
    if (entry.planned || services_.fingerprint(entry.certificate).empty()) continue;
    plan(entry, due, in_turn_);
    due += kPace;
  }
}

Activation::Entry* Activation::take_due() {
  if (looks_.running() >= kAtOnce) return nullptr;
  const bool waits = busy();
  const auto first = [&](const Queue& queue, Duration patience) -> Entry* {
    if (queue.empty() || queue.begin()->first + (waits ? patience : Duration{0}) > now()) return nullptr;
    return queue.begin()->second;
  };
  Entry* entry = first(soon_, kSoonBehindOrders);
  if (entry == nullptr && next_turn_ <= now()) {
    entry = first(again_, kSoonBehindOrders);
    if (entry == nullptr) entry = first(in_turn_, kTurnBehindOrders);
    if (entry != nullptr) next_turn_ = now() + kPace * std::max<std::size_t>(1, targets_.of(entry->certificate).size());
  }
  if (entry != nullptr) forget_plan(*entry);
  return entry;
}

SteadyTime Activation::next_moment() const {
  SteadyTime next = find_at_;
  const auto consider = [&](SteadyTime moment) { next = std::min(next, moment); };
  if (unsaid_ > 0) consider(warned_since_ + kWarningSpan);
  if (!live_.empty()) consider(live_since_ + kTellTogether);
  if (looks_.running() >= kAtOnce) return next;
  if (!soon_.empty()) consider(soon_.begin()->first);
  if (!again_.empty()) consider(std::max(again_.begin()->first, next_turn_));
  if (!in_turn_.empty()) consider(std::max(in_turn_.begin()->first, next_turn_));
  // It is overdue, and waits for orders: nobody tells when they are done.
  if (next <= now()) next = now() + kLookForOrders;
  return next;
}

Task<void> Activation::run() {
  while (!stopping_) {
    if (now() >= find_at_) plan_found();
    Entry* entry = take_due();
    if (entry != nullptr) {
      looks_.spawn(look_at(*entry));
      continue;
    }
    const bool all_seen = soon_.empty() && again_.empty() && looks_.running() == 0;
    if (!live_.empty() && (all_seen || now() >= live_since_ + kTellTogether)) tell_live();
    if (unsaid_ > 0 && now() >= warned_since_ + kWarningSpan) tell_unsaid();
    const Wake wake = co_await changed_.wait_until(next_moment());
    if (wake == Wake::cancelled) break;
  }
  if (unsaid_ > 0) tell_unsaid();
  auto ended = looks_.all_ended();
  co_await std::move(ended);
}

Task<void> Activation::look_at(Entry& entry) {
  const std::string wanted = services_.fingerprint(entry.certificate);
  std::vector<ActivationVerdict> verdicts;
  const std::vector<ActivationTarget> targets = targets_.of(entry.certificate);
  for (const ActivationTarget& target : targets) {
    auto looking = look(entry.certificate, target);
    auto verdict = co_await std::move(looking);
    verdicts.push_back(std::move(verdict));
    if (stopping_ || services_.scheduler->cancelled()) co_return;
    if (verdicts.back().state == ServedState::other) break;
  }
  // A newer one came meanwhile, and has a look of its own.
  const bool outdated = entry.due || services_.fingerprint(entry.certificate) != wanted;
  if (!outdated && !verdicts.empty()) conclude(entry, worst_of(verdicts));
  changed_.notify();
}

Task<ActivationVerdict> Activation::look(std::size_t certificate, ActivationTarget target) {
  auto connecting = connect(target);
  const auto shown = co_await std::move(connecting);
  LeafOrigin origin;
  if (shown) {
    origin.expected = shown->fingerprint == services_.fingerprint(certificate);
    if (!origin.expected && services_.origin) origin = services_.origin(certificate, shown->fingerprint);
  }
  co_return judge(target, shown, origin);
}

Task<Result<ShownLeaf>> Activation::connect(ActivationTarget target) {
  auto looking = services_.probe->look(target.probe);
  auto shown = co_await std::move(looking);
  if (shown) co_return shown;
  const bool no_ipv6 = shown.error().kind == ErrorKind::not_found && target.of_all && target.probe.address == "::1";
  if (no_ipv6) {
    // "::" may take IPv4 connections, too.
    target.probe.address = "127.0.0.1";
    auto instead = services_.probe->look(target.probe);
    auto other = co_await std::move(instead);
    if (other) co_return other;
    co_return shown;
  }
  const bool maybe_other_key = shown.error().kind == ErrorKind::server_error && target.probe.key != LeafKey::any;
  if (!maybe_other_key) co_return shown;
  target.probe.key = LeafKey::any;
  auto again = services_.probe->look(target.probe);
  auto other = co_await std::move(again);
  if (other) co_return other;
  co_return shown;
}

void Activation::conclude(Entry& entry, ActivationVerdict verdict) {
  entry.served.checked = services_.scheduler->clock().now();
  if (verdict.state == ServedState::live || verdict.state == ServedState::unknown) {
    entry.served.state = verdict.state;
    entry.served.detail = std::move(verdict.detail);
    conclude_live(entry);
  } else {
    ++entry.strange;
    // What is on its way is no news.
    if (entry.strange >= kFirstTold || !entry.is_new) {
      entry.served.state = verdict.state;
      entry.served.detail = std::move(verdict.detail);
    }
    conclude_strange(entry);
  }
  if (services_.changed) services_.changed(entry.certificate);
}

void Activation::conclude_live(Entry& entry) {
  const bool news = entry.is_new || !entry.told.empty();
  if (news && entry.served.state == ServedState::live) {
    if (live_.empty()) live_since_ = now();
    live_.push_back(configuration_.certificates[entry.certificate].first_name);
  }
  entry.is_new = false;
  entry.told.clear();
  entry.strange = 0;
  plan(entry, now() + kDaily, in_turn_);
}

void Activation::conclude_strange(Entry& entry) {
  const bool seen_enough = entry.strange >= kFirstTold;
  if (seen_enough && entry.told != entry.served.detail) {
    entry.told = entry.served.detail;
    warn(entry);
  }
  if (entry.strange < kLooks.size()) return plan(entry, now() + kLooks[entry.strange], again_);
  plan(entry, now() + kDaily, in_turn_);
}

void Activation::warn(const Entry& entry) {
  if (unsaid_ == 0 && now() >= warned_since_ + kWarningSpan) {
    warned_since_ = now();
    warned_ = 0;
  }
  if (warned_ == kWarnings) {
    ++unsaid_;
    return;
  }
  ++warned_;
  services_.log->warn(cat(configuration_.certificates[entry.certificate].first_name, ": ", entry.told));
}

/// As long as there are more each minute they are counted only.
void Activation::tell_unsaid() {
  services_.log->warn(cat(unsaid_, " more not seen live either (the status page and acmectl say it of each)"));
  unsaid_ = 0;
  warned_since_ = now();
}

void Activation::tell_live() {
  std::vector<std::string> names = std::move(live_);
  live_.clear();
  const std::size_t count = names.size();
  const bool all = count <= kNamed + 1;
  if (!all) names.resize(kNamed);
  const std::string rest = all ? "" : cat(" and ", count - kNamed, " more");
  services_.log->notice(cat(join(names, ", "), rest, count == 1 ? ": seen live" : ": all seen live"));
}

}  // namespace acme
