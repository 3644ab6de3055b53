#include "common/report/escalation.hpp"

#include <algorithm>

namespace acme {

namespace {

constexpr Seconds kHour = std::chrono::hours{1};
constexpr Seconds kDay = std::chrono::days{1};
constexpr Seconds kWeek = std::chrono::weeks{1};
/// A passing trouble matters once it has lasted this part of the time left.
constexpr int kPatientPart = 20;
/// The part of the lifetime within which a first notice makes that of the third superfluous.
constexpr int kNewsPart = 60;

int weeks_in(Seconds time) { return static_cast<int>(std::clamp<std::int64_t>(time / kWeek, 0, 10000)); }

int level_by_age(Seconds age) {
  if (age < kDay) return 1;
  return 2 + weeks_in(age - kDay);
}

int level_by_lifetime(Seconds lifetime, Seconds left) {
  if (left.count() <= 0) return 4 + weeks_in(-left);
  if (left <= lifetime / 10) return 3;
  if (left <= lifetime / 5) return 2;
  return left <= lifetime / 3 ? 1 : 0;
}

}  // namespace

std::optional<int> escalation_level(const TroubleAge& age) {
  // A clock that was set back makes nothing older than it is.
  const Seconds lasted = std::max(age.now - age.since, Seconds{0});
  if (lasted < age.patience) return std::nullopt;
  if (!age.not_before || !age.not_after) {
    if (age.passing && lasted < kHour) return std::nullopt;
    return level_by_age(lasted);
  }
  const Seconds left = *age.not_after - age.now;
  const int level = level_by_lifetime(std::max(*age.not_after - *age.not_before, Seconds{1}), left);
  if (age.passing && (level == 0 || lasted < left / kPatientPart)) return std::nullopt;
  return level;
}

bool is_escalation(int level, int told_level, Seconds told_ago, std::optional<Seconds> lifetime) {
  if (level <= told_level) return false;
  return !(level == 1 && told_level == 0 && lifetime && told_ago < *lifetime / kNewsPart);
}

}  // namespace acme
