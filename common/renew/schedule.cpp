#include "common/renew/schedule.hpp"

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr Seconds kShortLived = std::chrono::days{10};

Seconds scaled(Seconds duration, double factor) {
  return Seconds{static_cast<std::int64_t>(static_cast<double>(duration.count()) * factor)};
}

/// How long before expiry the certificate is due, and why.
struct Rule {
  Seconds before_expiry;
  std::string reason;
};

Rule rule_for(Seconds lifetime, const std::optional<RenewBefore>& setting) {
  if (setting && setting->time) {
    const Seconds time = std::min(*setting->time, lifetime * 3 / 4);
    return {time, cat("renew_before is ", format_duration(*setting->time))};
  }
  if (setting && setting->percent > 0) {
    return {lifetime * setting->percent / 100, cat("renew_before is ", setting->percent, "% of its lifetime")};
  }
  if (lifetime < kShortLived) return {lifetime / 2, "half of its lifetime is left"};
  return {lifetime / 3, "a third of its lifetime is left"};
}

RenewalChoice by_rule(const RenewalFacts& facts) {
  const Seconds lifetime = facts.validity.lifetime();
  Rule rule = rule_for(lifetime, facts.setting);
  const UtcTime due = facts.validity.not_after - rule.before_expiry - scaled(lifetime, facts.chance / 50);
  const UtcTime soonest = facts.issued_at + (facts.validity.not_after - facts.issued_at) / 5;
  return {std::max({due, soonest, facts.validity.not_before}), std::move(rule.reason)};
}

RenewalChoice by_suggestion(const RenewalFacts& facts) {
  const Validity& validity = facts.validity;
  const UtcTime latest = validity.not_after - validity.lifetime() / 5 - scaled(validity.lifetime(), facts.chance / 50);
  if (facts.suggested->chosen > latest) {
    return {latest, "a fifth of its lifetime is left, and the CA suggests an even later time"};
  }
  return {facts.suggested->chosen, cat("the CA suggests it, until ", format_for_people(facts.suggested->end))};
}

/// A moment of the window's opening from `opens` on, by chance: not everybody in its first second.
UtcTime inside_opening(const DailyWindow& window, UtcTime opens, double chance) {
  Seconds span = std::chrono::hours{18};  // less than a day: the next opening is not this one
  while (span > Seconds{1} && !window.contains(opens + span)) span = span * 3 / 4;
  return opens + scaled(span, chance);
}

void move_into_window(RenewalChoice& choice, const RenewalFacts& facts) {
  if (!facts.window || facts.window->contains(choice.time)) return;
  const UtcTime moved = inside_opening(*facts.window, facts.window->next(choice.time), facts.chance);
  if (moved > emergency_time(facts.validity)) return;
  choice.time = moved;
  choice.reason += ", in the next renew_window";
}

}  // namespace

UtcTime emergency_time(const Validity& validity) { return validity.not_after - validity.lifetime() / 20; }

RenewalChoice choose_renewal(const RenewalFacts& facts) {
  if (facts.revoked) return {facts.issued_at, "it was revoked"};
  RenewalChoice choice = facts.suggested ? by_suggestion(facts) : by_rule(facts);
  move_into_window(choice, facts);
  const UtcTime emergency = emergency_time(facts.validity);
  if (choice.time > emergency) choice = {emergency, "a twentieth of its lifetime is left"};
  return choice;
}

}  // namespace acme
