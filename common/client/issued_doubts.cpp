#include "common/client/issued_doubts.hpp"

#include <algorithm>

#include "common/base/text.hpp"

namespace acme {

bool has_expired(const CertificateFacts& facts, UtcTime started, UtcTime now) {
  const bool clock_was_ahead = started > now;
  return now > facts.not_after && (clock_was_ahead || now - started > facts.not_after - facts.not_before);
}

void tell_what_is_missing(const OrderContext& context, const OrderRequest& request, const CertificateFacts& facts) {
  if (request.must_staple && !facts.must_staple) {
    context.log->warn(cat(request.title, ": the CA left out must_staple; the certificate is used all the same"));
  }
  CaHabits& habits = *context.habits;
  if (!request.lifetime || habits.refuses_lifetime || habits.lifetime_told) return;
  // A CA rounds, and dates back by an hour.
  const Seconds given = facts.not_after - facts.not_before;
  const Seconds tolerance = std::max(*request.lifetime / 10, Seconds{7200});
  if (given <= *request.lifetime + tolerance) return;
  habits.lifetime_told = true;
  context.log->warn(cat(request.title, ": the CA gives certificates of ", format_duration(given), ", not of ",
                        format_duration(*request.lifetime), " as `lifetime` asks"));
}

}  // namespace acme
