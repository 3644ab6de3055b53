// Ledger: what was asked of each CA, written before it is asked, so that a crash loop cannot ask
// without end. Append-only text, one line an entry, compacted when it grows beyond what counts.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/time.hpp"

namespace acme {

enum class LedgerEvent : std::uint8_t {
  engine_start,
  engine_stop,
  attempt,      // work on a certificate begins, and
  attempt_end,  // ends: what a crash interrupted has only the first
  new_order,
  replacement_order,  // a newOrder that names the certificate it replaces
  failed_validation,
  issued
};

struct LedgerEntry {
  UtcTime time;
  LedgerEvent event = LedgerEvent::engine_start;
  std::string issuer;   // empty for engine_start and engine_stop
  std::string subject;  // certificate id; the name of a failed validation; issued: the set of names
};

class Ledger {
 public:
  virtual ~Ledger() = default;
  /// Written when this returns (flushed to the disk at least once a second of appends); failed: not counted either.
  virtual Status append(const LedgerEntry& entry) = 0;
  /// All entries of the last 8 days and some older ones, oldest first; unreadable lines are skipped.
  virtual const std::vector<LedgerEntry>& entries() const = 0;
};

/// The ledger in engine/ledger. `engine_directory` is borrowed.
Result<std::unique_ptr<Ledger>> open_ledger(int engine_directory, UtcTime now);

}  // namespace acme
