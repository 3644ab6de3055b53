// CountedLedger: the ledger with its index (renew/limits.hpp) beside it: whatever is written is counted.
#pragma once

#include "common/renew/limits.hpp"
#include "common/store/ledger.hpp"

namespace acme {

class CountedLedger final : public Ledger {
 public:
  /// `ledger` is borrowed; what it holds is counted now.
  explicit CountedLedger(Ledger& ledger);

  /// What happened is counted even when it could not be written; an order that could not be is not made.
  Status append(const LedgerEntry& entry) override;
  const std::vector<LedgerEntry>& entries() const override { return ledger_.entries(); }
  const Limits& limits() const noexcept { return limits_; }

 private:
  void count(const LedgerEntry& entry);

  Ledger& ledger_;
  Limits limits_;
};

}  // namespace acme
