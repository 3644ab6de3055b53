// StatusSource: where the status page and the metrics are read from. FileStatus (status_files.hpp) is the real one;
// tests/fakes/memory_status.hpp the one of the tests.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/report/counters.hpp"
#include "common/report/records.hpp"

namespace acme {

struct SummaryQuery {
  std::vector<CertificateStanding> standings;  // empty: all
  std::string search;                          // part of the first name, an issuer or an id, any case; empty: all
  std::size_t offset = 0;
  std::size_t limit = 50;
};

struct SummaryPage {
  std::size_t matching = 0;  // in all
  std::vector<CertificateSummary> rows;
};

/// All are read-only, cheap and independent of one another: what they return may be a second apart.
/// ErrorKind::not_found: nothing was written yet; malformed: damaged or of another version of this software; io,
/// permission.
class StatusSource {
 public:
  virtual ~StatusSource() = default;
  virtual Result<Overview> overview() = 0;
  /// Sorted by name, those that need an operator in front (failing, expiring, expired, revoked).
  virtual Result<SummaryPage> summaries(const SummaryQuery& query) = 0;
  /// Those whose next event is soonest.
  virtual Result<std::vector<CertificateSummary>> next_events(std::size_t limit) = 0;
  virtual Result<CertificateDetail> certificate(const std::string& id) = 0;
  virtual Result<Counters> counters() = 0;
  /// Every certificate, once, in no order; for the metrics.
  virtual Status each(const std::function<void(const CertificateSummary&)>& visit) = 0;
};

}  // namespace acme
