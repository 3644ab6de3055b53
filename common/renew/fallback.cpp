#include "common/renew/fallback.hpp"

#include <algorithm>

namespace acme {

bool turns_to_next_issuer(const IssuerTrouble& trouble) {
  constexpr Seconds longest_outage = std::chrono::hours{6};
  constexpr Seconds longest_hold = std::chrono::minutes{10};
  const bool often = trouble.failures >= trouble.allowed;
  const auto left = trouble.lifetime_left;
  switch (trouble.type) {
    case FailureClass::local: return false;
    case FailureClass::passing: {
      const Seconds patience = left ? std::clamp(*left / 10, Seconds{0}, longest_outage) : Seconds{0};
      return often && trouble.lasted >= patience;
    }
    case FailureClass::rate_limited:
      return often || trouble.delay > (left ? std::max(*left / 10, Seconds{0}) : longest_hold);
    default: return often;
  }
}

}  // namespace acme
