// Where a certificate stands, in the words of the status page.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "common/report/records.hpp"

namespace acme {

/// One word for a count and a filter: "fine", "renewing", "not configured".
std::string_view standing_label(CertificateStanding standing);
/// What that means, in a sentence.
std::string_view standing_meaning(CertificateStanding standing);
/// The class of the style sheet: "good", "busy", "warn", "bad", "quiet".
std::string_view standing_tone(const CertificateSummary& certificate);
std::string_view standing_tone(CertificateStanding standing);
std::string_view served_tone(ServedState served);

/// "valid, live"; "valid, live; its renewal failed 3 times in a row".
std::string state_words(const CertificateSummary& certificate);
/// What happens next by itself, as the beginning of a sentence that a time ends: "renewal", "next attempt".
std::string_view next_event_words(const CertificateSummary& certificate);

/// The order in which counts are shown: what needs somebody first.
inline constexpr std::array<CertificateStanding, kStandings> kShownOrder{
    CertificateStanding::failing, CertificateStanding::expiring, CertificateStanding::expired,
    CertificateStanding::revoked, CertificateStanding::ordering, CertificateStanding::none,
    CertificateStanding::valid,   CertificateStanding::orphan};

}  // namespace acme
