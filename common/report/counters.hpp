// Counters: what the metrics count beside the certificates themselves: attempts, requests, reloads, notices. They are
// stored with the status, so that they go on from one life of the engine to the next.
//
// What counts under which label is bounded here: a CA can make up problem types and status codes, and each would be a
// time series of its own for ever.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/result.hpp"

namespace acme {

/// Seconds; a last bucket without a limit follows.
inline constexpr std::array<double, 10> kDurationBuckets{0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900};
/// The same as the metrics and the stored form write them.
inline constexpr std::array<const char*, kDurationBuckets.size() + 1> kDurationBucketNames{
    "0.5", "1.0", "2.5", "5.0", "10.0", "30.0", "60.0", "120.0", "300.0", "900.0", "+Inf"};

struct Histogram {
  std::array<std::uint64_t, kDurationBuckets.size() + 1> counts{};  // each bucket's own, not cumulative
  std::chrono::milliseconds sum{0};

  void observe(std::chrono::milliseconds took);
  bool operator==(const Histogram&) const = default;
};

/// What an attempt counts as: "success"; an ACME problem type of RFC 8555 and its companions, "other" for one that the
/// CA made up; without one the ErrorKind ("transport", "io").
const char* attempt_outcome(const Status& outcome);
/// "200"; "none" for 0, no answer; "other" for what no ACME server and no proxy before it has reason to say.
const char* status_label(int status);

/// One thread's: the engine's.
struct Counters {
  std::map<std::pair<std::string, std::string>, std::uint64_t> attempts;  // {issuer, attempt_outcome()}
  std::map<std::string, Histogram> durations;                             // of successful attempts, by issuer
  std::map<std::pair<std::string, std::string>, std::uint64_t> requests;  // {issuer, status_label()}
  std::map<std::string, std::uint64_t> reloads;                           // by outcome: "asked", "hindered", "failed"
  std::map<std::pair<std::string, std::string>, std::uint64_t> notices;   // {kind, "sent" or "failed"}

  /// ErrorKind::cancelled is no attempt. `took`: of one that succeeded.
  void attempt(const std::string& issuer, const Status& outcome, std::chrono::milliseconds took);
  /// `status` 0: no answer.
  void request(const std::string& issuer, int status) { ++requests[{issuer, status_label(status)}]; }
  void reload(const char* outcome) { ++reloads[outcome]; }
  /// `kind`: "webhook", "mail", "syslog".
  void notice(const std::string& kind, bool sent) { ++notices[{kind, sent ? "sent" : "failed"}]; }

  bool operator==(const Counters&) const = default;
};

/// One JSON object.
std::string counters_to_json(const Counters& counters);
/// What counters_to_json() wrote, maybe another version of it: what is not known, or is no number of events, is left
/// out, and so is all beyond 1000 rows of a kind. ErrorKind::malformed: no JSON object.
Result<Counters> parse_counters(std::string_view json);

}  // namespace acme
