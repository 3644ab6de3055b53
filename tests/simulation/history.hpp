// History: what happened in one simulation, line by line, and the first thing that must not have happened.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/base/time.hpp"

namespace acme_test {

class History {
 public:
  /// `clock`: the time that is true, borrowed.
  explicit History(const acme::Clock& clock) : clock_{clock}, began_{clock.steady_now()} {}

  /// A line that holds what is forbidden is a violation.
  void add(const std::string& who, const std::string& what);
  /// Secrets, which no line of a log may hold: `what` says which one.
  void forbid(const std::string& what, std::string text) { forbidden_.insert_or_assign(std::move(text), what); }
  /// An invariant does not hold: the simulation ends with this.
  void violated(const std::string& invariant);
  bool broken() const noexcept { return !violation_.empty(); }
  const std::string& violation() const noexcept { return violation_; }

  /// How often something was done or survived, for the totals: "deaths", "faults of the CA".
  void count(const char* what) { ++counts_[what]; }
  const std::map<std::string, std::uint64_t>& counts() const noexcept { return counts_; }

  /// One line each: "0d 00:00:12.345 engine: ...".
  std::string text() const;
  std::size_t lines() const noexcept { return lines_.size(); }

 private:
  struct Line {
    acme::Duration time;
    std::string text;
  };
  const acme::Clock& clock_;
  const acme::SteadyTime began_;
  std::vector<Line> lines_;
  std::map<std::string, std::string> forbidden_;
  std::string violation_;
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace acme_test
