#include "common/renew/limits.hpp"

#include <algorithm>

namespace acme {

namespace {

constexpr Seconds kHour = std::chrono::hours{1};
constexpr Seconds kWeek = std::chrono::days{7};
constexpr std::size_t kSameNames = 5;
constexpr std::size_t kForgetAt = 64;

template <class Map>
auto* find(Map& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

template <class Map>
const MomentList* find(const Map& map, const std::string& issuer, const std::string& name) {
  const auto* of_issuer = find(map, issuer);
  return of_issuer == nullptr ? nullptr : find(*of_issuer, name);
}

}  // namespace

void MomentList::follow_clock_back(UtcTime now) {
  std::fill(std::upper_bound(times_.begin(), times_.end(), now), times_.end(), now);
}

void MomentList::add(UtcTime time) {
  times_.insert(std::upper_bound(times_.begin(), times_.end(), time), time);
  // Now and then, so that it costs nothing each time.
  if (times_.size() < kForgetAt || times_.front() > time - span_ * 2) return;
  times_.erase(times_.begin(), std::lower_bound(times_.begin(), times_.end(), time - span_));
}

MomentList::Range MomentList::range(UtcTime now, Seconds span) const {
  return {std::upper_bound(times_.begin(), times_.end(), now - span), times_.end()};
}

std::size_t MomentList::count(UtcTime now, Seconds span) const {
  const auto [first, last] = range(now, span);
  return static_cast<std::size_t>(last - first);
}

std::vector<UtcTime> MomentList::within(UtcTime now) const {
  const auto [first, last] = range(now, span_);
  return {first, last};
}

std::optional<UtcTime> MomentList::next_slot(std::size_t limit, UtcTime now) const {
  const auto [first, last] = range(now, span_);
  const auto used = static_cast<std::size_t>(last - first);
  if (used < limit) return std::nullopt;
  if (limit == 0) return now + span_;
  return std::min(*(last - static_cast<std::ptrdiff_t>(limit)), now) + span_ + Seconds{1};
}

std::size_t same_names_per_week(std::optional<Seconds> lifetime, std::size_t key_types) {
  if (!lifetime) return kSameNames;
  const auto needed = static_cast<std::size_t>(4 * kWeek / std::max(*lifetime, Seconds{1}));
  return std::max(kSameNames, needed * std::max<std::size_t>(key_types, 1));
}

void Limits::note_order(const std::string& issuer, UtcTime time) {
  orders_.try_emplace(issuer, kOrderSpan).first->second.add(time);
}

void Limits::note_failed_validation(const std::string& issuer, const std::string& name, UtcTime time) {
  failed_[issuer].try_emplace(name, kHour).first->second.add(time);
}

void Limits::note_issued(const std::string& issuer, const std::string& set, UtcTime time) {
  issued_[issuer].try_emplace(set, kWeek).first->second.add(time);
}

void Limits::follow_clock_back(UtcTime now) {
  for (auto& [issuer, moments] : orders_) moments.follow_clock_back(now);
  for (auto* by_issuer : {&failed_, &issued_}) {
    for (auto& [issuer, names] : *by_issuer) {
      for (auto& [name, moments] : names) moments.follow_clock_back(now);
    }
  }
}

std::optional<UtcTime> Limits::order_slot(const std::string& issuer, std::size_t limit, std::size_t spoken_for,
                                          UtcTime now) const {
  if (spoken_for >= limit) return now + Seconds{1};
  const MomentList* orders = find(orders_, issuer);
  return orders == nullptr ? std::nullopt : orders->next_slot(limit - spoken_for, now);
}

std::optional<UtcTime> Limits::same_names_slot(const std::string& issuer, const std::string& set, std::size_t limit,
                                               UtcTime now) const {
  const MomentList* issued = find(issued_, issuer, set);
  return issued == nullptr ? std::nullopt : issued->next_slot(limit, now);
}

std::size_t Limits::issued_within(const std::string& issuer, const std::string& set, Seconds span, UtcTime now) const {
  const MomentList* issued = find(issued_, issuer, set);
  return issued == nullptr ? 0 : issued->count(now, span);
}

std::size_t Limits::orders_within_span(const std::string& issuer, UtcTime now) const {
  const MomentList* orders = find(orders_, issuer);
  return orders == nullptr ? 0 : orders->count(now);
}

std::size_t Limits::most_failed_validations(const std::string& issuer, UtcTime now) const {
  std::size_t most = 0;
  const ByName* failed = find(failed_, issuer);
  if (failed == nullptr) return most;
  for (const auto& [name, moments] : *failed) most = std::max(most, moments.count(now));
  return most;
}

std::vector<UtcTime> Limits::failed_validations(const std::string& issuer, const std::string& name, UtcTime now) const {
  const MomentList* failed = find(failed_, issuer, name);
  return failed == nullptr ? std::vector<UtcTime>{} : failed->within(now);
}

}  // namespace acme
