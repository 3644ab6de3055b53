#include "common/runtime/counted_ledger.hpp"

namespace acme {

CountedLedger::CountedLedger(Ledger& ledger) : ledger_{ledger} {
  for (const auto& entry : ledger_.entries()) count(entry);
}

Status CountedLedger::append(const LedgerEntry& entry) {
  auto written = ledger_.append(entry);
  // An order that could not be noted is not made.
  const bool to_be_made = entry.event == LedgerEvent::new_order || entry.event == LedgerEvent::replacement_order;
  if (written || !to_be_made) count(entry);
  return written;
}

void CountedLedger::count(const LedgerEntry& entry) {
  switch (entry.event) {
    case LedgerEvent::new_order: return limits_.note_order(entry.issuer, entry.time);
    case LedgerEvent::failed_validation: return limits_.note_failed_validation(entry.issuer, entry.subject, entry.time);
    case LedgerEvent::issued: return limits_.note_issued(entry.issuer, entry.subject, entry.time);
    default: return;
  }
}

}  // namespace acme
