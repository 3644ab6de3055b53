// CountedLedger: the ledger with its index (renew/limits.hpp) beside it: whatever is written is counted.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "common/renew/limits.hpp"
#include "common/store/ledger.hpp"

namespace acme {

class CountedLedger final : public Ledger {
 public:
  /// `ledger` is borrowed; what it holds is counted now.
  explicit CountedLedger(Ledger& ledger);

  /// What happened is counted even when it could not be written; an order that could not be is not made. An order that
  /// has become a certificate counts once, however often that is told, and is written before anything else is.
  Status append(const LedgerEntry& entry) override;
  const std::vector<LedgerEntry>& entries() const override { return ledger_.entries(); }
  const Limits& limits() const noexcept { return limits_; }
  /// The clock was set back to `now`.
  void follow_clock_back(UtcTime now) {
    if (is_set(now)) limits_.follow_clock_back(now);
  }

 private:
  struct Issued {
    UtcTime time;
    bool written = false;
  };
  void count(const LedgerEntry& entry);
  void count_issued(const LedgerEntry& entry);
  void forget_issued_before(UtcTime time);
  Status write_unwritten();

  Ledger& ledger_;
  Limits limits_;
  std::unordered_map<std::string, Issued> issued_;  // by issuer and subject
  std::vector<LedgerEntry> unwritten_;              // issued
  std::size_t forget_at_ = 64;
};

}  // namespace acme
