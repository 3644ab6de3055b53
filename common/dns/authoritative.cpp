#include "common/dns/authoritative.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "common/base/join.hpp"
#include "common/base/text.hpp"
#include "common/dns/visibility_targets.hpp"

namespace acme {

namespace {

constexpr std::chrono::milliseconds kFirstPause{250};
constexpr Seconds kLongestPause{5};
constexpr Seconds kTellEvery{15};
constexpr Seconds kAskResolversFor{20};
/// So many rounds without a usable answer, and a server is left out.
constexpr int kMostFailures = 3;

struct Watched {
  explicit Watched(ExpectedTxt e) : expected{std::move(e)} {}
  ExpectedTxt expected;
  std::optional<Status> result;
  std::set<std::size_t> seen_by;             // indices of its zone's targets
  std::map<std::size_t, std::string> other;  // what a target has instead
};

std::vector<std::string> txt_values(const DnsAnswer& answer) {
  std::vector<std::string> values;
  for (const auto& record : answer.records) {
    if (record.type == DnsType::txt) values.push_back(record.data);
  }
  return values;
}

std::string instead(const std::vector<std::string>& values) {
  if (values.empty()) return "has no such record";
  return cat("has \"", cleaned(values.front(), 80), '"', values.size() == 1 ? "" : " and others");
}

/// One wait_until_visible().
class Watch {
 public:
  Watch(VisibilityTools tools, std::vector<ExpectedTxt> records, VisibilityOptions options)
      : tools_{tools}, options_{std::move(options)}, begun_{tools.scheduler.clock().steady_now()} {
    for (auto& record : records) records_.emplace_back(std::move(record));
  }

  Task<void> find_targets();
  Task<void> wait();
  std::vector<Status> results();

 private:
  SteadyTime until() const { return begun_ + options_.limit; }
  bool is_pending(std::size_t record) const { return !records_[record].result.has_value(); }
  std::vector<std::size_t> pending(const VisibilityZone& zone, std::size_t target) const;
  bool all_done() const;
  std::string still_missing_at() const;

  Task<void> look(VisibilityZone* zone, std::size_t target);
  Task<void> look_for(VisibilityZone* zone, std::size_t target, std::size_t record);
  void judge(VisibilityZone& zone);
  void judge_target(VisibilityZone& zone, VisibilityTarget& target);
  void turn_to_resolvers(VisibilityZone& zone);
  void believe_in(VisibilityZone& zone);
  void tell_progress(Duration pause);
  Status missing(const VisibilityZone& zone, const Watched& record) const;

  VisibilityTools tools_;
  VisibilityOptions options_;
  const SteadyTime begun_;
  SteadyTime told_{begun_ - kTellEvery};
  std::vector<Watched> records_;
  std::vector<VisibilityZone> zones_;
};

Task<void> Watch::find_targets() {
  std::vector<ExpectedTxt> expected;
  for (const auto& record : records_) expected.push_back(record.expected);
  auto task = find_visibility_targets(tools_, std::move(expected), options_);
  auto plan = co_await std::move(task);
  zones_ = std::move(plan.zones);
  for (auto& [index, error] : plan.failed) records_[index].result = std::move(error);
}

std::vector<std::size_t> Watch::pending(const VisibilityZone& zone, std::size_t target) const {
  std::vector<std::size_t> records;
  std::copy_if(zone.records.begin(), zone.records.end(), std::back_inserter(records),
               [&](std::size_t i) { return is_pending(i) && !records_[i].seen_by.contains(target); });
  return records;
}

bool Watch::all_done() const {
  return std::all_of(records_.begin(), records_.end(), [](const Watched& record) { return record.result.has_value(); });
}

Task<void> Watch::look_for(VisibilityZone* zone, std::size_t index, std::size_t record) {
  VisibilityTarget& target = zone->targets[index];
  Watched& watched = records_[record];
  auto task = tools_.lookup.ask(target.route.question(watched.expected.name, DnsType::txt));
  const auto answer = co_await std::move(task);
  Status good = usable(answer, watched.expected.name);
  const bool lame = good && !target.route.recursive && !answer->authoritative;
  if (lame) good = Error{ErrorKind::server_error, "it is not authoritative (lame delegation)"};
  if (!good) {
    target.trouble = good.error().message;
    target.bad = true;
    target.nobody = !answer && is_unreachable(answer.error());
    co_return;
  }
  target.answered = true;
  target.good = true;
  const auto values = txt_values(*answer);
  if (std::find(values.begin(), values.end(), watched.expected.value) != values.end()) {
    watched.seen_by.insert(index);
  } else {
    watched.other[index] = instead(values);
  }
}

Task<void> Watch::look(VisibilityZone* zone, std::size_t index) {
  auto records = pending(*zone, index);
  if (records.empty() || zone->targets[index].left_out) co_return;
  if (!zone->targets[index].answered) {  // one question tells whether it answers at all
    auto first = look_for(zone, index, records.front());
    co_await std::move(first);
    if (!zone->targets[index].answered) co_return;
    records.erase(records.begin());
  }
  std::vector<Task<void>> tasks;
  for (const std::size_t record : records) tasks.push_back(look_for(zone, index, record));
  auto all = join_all(tools_.scheduler, std::move(tasks));
  co_await std::move(all);
}

void Watch::judge_target(VisibilityZone& zone, VisibilityTarget& target) {
  if (target.good || target.bad) target.failures = target.good ? 0 : target.failures + 1;
  const bool hopeless = target.nobody || target.failures >= kMostFailures;
  target.good = target.bad = target.nobody = false;
  if (target.left_out || !hopeless) return;
  const auto same_family_answers = [&](const VisibilityTarget& other) {
    return other.answered && !other.left_out && other.ipv6 == target.ipv6;
  };
  target.left_out = true;
  const bool tell = std::any_of(zone.targets.begin(), zone.targets.end(), same_family_answers);
  if (tell)
    tools_.log.warn(cat(options_.subject, ": the name server ", target.label, " does not answer as it should (",
                        target.trouble, "); looking at the others", zone.name.empty() ? "" : " of ", zone.name));
}

/// Where the outside world's port 53 is closed to this machine, its resolvers can still see what others would.
void Watch::turn_to_resolvers(VisibilityZone& zone) {
  zone.by_resolvers = true;
  zone.resolvers_since = tools_.scheduler.clock().steady_now();
  tools_.log.warn(cat(options_.subject, ": no name server of ", zone.name,
                      " answers this machine; its resolvers are asked instead (",
                      zone.targets.empty() ? "" : zone.targets.front().trouble, ')'));
  zone.targets = resolver_targets(options_);
  for (const std::size_t i : zone.records) {
    records_[i].seen_by.clear();
    records_[i].other.clear();
  }
}

/// Resolvers may remember for long that a record was not there: they can confirm it, but not deny it.
void Watch::believe_in(VisibilityZone& zone) {
  const bool answered = std::any_of(zone.targets.begin(), zone.targets.end(),
                                    [](const VisibilityTarget& target) { return target.answered; });
  const SteadyTime now = tools_.scheduler.clock().steady_now();
  const bool pending =
      std::any_of(zone.records.begin(), zone.records.end(), [&](std::size_t i) { return is_pending(i); });
  if (!answered || !pending || now < zone.resolvers_since + kAskResolversFor) return;
  tools_.log.warn(cat(options_.subject, ": whether the name servers of ", zone.name,
                      " have the TXT records cannot be seen from here; the CA is asked all the same"));
  for (const std::size_t i : zone.records) {
    if (is_pending(i)) records_[i].result = Status{};
  }
}

void Watch::judge(VisibilityZone& zone) {
  for (auto& target : zone.targets) judge_target(zone, target);
  if (zone.by_resolvers) believe_in(zone);
  const bool none_left = std::all_of(zone.targets.begin(), zone.targets.end(),
                                     [](const VisibilityTarget& target) { return target.left_out; });
  if (none_left) {
    if (!zone.name.empty() && !zone.by_resolvers) return turn_to_resolvers(zone);
    for (auto& target : zone.targets) target.left_out = false;  // who else could be asked? until the limit
    return;
  }
  for (const std::size_t i : zone.records) {
    bool seen = true;
    for (std::size_t t = 0; t < zone.targets.size(); ++t)
      seen = seen && (zone.targets[t].left_out || records_[i].seen_by.contains(t));
    if (seen && is_pending(i)) records_[i].result = Status{};
  }
}

std::string Watch::still_missing_at() const {
  std::vector<std::string> labels;
  for (const auto& zone : zones_) {
    for (std::size_t t = 0; t < zone.targets.size(); ++t) {
      if (!zone.targets[t].left_out && !pending(zone, t).empty()) labels.push_back(zone.targets[t].label);
    }
  }
  return join(labels, ", ");
}

void Watch::tell_progress(Duration pause) {
  const SteadyTime now = tools_.scheduler.clock().steady_now();
  if (now < told_ + kTellEvery || pause < Seconds{1}) return;
  told_ = now;
  const auto seen = std::count_if(records_.begin(), records_.end(), [](const auto& r) { return r.result.has_value(); });
  const auto left = std::chrono::duration_cast<Seconds>(until() - now);
  tools_.log.info(cat(options_.subject, ": ", seen, " of ", records_.size(),
                      " TXT records are seen everywhere; missing at ", still_missing_at(), "; waiting up to ",
                      format_duration(left), " more"));
}

Task<void> Watch::wait() {
  for (Duration pause = kFirstPause;; pause = std::min<Duration>(pause * 3 / 2, kLongestPause)) {
    std::vector<Task<void>> looks;
    for (auto& zone : zones_) {
      for (std::size_t t = 0; t < zone.targets.size(); ++t) looks.push_back(look(&zone, t));
    }
    auto all = join_all(tools_.scheduler, std::move(looks));
    co_await std::move(all);
    if (tools_.scheduler.cancelled()) co_return;
    for (auto& zone : zones_) judge(zone);
    const SteadyTime now = tools_.scheduler.clock().steady_now();
    if (all_done() || now >= until()) co_return;
    tell_progress(pause);
    const SteadyTime next = std::min(now + pause, until());
    const Wake wake = co_await tools_.scheduler.sleep_until(next);
    if (wake == Wake::cancelled) co_return;
  }
}

Status Watch::missing(const VisibilityZone& zone, const Watched& record) const {
  const auto waited = format_duration(std::chrono::duration_cast<Seconds>(options_.limit));
  std::vector<std::string> lacking;
  std::vector<std::string> silent;
  for (std::size_t t = 0; t < zone.targets.size(); ++t) {
    const auto& target = zone.targets[t];
    if (record.seen_by.contains(t) || target.left_out) continue;
    if (const auto other = record.other.find(t); other != record.other.end())
      lacking.push_back(cat(target.label, ' ', other->second));
    else
      silent.push_back(cat(target.label, " (", target.trouble, ')'));
  }
  if (lacking.empty() && record.seen_by.empty()) {
    return Error{
        ErrorKind::transport,
        cat("no name server answers about the TXT record ", record.expected.name, ": ", join(silent, ", ")),
        "may this machine ask them (port 53)? check_servers= or check=off in dns_provider change who is asked"};
  }
  lacking.insert(lacking.end(), silent.begin(), silent.end());
  Error error{
      ErrorKind::server_error,
      cat("the TXT record ", record.expected.name, " is not seen everywhere after ", waited, ": ", join(lacking, "; ")),
      "do all name servers of the zone get its changes? propagation_timeout= in dns_provider gives them longer"};
  error.problem_type = "notVisible";
  return error;
}

std::vector<Status> Watch::results() {
  for (const auto& zone : zones_) {
    for (const std::size_t i : zone.records) {
      if (!is_pending(i)) continue;
      records_[i].result =
          tools_.scheduler.cancelled() ? Status{Error{ErrorKind::cancelled, "cancelled"}} : missing(zone, records_[i]);
    }
  }
  std::vector<Status> statuses;
  for (auto& record : records_) statuses.push_back(std::move(*record.result));
  return statuses;
}

}  // namespace

Task<std::vector<Status>> wait_until_visible(VisibilityTools tools, std::vector<ExpectedTxt> records,
                                             VisibilityOptions options) {
  Watch watch{tools, std::move(records), std::move(options)};
  auto finding = watch.find_targets();
  co_await std::move(finding);
  auto waiting = watch.wait();
  co_await std::move(waiting);
  co_return watch.results();
}

}  // namespace acme
