#include "common/runtime/counted_ledger.hpp"

#include <algorithm>

namespace acme {

namespace {

constexpr std::chrono::days kRemembered{8};

std::string issued_key(const LedgerEntry& entry) { return entry.issuer + "\t" + entry.subject; }

}  // namespace

CountedLedger::CountedLedger(Ledger& ledger) : ledger_{ledger} {
  for (const auto& entry : ledger_.entries()) count(entry);
  for (auto& [key, issued] : issued_) issued.written = true;
}

Status CountedLedger::append(const LedgerEntry& entry) {
  auto written = write_unwritten();
  const bool issued = entry.event == LedgerEvent::issued;
  if (issued) {
    const auto known = issued_.find(issued_key(entry));
    if (known != issued_.end() && known->second.written) return {};
  }
  if (written) written = ledger_.append(entry);
  // An order that could not be noted is not made.
  const bool to_be_made = entry.event == LedgerEvent::new_order || entry.event == LedgerEvent::replacement_order;
  if (written || !to_be_made) count(entry);
  if (issued) issued_[issued_key(entry)].written = written.ok();
  if (issued && !written) unwritten_.push_back(entry);
  return written;
}

/// What was issued and is not written down would be forgotten with this life.
Status CountedLedger::write_unwritten() {
  while (!unwritten_.empty()) {
    const LedgerEntry& entry = unwritten_.back();
    Issued& known = issued_[issued_key(entry)];
    auto written = known.written ? Status{} : ledger_.append(entry);
    if (!written) return written;
    known.written = true;
    unwritten_.pop_back();
  }
  return {};
}

void CountedLedger::count(const LedgerEntry& entry) {
  switch (entry.event) {
    case LedgerEvent::new_order: return limits_.note_order(entry.issuer, entry.time);
    case LedgerEvent::failed_validation: return limits_.note_failed_validation(entry.issuer, entry.subject, entry.time);
    case LedgerEvent::issued: return count_issued(entry);
    default: return;
  }
}

void CountedLedger::count_issued(const LedgerEntry& entry) {
  const std::string set = issued_set(entry.subject);
  const bool names_order = set.size() < entry.subject.size();
  if (names_order && !issued_.try_emplace(issued_key(entry), Issued{entry.time}).second) return;
  limits_.note_issued(entry.issuer, set, entry.time);
  if (issued_.size() >= forget_at_) forget_issued_before(entry.time - kRemembered);
}

void CountedLedger::forget_issued_before(UtcTime time) {
  std::erase_if(issued_, [&](const auto& row) { return row.second.time < time; });
  forget_at_ = std::max<std::size_t>(64, 2 * issued_.size());
}

}  // namespace acme
