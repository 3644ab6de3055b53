#include "common/renew/schedule.hpp"

#include <algorithm>

namespace acme {

namespace {

constexpr Seconds kShortLived = std::chrono::days{10};

Seconds scaled(Seconds duration, double factor) {
  return Seconds{static_cast<std::int64_t>(static_cast<double>(duration.count()) * factor)};
}

/// How long before expiry the certificate is due.
Seconds time_before_expiry(Seconds lifetime, const std::optional<RenewBefore>& setting) {
  if (setting && setting->time) return std::min(*setting->time, lifetime * 3 / 4);
  if (setting && setting->percent > 0) return lifetime * setting->percent / 100;
  return lifetime < kShortLived ? lifetime / 2 : lifetime / 3;
}

}  // namespace

UtcTime renewal_time(const Validity& validity, const std::optional<RenewBefore>& setting, double chance) {
  const Seconds lifetime = std::max(validity.lifetime(), Seconds{1});
  const Seconds jitter = scaled(lifetime, chance / 50);
  return std::max(validity.not_before, validity.not_after - time_before_expiry(lifetime, setting) - jitter);
}

bool plausible_renewal_time(const Validity& validity, UtcTime chosen) {
  return chosen >= validity.not_before && chosen <= validity.not_after - validity.lifetime() / 20;
}

}  // namespace acme
