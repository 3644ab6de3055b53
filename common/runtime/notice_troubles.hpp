// What is wrong with a certificate, in the words of notices. Pure but for the state that is read.
#pragma once

#include <vector>

#include "common/report/trouble.hpp"
#include "common/runtime/activation.hpp"

namespace acme {

class TendedCertificate;

/// `activation`: may be absent; nothing is known then of what is served.
TroubledCertificate facts_of(const TendedCertificate& tended, const Activation* activation);
/// Adds what is wrong with it now.
void add_troubles(const TendedCertificate& tended, const Activation* activation, UtcTime now,
                  std::vector<Trouble>& troubles);

}  // namespace acme
