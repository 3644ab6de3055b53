#include "common/runtime/renewal_polls.hpp"

namespace acme {

namespace {

Task<void> poll(TendedCertificate& tended, CertificateAuthority& issuer) {
  const Wake turn = co_await issuer.polls().acquire();
  if (turn != Wake::ready) co_return;
  const Permit permit{issuer.polls()};
  const std::uint64_t version = tended.version();
  if (!issuer.answers_polls()) co_return tended.put_off_poll();
  auto task = issuer.renewal_info(tended.meta()->renewal_id);
  auto answer = co_await std::move(task);
  Status outcome;
  if (!answer) outcome = answer.error();
  issuer.note_poll(outcome);
  // Renewed meanwhile: the answer is of a certificate that is no more.
  if (tended.version() == version) tended.note_suggestion(answer);
}

}  // namespace

Task<void> follow_suggestions(Scheduler& scheduler, TendedCertificate& tended, const bool& stopping) {
  while (!stopping) {
    const auto next = tended.next_poll();
    const UtcTime now = scheduler.clock().now();
    if (next && *next <= now) {
      auto task = poll(tended, *tended.issued_by());
      co_await std::move(task);
      if (scheduler.cancelled()) co_return;
      continue;
    }
    std::optional<SteadyTime> until;
    if (next) until = scheduler.clock().steady_now() + (*next - now);
    const Wake wake = co_await tended.changed().wait_until(until);
    if (wake == Wake::cancelled) co_return;
  }
}

}  // namespace acme
