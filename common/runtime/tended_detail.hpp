// What the status files say of a tended certificate.
#pragma once

#include <optional>
#include <string>

#include "common/report/records.hpp"
#include "common/runtime/tended_certificate.hpp"

namespace acme {

/// A row of the list. What is served is not known here.
CertificateSummary summary_of(TendedCertificate& tended, UtcTime now);

/// What the engine's services know of it besides.
struct DetailFacts {
  const CertificateDetail* before = nullptr;  // as it was written last, maybe by another life; nullptr: never
  std::optional<Attempt> attempt;             // of this life
  std::string path;                           // of its folder in live/; empty: there is none
};

/// All of it. History, chain, last attempt and what was seen to be served are taken over from `before`; what that does
/// not have is read from the store, which is work.
CertificateDetail detail_of(TendedCertificate& tended, DetailFacts facts, UtcTime now);

}  // namespace acme
