// SummaryOrder: which summaries a query asks for and in which order they come; the same for every StatusSource.
#pragma once

#include <optional>
#include <string_view>

#include "common/report/status_source.hpp"

namespace acme {

/// Those that an operator has to look at come first.
bool needs_operator(CertificateStanding standing);
/// The next attempt, else the expiry that nothing is tried before; nullopt: nothing happens any more.
std::optional<UtcTime> next_event(const CertificateSummary& summary);
/// Is it one of those that are asked for (none named: all)?
bool is_asked_for(CertificateStanding standing, const SummaryQuery& query);
/// Is `part` in its first name, its issuer or its id? ASCII case does not matter; an empty one is in all.
bool holds_text(const CertificateSummary& summary, std::string_view part);
/// By name, for equal ones by id: those that need an operator are not in front yet.
bool comes_before(const CertificateSummary& one, const CertificateSummary& other);

}  // namespace acme
