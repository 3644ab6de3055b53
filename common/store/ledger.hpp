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
  std::string subject;  // certificate id; the name of a failed validation; issued: issued_subject()
};

/// `set`: name_set_key(); `order`: by which the same one is known again, without spaces.
inline std::string issued_subject(const std::string& set, const std::string& order) { return set + " " + order; }
/// The set of names in it; lines of before had nothing else.
inline std::string issued_set(const std::string& subject) { return subject.substr(0, subject.find(' ')); }

/// False: a machine that has just begun and does not know the date yet.
inline bool is_set(UtcTime now) { return now >= UtcTime{Seconds{1735689600}}; }  // 2025-01-01

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
