// When a certificate is to be renewed. Pure: times and chance come in, a time goes out.
#pragma once

#include <optional>

#include "common/base/time.hpp"
#include "common/config/model.hpp"

namespace acme {

struct Validity {
  UtcTime not_before;
  UtcTime not_after;

  Seconds lifetime() const { return not_after - not_before; }
};

/// The moment at which a third of the lifetime is left (half of one under 10 days), or what the
/// operator set, and up to 1/50 of the lifetime earlier by `chance` in [0, 1): neighbours spread.
/// An operator's setting longer than the lifetime is read as three quarters of it.
UtcTime renewal_time(const Validity& validity, const std::optional<RenewBefore>& setting, double chance);

/// A stored moment is used only while it can be right: after not_before, at least a twentieth of
/// the lifetime before not_after. Anything else (a clock that jumped, a damaged file) is chosen anew.
bool plausible_renewal_time(const Validity& validity, UtcTime chosen);

}  // namespace acme
