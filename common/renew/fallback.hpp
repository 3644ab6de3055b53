// When a certificate turns to another issuer. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "common/renew/back_off.hpp"

namespace acme {

struct IssuerTrouble {
  FailureClass type = FailureClass::passing;
  std::uint32_t failures = 0;            // in a row of this certificate there, this one included
  std::uint32_t allowed = 3;             // fallback_after
  Seconds lasted{0};                     // since the first of them, or since the issuer as a whole fails
  Seconds delay{0};                      // until the next try there
  std::optional<Seconds> lifetime_left;  // of what is served; nullopt: nothing but the placeholder
};

/// After `allowed` failures; local ones (the disk) say nothing of the issuer. A CA that does not answer gets up to a
/// tenth of the lifetime left, at most six hours, to come back, whatever was tried meanwhile: a short outage moves
/// nobody who has a certificate. One that names a time (rateLimited) is left at once when that is too far away: beyond
/// that tenth, or ten minutes while there is no certificate.
bool turns_to_next_issuer(const IssuerTrouble& trouble);

}  // namespace acme
