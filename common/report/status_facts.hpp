// What one answer of the status page is made of, read from the source once: HTML and JSON show the same.
#pragma once

#include <optional>
#include <vector>

#include "common/report/status_request.hpp"
#include "common/report/status_source.hpp"

namespace acme {

/// How many bars the time line has.
inline constexpr std::size_t kShownEvents = 6;

struct OverviewFacts {
  UtcTime now;
  StatusQuestion question;  // its page exists
  Overview overview;
  SummaryPage certificates;
  std::vector<CertificateSummary> events;
  std::optional<Error> unread;  // certificates or events could not be read

  std::size_t pages() const;
  /// A list that was asked for stands alone: no time line, no issuers around it.
  bool is_whole() const { return !question.is_filtered() && question.page == 1; }
};

struct CertificatePageFacts {
  UtcTime now;
  Overview overview;
  CertificateDetail detail;
};

/// Fails with the overview; a page behind the last one becomes the last one.
Result<OverviewFacts> read_overview(const StatusQuestion& question, StatusSource& source, UtcTime now);
/// ErrorKind::not_found with an empty hint: the status is there, and has no such certificate.
Result<CertificatePageFacts> read_certificate(const std::string& id, StatusSource& source, UtcTime now);

/// The engine wrote nothing for too long: it is gone, or hangs.
bool is_stale(const Overview& overview, UtcTime now);
std::uint64_t certificates_in_all(const Overview& overview);
/// In how many seconds the page changes noticeably: soon while an order is under way.
int refresh_seconds(const Overview& overview);
/// An error of the source for people: what it means, and what to do.
Error explained(Error error);

}  // namespace acme
