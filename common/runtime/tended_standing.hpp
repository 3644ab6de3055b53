// Where a tended certificate stands and what comes next for it, in the words that the status page, the metrics and
// acmectl share.
#pragma once

#include <optional>
#include <string>

#include "common/report/standing.hpp"
#include "common/runtime/tended_certificate.hpp"

namespace acme {

CertificateStanding standing_of(const TendedCertificate& tended, UtcTime now);
/// When it stands elsewhere though nothing happens; nullopt: never.
std::optional<UtcTime> standing_changes_at(const TendedCertificate& tended, UtcTime now);

/// The next attempt; nullopt: nothing is tried by itself.
std::optional<UtcTime> next_attempt(TendedCertificate& tended);
/// Why then, for people.
std::string next_reason(const TendedCertificate& tended);

}  // namespace acme
