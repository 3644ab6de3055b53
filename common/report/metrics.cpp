#include "common/report/metrics.hpp"

#include "common/base/text.hpp"
#include "common/report/metric_families.hpp"
#include "common/report/status_facts.hpp"

namespace acme {

namespace {

using Pieces = std::vector<std::string>;
using ByPair = std::map<std::pair<std::string, std::string>, std::uint64_t>;

std::int64_t seconds(UtcTime time) { return time.time_since_epoch().count(); }

std::int64_t number(std::uint64_t count) { return static_cast<std::int64_t>(count); }

/// One family after the other, each complete.
class Text {
 public:
  explicit Text(MetricsFormat format) : format_{format} {}

  FamilyText family(const MetricFamily& family) const { return FamilyText{family, format_}; }
  void append(FamilyText family) { std::move(family).move_to(pieces_); }
  /// A family of one sample without labels.
  void single(const MetricFamily& one, std::int64_t value) {
    FamilyText text = family(one);
    text.add({}, value);
    append(std::move(text));
  }
  /// One sample for each issuer of which there is a value.
  template <class Value>
  void by_issuer(const MetricFamily& one, const std::vector<IssuerHealth>& issuers, Value value) {
    FamilyText text = family(one);
    for (const auto& issuer : issuers) {
      const std::optional<std::int64_t> found = value(issuer);
      if (found) text.add(MetricLabels{}.add("issuer", issuer.name), *found);
    }
    append(std::move(text));
  }
  void by_pair(const MetricFamily& one, const ByPair& counts, const char* first, const char* second) {
    FamilyText text = family(one);
    for (const auto& [labels, count] : counts) {
      text.add(MetricLabels{}.add(first, labels.first).add(second, labels.second), number(count));
    }
    append(std::move(text));
  }
  Pieces take() {
    if (format_ == MetricsFormat::open_metrics) pieces_.emplace_back("# EOF\n");
    return std::move(pieces_);
  }

 private:
  MetricsFormat format_;
  Pieces pieces_;
};

/// "ngx_acme/0.1 nginx/1.22.1"
void write_build(Text& text, const std::string& server) {
  const std::size_t space = std::min(server.find(' '), server.size());
  const std::string_view ours = std::string_view{server}.substr(0, space);
  const std::size_t slash = std::min(ours.find('/'), ours.size());
  MetricLabels labels;
  labels.add("module", ours.substr(0, slash)).add("version", ours.substr(std::min(slash + 1, ours.size())));
  labels.add("server", std::string_view{server}.substr(std::min(space + 1, server.size())));
  FamilyText build = text.family(family::kBuild);
  build.add(labels, 1);
  text.append(std::move(build));
}

void write_engine(Text& text, const Overview& overview, UtcTime now) {
  write_build(text, overview.server);
  text.single(family::kEngineUp, is_stale(overview, now) ? 0 : 1);
  text.single(family::kEngineStart, seconds(overview.since));
  text.single(family::kStatusWritten, seconds(overview.written));
  FamilyText counts = text.family(family::kCertificates);
  for (std::size_t i = 0; i < overview.counts.size(); ++i) {
    counts.add(MetricLabels{}.add("state", standing_name(static_cast<CertificateStanding>(i))), overview.counts[i]);
  }
  text.append(std::move(counts));
  text.single(family::kOrders, overview.counts[static_cast<std::size_t>(CertificateStanding::ordering)]);
}

/// All families of the certificates grow side by side, so that the status is read once.
class Certificates {
 public:
  explicit Certificates(const Text& text)
      : info_{text.family(family::kCertificate)},
        not_before_{text.family(family::kNotBefore)},
        not_after_{text.family(family::kNotAfter)},
        next_renewal_{text.family(family::kNextRenewal)},
        state_{text.family(family::kState)},
        served_{text.family(family::kServed)},
        failures_{text.family(family::kFailures)} {}

  void add(const CertificateSummary& one) {
    MetricLabels labels;
    labels.add("certificate", one.id).add("name", one.name).add("issuer", one.issuer);
    info_.add(MetricLabels{labels}.add("key_type", one.key_type), 1);
    if (one.not_before) not_before_.add(labels, seconds(*one.not_before));
    if (one.not_after) not_after_.add(labels, seconds(*one.not_after));
    if (one.renew_at) next_renewal_.add(labels, seconds(*one.renew_at));
    state_.add(MetricLabels{labels}.add("state", standing_name(one.standing)), 1);
    if (one.served != ServedState::unknown) served_.add(labels, one.served == ServedState::live ? 1 : 0);
    failures_.add(labels, one.failures);
  }
  void append_to(Text& text) && {
    for (FamilyText* one : {&info_, &not_before_, &not_after_, &next_renewal_, &state_, &served_, &failures_}) {
      text.append(std::move(*one));
    }
  }

 private:
  FamilyText info_;
  FamilyText not_before_;
  FamilyText not_after_;
  FamilyText next_renewal_;
  FamilyText state_;
  FamilyText served_;
  FamilyText failures_;
};

std::string in_seconds(std::chrono::milliseconds time) {
  const std::string fraction = std::to_string(time.count() % 1000);
  return cat(time.count() / 1000, '.', std::string(3 - fraction.size(), '0'), fraction);
}

void write_histogram(FamilyText& text, const std::string& issuer, const Histogram& histogram) {
  const MetricLabels labels = MetricLabels{}.add("issuer", issuer);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    sum += histogram.counts[i];
    text.add_part("_bucket", MetricLabels{labels}.add("le", kDurationBucketNames[i]), std::to_string(sum));
  }
  text.add_part("_sum", labels, in_seconds(histogram.sum));
  text.add_part("_count", labels, std::to_string(sum));
}

/// A series that begins with its first event hides that event from rate(): what is sure to be counted begins with 0.
void begin_with_zero(Counters& counters, const std::vector<IssuerHealth>& issuers) {
  for (const auto& issuer : issuers) {
    counters.attempts.try_emplace({issuer.name, "success"}, 0);
    counters.durations.try_emplace(issuer.name);
    counters.requests.try_emplace({issuer.name, "200"}, 0);
    counters.requests.try_emplace({issuer.name, "none"}, 0);
  }
  for (const char* outcome : {"asked", "hindered", "failed"}) counters.reloads.try_emplace(outcome, 0);
}

void write_attempts(Text& text, const Counters& counters) {
  text.by_pair(family::kAttempts, counters.attempts, "issuer", "outcome");
  FamilyText durations = text.family(family::kDuration);
  for (const auto& [issuer, histogram] : counters.durations) write_histogram(durations, issuer, histogram);
  text.append(std::move(durations));
  text.by_pair(family::kRequests, counters.requests, "issuer", "code");
}

void write_issuers(Text& text, const std::vector<IssuerHealth>& issuers) {
  using Value = std::optional<std::int64_t>;
  const auto moment = [](const std::optional<UtcTime>& time) { return time ? Value{seconds(*time)} : std::nullopt; };
  text.by_issuer(family::kIssuerUp, issuers, [](const IssuerHealth& one) { return Value{one.failures == 0 ? 1 : 0}; });
  text.by_issuer(family::kIssuerFailures, issuers, [](const IssuerHealth& one) { return Value{one.failures}; });
  text.by_issuer(family::kFailingSince, issuers, [&](const IssuerHealth& one) { return moment(one.failing_since); });
  text.by_issuer(family::kPausedUntil, issuers, [&](const IssuerHealth& one) { return moment(one.paused_until); });
  text.by_issuer(family::kLastSuccess, issuers, [&](const IssuerHealth& one) { return moment(one.last_success); });
  FamilyText allowed = text.family(family::kLimitAllowed);
  FamilyText remaining = text.family(family::kLimitRemaining);
  for (const auto& issuer : issuers) {
    for (const auto& limit : issuer.limits) {
      const MetricLabels labels = MetricLabels{}.add("issuer", issuer.name).add("limit", limit.limit);
      allowed.add(labels, number(limit.allowed));
      remaining.add(labels, number(limit.allowed - std::min(limit.used, limit.allowed)));
    }
  }
  text.append(std::move(allowed));
  text.append(std::move(remaining));
}

void write_reloads(Text& text, const Counters& counters, const Overview& overview) {
  FamilyText reloads = text.family(family::kReloads);
  for (const auto& [outcome, count] : counters.reloads) {
    reloads.add(MetricLabels{}.add("outcome", outcome), number(count));
  }
  text.append(std::move(reloads));
  text.single(family::kReloadPending, overview.reload_pending.empty() ? 0 : 1);
  if (overview.last_reload) text.single(family::kLastReload, seconds(*overview.last_reload));
  text.by_pair(family::kNotices, counters.notices, "kind", "outcome");
}

}  // namespace

const char* metrics_content_type(MetricsFormat format) {
  return format == MetricsFormat::open_metrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                               : "text/plain; version=0.0.4; charset=utf-8";
}

Result<Pieces> metrics_text(StatusSource& source, MetricsFormat format, UtcTime now) {
  auto overview = source.overview();
  if (!overview) return std::move(overview).error();
  Text text{format};
  write_engine(text, *overview, now);
  Certificates certificates{text};
  auto read = source.each([&](const CertificateSummary& one) { certificates.add(one); });
  if (!read) return std::move(read).error();
  std::move(certificates).append_to(text);
  auto counters = source.counters();
  if (counters) {
    begin_with_zero(*counters, overview->issuers);
    write_attempts(text, *counters);
  }
  write_issuers(text, overview->issuers);
  write_reloads(text, counters ? *counters : Counters{}, *overview);
  return text.take();
}

}  // namespace acme
