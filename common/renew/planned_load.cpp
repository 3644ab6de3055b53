#include "common/renew/planned_load.hpp"

#include <algorithm>

namespace acme {

namespace {

constexpr int kDraws = 8;
constexpr double kBillion = 1e9;

std::int64_t billionths_an_hour(Seconds lifetime) {
  return std::int64_t{3600} * 1'000'000'000 * 3 / 2 / std::max<std::int64_t>(lifetime.count(), 1);
}

}  // namespace

void PlannedLoad::add(const Renewal& renewal) {
  ++hours_[hour(renewal.time)];
  billionths_ += billionths_an_hour(renewal.lifetime);
}

void PlannedLoad::remove(const Renewal& renewal) {
  const auto found = hours_.find(hour(renewal.time));
  if (found == hours_.end()) return;
  if (--found->second == 0) hours_.erase(found);
  billionths_ -= billionths_an_hour(renewal.lifetime);
}

double PlannedLoad::fair_share() const { return static_cast<double>(billionths_) / kBillion; }

std::size_t PlannedLoad::at(UtcTime time) const {
  const auto found = hours_.find(hour(time));
  return found == hours_.end() ? 0 : found->second;
}

UtcTime PlannedLoad::draw_quiet(const TimeWindow& window, UtcTime now, const std::function<double()>& chance) const {
  const auto enough = static_cast<std::size_t>(fair_share() * 5 / 4) + 2;
  UtcTime best = draw(window, chance());
  std::size_t least = at(std::max(best, now));
  for (int more = 1; more < kDraws && least >= enough; ++more) {
    const UtcTime other = draw(window, chance());
    const std::size_t load = at(std::max(other, now));
    if (load >= least) continue;
    best = other;
    least = load;
  }
  return best;
}

}  // namespace acme
