#include "common/runtime/notice_sender.hpp"

#include <algorithm>
#include <array>

#include "common/base/text.hpp"
#include "common/base/url.hpp"
#include "common/config/notify_words.hpp"
#include "common/crypto/digest.hpp"
#include "common/report/notice_words.hpp"

namespace acme {

namespace {

constexpr std::array kPauses{Seconds{5}, Seconds{60}, Seconds{600}, Seconds{3600}, Seconds{6 * 3600}};
constexpr Seconds kLongestPause{8 * 3600};
constexpr Seconds kHour{3600};
/// By kind: a person reads mails, a program the rest.
constexpr std::array<std::size_t, 3> kPerHour{60, 10, 600};
constexpr std::size_t kMostWaiting = 200;
constexpr std::size_t kMostTitles = 20;

/// The same in each life; a URL may hold a token, so it is not stored.
std::string key_of(const NotifyConfig& config) {
  const auto hash = sha256(cat(notify_kind_name(config.kind), "\n", config.target, "\n", config.socket));
  return hash ? to_hex(*hash).substr(0, 16) : notify_kind_name(config.kind);
}

bool wanted_by(const NotifyConfig& config, NoticeEvent event) {
  if (config.events.empty()) return event != NoticeEvent::renewed;
  return std::find(config.events.begin(), config.events.end(), event) != config.events.end();
}

std::string shown(const NotifyConfig& config) {
  const std::string kind = notify_kind_name(config.kind);
  if (config.kind == NotifyKind::webhook) return cat(kind, " ", url_authority(config.target));
  return config.kind == NotifyKind::mail ? cat(kind, " ", config.target) : kind;
}

}  // namespace

NoticeSender::NoticeSender(const std::vector<NotifyConfig>& receivers, Services services)
    : services_{std::move(services)}, changed_signal_{*services_.scheduler}, tasks_{*services_.scheduler} {
  for (const auto& config : receivers) {
    std::string key = key_of(config);
    const auto same = [&](const Receiver& other) { return other.key.substr(0, key.size()) == key; };
    const auto before = std::count_if(receivers_.begin(), receivers_.end(), same);
    if (before > 0) key += cat("-", static_cast<long>(before));
    receivers_.emplace_back(config, std::move(key), *services_.scheduler);
  }
}

NoticeSender::~NoticeSender() = default;

bool NoticeSender::wants(NoticeEvent event) const {
  return std::any_of(receivers_.begin(), receivers_.end(),
                     [&](const Receiver& receiver) { return wanted_by(receiver.config, event); });
}

std::string NoticeSender::name_of(std::size_t receiver) const {
  return shown(std::next(receivers_.begin(), static_cast<std::ptrdiff_t>(receiver))->config);
}

void NoticeSender::finish(Notice& notice) const {
  auto id = random_hex(16);
  notice.id = id ? *std::move(id) : cat(static_cast<unsigned long>(services_.random->next()));
  notice.host = services_.host;
  notice.server = services_.server;
}

void NoticeSender::tell(Notice notice) {
  finish(notice);
  services_.log->info(cat("notice: ", notice.title));
  for (auto& receiver : receivers_) {
    if (!wanted_by(receiver.config, notice.event)) continue;
    if (receiver.held == 0 && may_tell(receiver)) {
      add(receiver, notice);
    } else {
      hold(receiver, notice);
    }
  }
  changed_ = true;
}

/// And counts it when it may.
bool NoticeSender::may_tell(Receiver& receiver) {
  const UtcTime now = services_.scheduler->clock().now();
  std::erase_if(receiver.told, [&](UtcTime time) { return time > now || now - time >= kHour; });
  if (receiver.told.size() >= kPerHour[static_cast<std::size_t>(receiver.config.kind)]) return false;
  receiver.told.push_back(now);
  return true;
}

void NoticeSender::hold(Receiver& receiver, const Notice& notice) {
  if (receiver.held++ == 0) {
    services_.log->warn(cat("notices to ", shown(receiver.config), " come too fast: the next ones are summed up"));
    receiver.held_severity = NoticeSeverity::info;
  }
  if (receiver.held_titles.size() < kMostTitles) receiver.held_titles.push_back(notice.title);
  if (receiver.held == 1 || notice.severity < receiver.held_severity) {
    receiver.held_severity = notice.severity;
    receiver.held_event = notice.event;
  }
}

void NoticeSender::look_again() {
  for (auto& receiver : receivers_) {
    if (receiver.held == 0 || !may_tell(receiver)) continue;
    Notice summary = summary_notice(receiver.held_titles, receiver.held, receiver.held_event, receiver.held_severity,
                                    services_.scheduler->clock().now());
    finish(summary);
    receiver.held_titles.clear();
    receiver.held = 0;
    add(receiver, std::move(summary));
    changed_ = true;
  }
}

void NoticeSender::add(Receiver& receiver, Notice notice) {
  if (receiver.deliveries.size() >= kMostWaiting) {
    if (services_.counters != nullptr) services_.counters->notice(notify_kind_name(receiver.config.kind), false);
    return services_.log->error(cat("notice to ", shown(receiver.config), ": ", kMostWaiting,
                                    " wait for it already, this one is given up: ", notice.title));
  }
  Delivery delivery;
  delivery.notice = std::move(notice);
  receiver.deliveries.push_back(std::move(delivery));
  begin(receiver, std::prev(receiver.deliveries.end()));
}

void NoticeSender::begin(Receiver& receiver, std::list<Delivery>::iterator delivery) {
  // What comes after stop() is stored for the next life.
  if (running_ && !stopping_) tasks_.spawn(serve(receiver, delivery));
}

Task<void> NoticeSender::run() {
  running_ = true;
  for (auto& receiver : receivers_) {
    for (auto delivery = receiver.deliveries.begin(); delivery != receiver.deliveries.end();) {
      begin(receiver, delivery++);
    }
  }
  while (!stopping_) {
    const Wake wake = co_await changed_signal_.wait_until(std::nullopt);
    if (wake == Wake::cancelled) break;
  }
  auto ended = tasks_.all_ended();
  co_await std::move(ended);
}

void NoticeSender::stop() {
  stopping_ = true;
  changed_signal_.notify();
}

/// False: stopping.
Task<bool> NoticeSender::wait_for_turn(const Delivery& delivery) {
  const Clock& clock = services_.scheduler->clock();
  while (!stopping_ && delivery.next_try && *delivery.next_try > clock.now()) {
    const Seconds left = *delivery.next_try - clock.now();
    if (left > kLongestPause) break;  // a clock that was set
    const Wake wake = co_await changed_signal_.wait_until(clock.steady_now() + left);
    if (wake == Wake::cancelled) co_return false;
  }
  co_return !stopping_;
}

Task<Status> NoticeSender::attempt(Receiver& receiver, Notice notice) {
  const Error stopping{ErrorKind::cancelled, "the engine is stopping"};
  const Wake wake = co_await receiver.turn.acquire();
  if (wake != Wake::ready) co_return stopping;
  const Permit permit{receiver.turn};
  if (stopping_) co_return stopping;
  auto task = services_.deliver(receiver.config, std::move(notice));
  auto done = co_await std::move(task);
  const bool ended = !done && done.error().kind == ErrorKind::cancelled;
  if (services_.counters != nullptr && !ended) {
    services_.counters->notice(notify_kind_name(receiver.config.kind), done.ok());
  }
  co_return done;
}

Task<void> NoticeSender::serve(Receiver& receiver, std::list<Delivery>::iterator delivery) {
  for (;;) {
    auto waiting = wait_for_turn(*delivery);
    const bool go_on = co_await std::move(waiting);
    if (!go_on) co_return;
    auto task = attempt(receiver, delivery->notice);
    auto done = co_await std::move(task);
    if (!done && done.error().kind == ErrorKind::cancelled) co_return;
    changed_ = true;
    if (done && receiver.failing) {
      services_.log->notice(cat("notices to ", shown(receiver.config), " arrive again"));
      receiver.failing = false;
    }
    const bool again = !done && note_failure(receiver, *delivery, done.error());
    if (!again) receiver.deliveries.erase(delivery);
    if (told_change_) told_change_();
    if (!again) co_return;
  }
}

/// False: given up.
bool NoticeSender::note_failure(Receiver& receiver, Delivery& delivery, const Error& error) {
  const std::string line = cat("notice to ", shown(receiver.config), ": ", describe(error));
  if (delivery.attempts >= kPauses.size()) {
    services_.log->error(cat(line, "; given up after ", delivery.attempts + 1, " attempts: ", delivery.notice.title));
    return false;
  }
  const auto pause = kPauses[delivery.attempts++];
  const double varied = static_cast<double>(pause.count()) * (0.9 + 0.2 * services_.random->fraction());
  const Seconds wait{static_cast<std::int64_t>(varied)};
  delivery.next_try = services_.scheduler->clock().now() + wait;
  // Once for each time that it begins to fail.
  services_.log->write(receiver.failing ? LogLevel::info : LogLevel::warn,
                       cat(line, "; tried again in ", format_duration(wait)));
  receiver.failing = true;
  return true;
}

Task<Status> NoticeSender::test(std::size_t receiver) {
  Receiver& one = *std::next(receivers_.begin(), static_cast<std::ptrdiff_t>(receiver));
  Notice notice = test_notice(services_.scheduler->clock().now());
  finish(notice);
  // Not in turn: what hangs is not waited for.
  auto task = services_.deliver(one.config, std::move(notice));
  auto done = co_await std::move(task);
  const bool ended = !done && done.error().kind == ErrorKind::cancelled;
  if (services_.counters != nullptr && !ended) {
    services_.counters->notice(notify_kind_name(one.config.kind), done.ok());
  }
  co_return done;
}

}  // namespace acme
