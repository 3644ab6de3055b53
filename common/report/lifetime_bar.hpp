// A certificate's life as a drawn bar: from issue to expiry, what is over of it, the window that the CA suggests for
// its renewal, the moment that was chosen, and now. Everything a bar says is said in words beside it.
#pragma once

#include <span>

#include "common/report/html_text.hpp"
#include "common/report/records.hpp"

namespace acme {

/// What the width of a bar stands for.
struct TimeAxis {
  UtcTime begin;
  UtcTime end;
};

/// A certificate's own life.
TimeAxis axis_of(const CertificateSummary& certificate);
/// One for all of them, so that bars can be compared: at most 400 days to either side of now.
TimeAxis axis_of(std::span<const CertificateSummary> certificates, UtcTime now);

/// Inline SVG without any style attribute (the policy allows none); nothing for a certificate without dates.
void add_lifetime_bar(Html& html, const CertificateSummary& certificate, const TimeAxis& axis, UtcTime now);
void add_bar_legend(Html& html);

}  // namespace acme
