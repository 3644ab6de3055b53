#include "common/runtime/status_desk.hpp"

#include <unistd.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "common/base/sync.hpp"
#include "common/base/text.hpp"
#include "common/runtime/engine.hpp"
#include "common/runtime/live_names.hpp"
#include "common/runtime/tended_detail.hpp"
#include "common/runtime/tended_standing.hpp"

namespace acme {

namespace {

/// What changes together is written together.
constexpr Duration kGather = std::chrono::milliseconds{50};
constexpr Duration kBetweenFlushes = std::chrono::seconds{1};
constexpr Duration kAfterFailure = std::chrono::seconds{10};
/// Then others have their turn.
constexpr Duration kSlice = std::chrono::milliseconds{10};
constexpr Duration kYield = std::chrono::milliseconds{1};
constexpr Duration kLastFlush = std::chrono::milliseconds{200};
constexpr std::size_t kMostFailures = 3;

}  // namespace

struct StatusDesk::State {
  struct Place {
    TendedCertificate* tended = nullptr;
    std::string path;  // of its folder in live/, whether there is one or not
    bool dirty = false;
    std::optional<UtcTime> passes;  // as in `passing`
  };

  explicit State(Services given)
      : services{std::move(given)}, marked{*services.scheduler}, ended{*services.scheduler} {}

  void take(Engine& engine);
  void mark(std::uint32_t place) noexcept;
  void mark_passed();
  void follow(std::uint32_t place);
  Status open();
  Status write_one(std::uint32_t place);
  Task<bool> flush();
  Status write_rest();
  Task<bool> wait();
  void put_back(const std::vector<std::uint32_t>& failed);
  void note(const Status& outcome);
  UtcTime now() const { return services.scheduler->clock().now(); }
  SteadyTime steady_now() const { return services.scheduler->clock().steady_now(); }
  std::optional<SteadyTime> next_passage() const;

  Services services;
  std::optional<StatusWriter> writer;  // none: it cannot be opened, or is to be opened anew
  std::vector<Place> places;
  std::unordered_map<const TendedCertificate*, std::uint32_t> place_of;
  std::vector<std::uint32_t> dirty;                     // what is marked
  std::vector<std::uint32_t> batch;                     // what is being written of it
  std::set<std::pair<UtcTime, std::uint32_t>> passing;  // whose standing changes by itself, and when
  SteadyTime not_before{};                              // the next flush
  SteadyTime beat{};                                    // the next heartbeat
  bool failing = false;                                 // which was told
  Signal marked;
  Signal ended;
  bool stopping = false;
};

void StatusDesk::State::take(Engine& engine) {
  const auto folders = live_folders(*services.configuration);
  for (const auto& tended : engine.certificates()) {
    place_of.emplace(tended.get(), static_cast<std::uint32_t>(places.size()));
    const std::string folder = cat(services.state_path, "/live/", folders.at(tended->config().id));
    places.push_back({tended.get(), folder, false, std::nullopt});
  }
  dirty.reserve(places.size());  // so that marking allocates nothing
  batch.reserve(places.size());
}

void StatusDesk::State::mark(std::uint32_t place) noexcept {
  if (places[place].dirty) return;
  places[place].dirty = true;
  dirty.push_back(place);
  marked.notify();
}

void StatusDesk::State::mark_passed() {
  while (!passing.empty() && passing.begin()->first <= now()) {
    const std::uint32_t place = passing.begin()->second;
    passing.erase(passing.begin());
    places[place].passes.reset();
    mark(place);
  }
}

/// When its standing will have changed by itself.
void StatusDesk::State::follow(std::uint32_t place) {
  Place& one = places[place];
  const auto passes = standing_changes_at(*one.tended, now());
  if (passes == one.passes) return;
  if (one.passes) passing.erase({*one.passes, place});
  if (passes) passing.emplace(*passes, place);
  one.passes = passes;
}

/// A new index of all; every detail is to be looked at.
Status StatusDesk::State::open() {
  auto opened = StatusWriter::open(services.engine_directory);
  if (!opened) return std::move(opened).error();
  std::vector<CertificateSummary> all;
  all.reserve(places.size());
  for (const auto& place : places) all.push_back(summary_of(*place.tended, now()));
  auto begun = opened->begin(std::move(all), now());
  if (!begun) return begun;
  writer = *std::move(opened);
  for (std::uint32_t place = 0; place < places.size(); ++place) mark(place);
  return {};
}

Status StatusDesk::State::write_one(std::uint32_t place) {
  Place& one = places[place];
  const std::string& id = one.tended->config().id;
  std::optional<CertificateDetail> stored;
  DetailFacts facts;
  facts.before = writer->written_lately(id);
  if (facts.before == nullptr) {
    FileStatus reader{services.engine_directory};
    auto read = reader.certificate(id);
    if (read) stored = *std::move(read);
    if (stored) facts.before = &*stored;
  }
  if (services.attempt) facts.attempt = services.attempt(*one.tended);
  const bool published = one.tended->version() > 0 && ::access((one.path + "/fullchain.pem").c_str(), F_OK) == 0;
  if (published) facts.path = one.path;
  CertificateDetail detail = detail_of(*one.tended, std::move(facts), now());
  if (services.add_served) services.add_served(*one.tended, detail);
  follow(place);
  auto updated = writer->update(detail.summary);
  if (!updated) return std::move(updated).error();
  auto saved = writer->save_detail(std::move(detail));
  if (!saved) return std::move(saved).error();
  return {};
}

/// What is not of one certificate. That the engine lives is written in any case: it needs no room on the disk.
Status StatusDesk::State::write_rest() {
  auto overview = services.overview ? writer->save_overview(services.overview()) : Result<bool>{false};
  auto counters = services.counters != nullptr ? writer->save_counters(*services.counters) : Result<bool>{false};
  auto committed = writer->commit(now());
  if (!overview) return std::move(overview).error();
  if (!counters) return std::move(counters).error();
  return committed;
}

/// Told once, and when it is over.
void StatusDesk::State::note(const Status& outcome) {
  if (outcome.ok() == !failing) return;
  failing = !outcome;
  if (failing) services.log->warn(cat("the status page is not kept up to date: ", describe(outcome.error())));
  if (!failing) services.log->notice("the status page is kept up to date again");
}

/// What was not written is tried again.
void StatusDesk::State::put_back(const std::vector<std::uint32_t>& failed) {
  for (const std::uint32_t place : batch) places[place].dirty = false;
  for (const std::uint32_t place : batch) mark(place);
  for (const std::uint32_t place : failed) mark(place);
  batch.clear();
}

/// False: cancelled.
Task<bool> StatusDesk::State::flush() {
  Status outcome;
  if (writer && !writer->intact()) writer.reset();
  if (!writer) outcome = open();
  batch.swap(dirty);
  std::vector<std::uint32_t> failed;
  SteadyTime slice = steady_now() + kSlice;
  while (writer && !batch.empty() && failed.size() < kMostFailures) {
    const std::uint32_t place = batch.back();
    batch.pop_back();
    places[place].dirty = false;
    auto written = write_one(place);
    if (!written) failed.push_back(place);
    if (!written) outcome = std::move(written);
    if (steady_now() < slice) continue;
    const Wake wake = co_await services.scheduler->sleep_for(kYield);
    slice = steady_now() + kSlice;
    if (wake == Wake::cancelled) break;
  }
  const Status rest = writer ? write_rest() : Status{};
  if (outcome) outcome = rest;
  put_back(failed);
  note(outcome);
  not_before = steady_now() + (outcome ? kBetweenFlushes : kAfterFailure);
  beat = steady_now() + kStatusHeartbeat;
  co_return !services.scheduler->cancelled();
}

std::optional<SteadyTime> StatusDesk::State::next_passage() const {
  if (passing.empty()) return std::nullopt;
  // A clock that is set is noticed at the next heartbeat.
  return steady_now() + std::min(kStatusHeartbeat, passing.begin()->first - now());
}

/// Until there is something to write; false: cancelled, or told to stop.
Task<bool> StatusDesk::State::wait() {
  while (!stopping && steady_now() < beat && dirty.empty()) {
    const SteadyTime until = std::min(beat, next_passage().value_or(beat));
    const Wake wake = co_await marked.wait_until(until);
    if (wake == Wake::cancelled) co_return false;
    mark_passed();
  }
  const SteadyTime gathered = std::max(not_before, steady_now() + kGather);
  if (stopping) co_return false;
  const Wake wake = co_await ended.wait_until(gathered);
  co_return wake != Wake::cancelled && !stopping;
}

StatusDesk::StatusDesk(Services services) : state_{std::make_unique<State>(std::move(services))} {
  if (state_->services.counters == nullptr) return;
  FileStatus reader{state_->services.engine_directory};
  auto counters = reader.counters();
  if (counters) *state_->services.counters = *std::move(counters);
}

StatusDesk::~StatusDesk() = default;

void StatusDesk::mark(const TendedCertificate& tended) noexcept {
  const auto found = state_->place_of.find(&tended);
  if (found != state_->place_of.end()) state_->mark(found->second);
}

Task<void> StatusDesk::run(Engine& engine) {
  state_->take(engine);
  for (;;) {
    auto flushing = state_->flush();
    const bool flushed = co_await std::move(flushing);
    if (!flushed) break;
    auto waiting = state_->wait();
    const bool more = co_await std::move(waiting);
    if (!more) break;
  }
}

void StatusDesk::stop() {
  state_->stopping = true;
  state_->marked.notify();
  state_->ended.notify();
}

void StatusDesk::finish() {
  State& state = *state_;
  // Whoever removed it, or leads the directory now, has the last word.
  if (!state.writer || !state.writer->intact()) return;
  const SteadyTime end = state.steady_now() + kLastFlush;
  Status outcome;
  while (outcome && !state.dirty.empty() && state.steady_now() < end) {
    const std::uint32_t place = state.dirty.back();
    state.dirty.pop_back();
    outcome = state.write_one(place);
  }
  if (outcome) outcome = state.write_rest();
}

}  // namespace acme
