// PlannedLoad: how many renewals are planned for each hour, by all certificates of one engine.
//
// A CA's window leaves the moment to us (RFC 9773 §4.2). Drawn at random alone, certificates that were once renewed
// together, after an outage or because the CA wanted all of them replaced, meet again in each later window. Pure:
// times and chance come in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>

#include "common/base/time.hpp"
#include "common/renew/suggestion.hpp"

namespace acme {

class PlannedLoad {
 public:
  struct Renewal {
    UtcTime time;
    Seconds lifetime;  // of the certificate
  };
  void add(const Renewal& renewal);
  /// Undoes one add().
  void remove(const Renewal& renewal);
  std::size_t at(UtcTime time) const;
  /// Of an hour, if all were spread evenly: each is renewed about once in two thirds of its lifetime.
  double fair_share() const;
  /// A moment inside the window, uniform by `chance`. One whose hour has a quarter more than its fair share already is
  /// drawn again, a few times; then the least busy is taken. (The least busy one always would be late in the window,
  /// for which others have not drawn yet.) What is past counts as `now`.
  UtcTime draw_quiet(const TimeWindow& window, UtcTime now, const std::function<double()>& chance) const;

 private:
  static std::int64_t hour(UtcTime time) {
    return std::chrono::floor<std::chrono::hours>(time.time_since_epoch()).count();
  }

  std::unordered_map<std::int64_t, std::size_t> hours_;
  std::int64_t billionths_ = 0;  // of a renewal in each hour; exact, whatever is added and removed
};

}  // namespace acme
