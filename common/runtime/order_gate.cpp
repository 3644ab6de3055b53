#include "common/runtime/order_gate.hpp"

#include "common/base/text.hpp"

namespace acme {

OrderGate::OrderGate(std::string issuer, bool limited, Services services)
    : issuer_{std::move(issuer)},
      limited_{limited},
      services_{services},
      first_{*services.scheduler, kFirstOrdersPerSpan},
      renewals_{*services.scheduler, kOrdersPerSpan},
      moved_{*services.scheduler} {}

Task<bool> OrderGate::enter(bool first_issuance) {
  if (stopping_) co_return false;
  if (!limited_) {
    ++inside_;
    co_return true;
  }
  Lane& lane = first_issuance ? first_ : renewals_;
  const Wake turn = co_await lane.turn.acquire();
  if (turn != Wake::ready) co_return false;
  const Permit permit{lane.turn};
  const Clock& clock = services_.scheduler->clock();
  while (!stopping_) {
    const auto slot = services_.limits->order_slot(issuer_, lane.limit, inside_, clock.now());
    if (!slot) {
      ++inside_;
      co_return true;
    }
    tell(lane, *slot);
    const Wake wake = co_await moved_.wait_until(clock.steady_now() + (*slot - clock.now()));
    if (wake == Wake::cancelled) co_return false;
  }
  co_return false;
}

/// Once for all who wait in a row.
void OrderGate::tell(Lane& lane, UtcTime slot) {
  if (lane.told || slot - services_.scheduler->clock().now() < Seconds{60}) return;
  lane.told = true;
  services_.log->notice(cat(issuer_, ": ", lane.limit, " new orders were made within 3 hours, as many as it allows",
                            lane.limit < kOrdersPerSpan ? " beside renewals" : "", ": the others follow from ",
                            format_for_people(slot), " on"));
}

void OrderGate::leave() {
  --inside_;
  moved_.notify();
}

void OrderGate::stop() {
  stopping_ = true;
  moved_.notify();
}

}  // namespace acme
