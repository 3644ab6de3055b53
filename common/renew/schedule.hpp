// When a certificate is to be renewed, and why. Pure: times, settings and chance come in.
//
// In this order: it was revoked; the CA suggests a time (RFC 9773); the operator set one; a third of the
// lifetime is left (half of one under 10 days). The CA's time is never later than a fifth of the lifetime
// before expiry, nobody's later than a twentieth: from there on it is an emergency.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "common/base/time.hpp"
#include "common/config/model.hpp"

namespace acme {

struct Validity {
  UtcTime not_before;
  UtcTime not_after;

  Seconds lifetime() const { return std::max(not_after - not_before, Seconds{1}); }
};

/// A point inside a window that the CA suggested, drawn once.
struct SuggestedTime {
  UtcTime chosen;
  UtcTime end;  // of the window
};

struct RenewalFacts {
  Validity validity;
  UtcTime issued_at;  // when we got it; a CA may date it far back
  bool revoked = false;
  std::optional<SuggestedTime> suggested;
  std::optional<RenewBefore> setting;
  std::optional<DailyWindow> window;  // a planned moment is moved into it, an emergency is not
  double chance = 0;                  // in [0, 1): the same at each call for one certificate, spread over many
};

struct RenewalChoice {
  UtcTime time;
  std::string reason;  // for people: "a third of its lifetime is left"
};

/// Up to 1/50 of the lifetime earlier by `chance`, so that neighbours spread; the CA's own moment is kept as it is.
/// Without revocation and the CA's word never in the first fifth of the life from `issued_at` on: a CA may date a
/// short-lived certificate so far back that it is born due. A setting longer than the lifetime is read as three
/// quarters of it.
RenewalChoice choose_renewal(const RenewalFacts& facts);

/// From here on nothing is put off: a twentieth of the lifetime is left.
UtcTime emergency_time(const Validity& validity);

}  // namespace acme
