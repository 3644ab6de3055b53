#include "common/runtime/hook_runner.hpp"

#include <algorithm>
#include <array>

#include "common/base/text.hpp"
#include "common/config/hook_event.hpp"
#include "common/runtime/live_names.hpp"
#include "common/store/live_directory.hpp"

namespace acme {

namespace {

constexpr std::size_t kProgramsAtOnce = 8;
constexpr std::array kPauses{Seconds{5}, Seconds{60}, Seconds{600}, Seconds{3600}};
constexpr Seconds kLongestPause{2 * 3600};

/// A failure comes again by itself, with the next attempt.
bool is_kept(HookEvent event) { return event != HookEvent::failed && event != HookEvent::challenge_setup; }

std::string shown_output(const ChildOutcome& outcome) {
  const std::string text = cleaned(trim(outcome.output));
  return text.empty() ? "" : cat(": ", text);
}

}  // namespace

HookRunner::HookRunner(const Configuration& configuration, const std::vector<PendingHook>& pending, Services services)
    : configuration_{configuration},
      services_{std::move(services)},
      live_names_{live_names(configuration)},
      programs_{*services_.scheduler, kProgramsAtOnce},
      changed_{*services_.scheduler},
      tasks_{*services_.scheduler} {
  for (std::size_t i = 0; i < configuration.certificates.size(); ++i) {
    certificates_[configuration.certificates[i].id] = i;
  }
  for (const auto& hook : pending) {
    const auto same = [&](const HookConfig& one) { return one.event == hook.event && one.argv == hook.argv; };
    const bool configured = std::any_of(configuration.hooks.begin(), configuration.hooks.end(), same);
    if (configured && find(hook.certificate_id) != nullptr) add(hook);
  }
}

HookRunner::~HookRunner() = default;

const CertificateConfig* HookRunner::find(const std::string& certificate_id) const {
  const auto found = certificates_.find(certificate_id);
  return found == certificates_.end() ? nullptr : &configuration_.certificates[found->second];
}

void HookRunner::save() {
  std::vector<PendingHook> kept;
  for (const auto& [key, entry] : entries_) {
    if (is_kept(entry.pending.event)) kept.push_back(entry.pending);
  }
  auto saved = services_.save(kept);
  if (!saved) services_.log->warn(describe(saved.error()));
}

void HookRunner::add(PendingHook pending) {
  const Key key{pending.event, pending.argv, pending.certificate_id};
  const auto [place, fresh] = entries_.try_emplace(key, pending);
  if (fresh) {
    // What comes after stop() is stored for the next engine.
    if (running_ && !stopping_) tasks_.spawn(serve(key));
    return;
  }
  place->second.pending = std::move(pending);
  place->second.renewed = true;
  changed_.notify();
}

void HookRunner::happened(const CertificateEvent& event) {
  bool any = false;
  for (const auto& hook : configuration_.hooks) {
    if (hook.event != event.event) continue;
    PendingHook pending;
    pending.event = event.event;
    pending.argv = hook.argv;
    pending.certificate_id = event.certificate->id;
    pending.version = event.version;
    pending.message = cleaned(event.message);
    add(std::move(pending));
    any = true;
  }
  if (any && is_kept(event.event)) save();
}

Task<void> HookRunner::run() {
  running_ = true;
  std::vector<Key> keys;
  for (const auto& [key, entry] : entries_) keys.push_back(key);
  for (const auto& key : keys) tasks_.spawn(serve(key));
  while (!stopping_) {
    const Wake wake = co_await changed_.wait_until(std::nullopt);
    if (wake == Wake::cancelled) break;
  }
  auto ended = tasks_.all_ended();
  co_await std::move(ended);
}

void HookRunner::stop() {
  stopping_ = true;
  changed_.notify();
}

/// False: stopping.
Task<bool> HookRunner::wait_for_turn(const Entry& entry) {
  const Clock& clock = services_.scheduler->clock();
  while (!stopping_ && entry.pending.next_try && *entry.pending.next_try > clock.now()) {
    const Seconds left = *entry.pending.next_try - clock.now();
    if (left > kLongestPause) break;  // a clock that was set
    const Wake wake = co_await changed_.wait_until(clock.steady_now() + left);
    if (wake == Wake::cancelled) co_return false;
  }
  co_return !stopping_;
}

Task<void> HookRunner::serve(Key key) {
  for (;;) {
    Entry& entry = entries_.at(key);
    auto waiting = wait_for_turn(entry);
    const bool go_on = co_await std::move(waiting);
    if (!go_on) co_return;
    entry.renewed = false;
    HookFacts facts = facts_for(*find(entry.pending.certificate_id), entry.pending.event);
    facts.message = entry.pending.message;
    auto task = attempt(std::move(facts), entry.pending.argv);
    auto done = co_await std::move(task);
    if (!done && done.error().kind == ErrorKind::cancelled) co_return;
    if (entry.renewed) continue;
    const bool again = !done && note_failure(entry, done.error());
    if (!again) entries_.erase(key);
    save();
    if (!again) co_return;
  }
}

/// False: given up.
bool HookRunner::note_failure(Entry& entry, const Error& error) {
  PendingHook& pending = entry.pending;
  const std::string line = cat(find(pending.certificate_id)->first_name, ": ", describe(error));
  if (pending.attempts >= kPauses.size()) {
    services_.log->error(cat(line, "; given up after ", pending.attempts + 1, " attempts"));
    return false;
  }
  const auto pause = kPauses[pending.attempts++];
  const double varied = static_cast<double>(pause.count()) * (0.8 + 0.4 * services_.random->fraction());
  pending.next_try = services_.scheduler->clock().now() + Seconds{static_cast<std::int64_t>(varied)};
  services_.log->warn(cat(line, "; tried again in ", format_duration(Seconds{static_cast<std::int64_t>(varied)})));
  return true;
}

HookFacts HookRunner::facts_for(const CertificateConfig& certificate, HookEvent event) const {
  HookFacts facts;
  facts.event = event;
  facts.certificate = &certificate;
  facts.live_path = live_path(services_.state_path, live_names_[certificates_.at(certificate.id)]);
  facts.meta = services_.meta(certificate.id);
  return facts;
}

/// ErrorKind::io: the program failed, with what it wrote.
Task<Status> HookRunner::attempt(HookFacts facts, std::vector<std::string> argv) {
  const Error stopping{ErrorKind::cancelled, "the engine is stopping"};
  const Wake wake = co_await programs_.acquire();
  if (wake != Wake::ready) co_return stopping;
  const Permit permit{programs_};
  if (stopping_) co_return stopping;
  const std::string what = cat("the hook ", argv.front(), " for ", hook_event_name(facts.event));
  ChildCommand command;
  command.argv = std::move(argv);
  command.environment = hook_environment(facts);
  const Seconds limit = command.limit;
  ++busy_;
  auto task = services_.run(std::move(command));
  auto outcome = co_await std::move(task);
  --busy_;
  if (!outcome && outcome.error().kind == ErrorKind::cancelled) co_return stopping;
  if (!outcome) co_return std::move(outcome).error().with_context(what);
  const std::string line = cat(what, " ", describe(*outcome, limit), shown_output(*outcome));
  if (!outcome->succeeded()) co_return Error{ErrorKind::io, line};
  services_.log->info(cat(facts.certificate->first_name, ": ", line));
  co_return Status{};
}

Task<Status> HookRunner::challenge_published(PublishedChallenge challenge) {
  const CertificateConfig* certificate = find(challenge.certificate_id);
  if (certificate == nullptr) co_return Status{};
  for (const auto& hook : configuration_.hooks) {
    if (hook.event != HookEvent::challenge_setup) continue;
    HookFacts facts = facts_for(*certificate, hook.event);
    facts.more = {{"ACME_CHALLENGE_NAME", challenge.name},
                  {"ACME_CHALLENGE_TYPE", challenge.type},
                  {"ACME_CHALLENGE_TOKEN", challenge.token},
                  {"ACME_CHALLENGE_VALUE", challenge.key_authorization}};
    auto task = attempt(std::move(facts), hook.argv);
    auto done = co_await std::move(task);
    if (done) continue;
    Error error = std::move(done).error();
    // A program that is not there is not worth a day's wait either.
    if (error.kind != ErrorKind::cancelled) error.kind = ErrorKind::io;
    co_return error;
  }
  co_return Status{};
}

}  // namespace acme
