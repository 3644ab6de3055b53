// What was ordered for the same names lately, and whether one more may be.
#include <algorithm>

#include "common/base/text.hpp"
#include "common/runtime/tended_certificate.hpp"

namespace acme {

namespace {

constexpr Seconds kHour{3600};
constexpr std::size_t kAtOnce = 2;

}  // namespace

/// A CA that wants each certificate replaced as soon as it has issued it gets two, then one an hour, or in a quarter
/// of the lifetime where that is less. An order that is made already goes on.
std::optional<UtcTime> TendedCertificate::early_hold() const {
  if (!state_.suggested || wanted_now_ || !meta_) return std::nullopt;
  const Seconds span = std::min(kHour, current_->lifetime() / 4);
  const auto lately = services_.ledger->limits().issued_within(issuer().config().name, name_set_, 2 * span, now());
  if (lately < kAtOnce * key_types() || has_order()) return std::nullopt;
  return meta_->issued_at + span;
}

/// A CA gives all key types the same; what was never issued lives as long as its sibling.
std::optional<Seconds> TendedCertificate::usual_lifetime() const {
  if (current_ || siblings_ == nullptr) return lifetime();
  const auto known =
      std::find_if(siblings_->begin(), siblings_->end(), [](const auto* one) { return one->lifetime(); });
  return known == siblings_->end() ? std::nullopt : (*known)->lifetime();
}

/// They will be certificates as well.
std::size_t TendedCertificate::orders_of_siblings() const {
  if (siblings_ == nullptr) return 0;
  const auto is_made = [this](const TendedCertificate* one) { return one != this && one->has_order(); };
  return static_cast<std::size_t>(std::count_if(siblings_->begin(), siblings_->end(), is_made));
}

bool TendedCertificate::may_be_ordered() {
  if (has_order()) return true;  // it is made, and going on costs the CA nothing
  const std::size_t limit = same_names_per_week(usual_lifetime(), key_types());
  const std::size_t places = limit - std::min(limit - 1, orders_of_siblings());
  const auto slot = services_.ledger->limits().same_names_slot(issuer().config().name, name_set_, places, now());
  if (!slot) {
    limit_told_.reset();
    return true;
  }
  if (limit_told_ != *slot) {
    services_.log->warn(
        cat(config_.first_name, ": ", limit, " certificates for exactly these names came from ", issuer().config().name,
            " within 7 days, as many as a CA allows: the next one is ordered at ", format_for_people(*slot)));
  }
  limit_told_ = *slot;
  wanted_now_ = false;
  tell_changed();
  return false;
}

}  // namespace acme
