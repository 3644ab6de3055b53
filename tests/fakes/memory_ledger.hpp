// MemoryLedger: a Ledger without a disk; an append can be made to fail.
#pragma once

#include <algorithm>

#include "common/store/ledger.hpp"

namespace acme_test {

class MemoryLedger final : public acme::Ledger {
 public:
  acme::Status append(const acme::LedgerEntry& entry) override {
    if (full) return acme::Error{acme::ErrorKind::io, "No space left on device"};
    entries_.push_back(entry);
    return {};
  }
  const std::vector<acme::LedgerEntry>& entries() const override { return entries_; }

  std::size_t count(acme::LedgerEvent event) const {
    return static_cast<std::size_t>(
        std::count_if(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry.event == event; }));
  }

  bool full = false;

 private:
  std::vector<acme::LedgerEntry> entries_;
};

}  // namespace acme_test
