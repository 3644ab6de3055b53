// Counters: what the metrics count beside the certificates themselves: attempts, requests, reloads. They are stored
// with the status, so that they go on from one life of the engine to the next.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace acme {

/// Seconds; a last bucket without a limit follows.
inline constexpr std::array<double, 10> kDurationBuckets{0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900};

struct Histogram {
  std::array<std::uint64_t, kDurationBuckets.size() + 1> counts{};  // each bucket's own, not cumulative
  double sum = 0;

  void observe(std::chrono::milliseconds took);
};

/// One thread's: the engine's.
struct Counters {
  std::map<std::pair<std::string, std::string>, std::uint64_t> attempts;  // {issuer, "success" or a problem type}
  std::map<std::string, Histogram> durations;                             // of successful attempts, by issuer
  std::map<std::pair<std::string, std::string>, std::uint64_t> requests;  // {issuer, "200", "429", "none"}
  std::map<std::string, std::uint64_t> reloads;                           // by outcome: "asked", "hindered", "failed"
  std::map<std::pair<std::string, std::string>, std::uint64_t> notices;   // {kind, "sent" or "failed"}

  void attempt(const std::string& issuer, const std::string& outcome) { ++attempts[{issuer, outcome}]; }
  /// `status` 0: no answer.
  void request(const std::string& issuer, int status);
};

}  // namespace acme
