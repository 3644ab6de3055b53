#include "common/report/status_facts.hpp"

#include <algorithm>

#include "common/base/text.hpp"

namespace acme {

namespace {

Result<SummaryPage> read_page(StatusQuestion& question, StatusSource& source) {
  SummaryQuery query;
  query.standings = question.standings;
  query.search = question.search;
  query.limit = question.per_page;
  query.offset = (question.page - 1) * question.per_page;
  auto page = source.summaries(query);
  if (!page || query.offset == 0 || query.offset < page->matching) return page;
  question.page = std::max<std::size_t>(1, (page->matching + question.per_page - 1) / question.per_page);
  query.offset = (question.page - 1) * question.per_page;
  return source.summaries(query);
}

}  // namespace

std::size_t OverviewFacts::pages() const {
  return std::max<std::size_t>(1, (certificates.matching + question.per_page - 1) / question.per_page);
}

Result<OverviewFacts> read_overview(const StatusQuestion& question, StatusSource& source, UtcTime now) {
  auto overview = source.overview();
  if (!overview) return std::move(overview).error();
  OverviewFacts facts;
  facts.now = now;
  facts.question = question;
  facts.overview = *std::move(overview);
  auto page = read_page(facts.question, source);
  auto events = source.next_events(kShownEvents);
  if (!page) facts.unread = page.error();
  if (!events) facts.unread = events.error();
  if (page) facts.certificates = *std::move(page);
  if (events) facts.events = *std::move(events);
  return facts;
}

Result<CertificatePageFacts> read_certificate(const std::string& id, StatusSource& source, UtcTime now) {
  auto overview = source.overview();
  if (!overview) return explained(std::move(overview).error());
  auto detail = source.certificate(id);
  if (!detail && detail.error().kind == ErrorKind::not_found) {
    return Error{ErrorKind::not_found, cat("There is no certificate \"", cleaned(id, 100), "\".")};
  }
  if (!detail) return explained(std::move(detail).error());
  return CertificatePageFacts{now, *std::move(overview), *std::move(detail)};
}

bool is_stale(const Overview& overview, UtcTime now) {
  // In the future when the clock was set back, which a living engine corrects at its next heartbeat.
  return overview.written < now - kStatusStale || overview.written > now + kStatusStale;
}

std::uint64_t certificates_in_all(const Overview& overview) {
  std::uint64_t sum = 0;
  for (const auto count : overview.counts) sum += count;
  return sum;
}

int refresh_seconds(const Overview& overview) {
  return overview.counts[static_cast<std::size_t>(CertificateStanding::ordering)] > 0 ? 2 : 10;
}

Error explained(Error error) {
  switch (error.kind) {
    case ErrorKind::configuration: return error;  // says it all
    case ErrorKind::not_found:
      return {
          ErrorKind::not_found, "The engine has not written its status yet.",
          "It does within seconds after the server's start. If this stays: the server's error log says why no engine "
          "runs, and `acmectl status` asks it directly."};
    case ErrorKind::malformed:
      return {
          ErrorKind::malformed, cat("The status files cannot be understood: ", error.message),
          "They are damaged, or another version of this module wrote them. Restart the server: they are written anew."};
    case ErrorKind::permission:
      return {ErrorKind::permission, cat("The status files must not be read: ", error.message),
              error.hint.empty()
                  ? "The state directory's engine/ folder belongs to the user that the server's workers run "
                    "as."
                  : error.hint};
    default:
      return {error.kind, cat("The status files cannot be read: ", error.message),
              error.hint.empty() ? "The server's error log says more." : error.hint};
  }
}

}  // namespace acme
