// Records: what the status page, its JSON, the metrics and acmectl know, as the engine writes it to status/ and the
// serving processes read it. Text from CAs, DNS and stores is in it: clean and escape before showing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/time.hpp"
#include "common/report/attempt.hpp"
#include "common/report/standing.hpp"

namespace acme {

/// One certificate in a list: what a row of the table, the search, a bar on the time line and its metrics need. Its
/// texts are cut to what a fixed-size entry holds.
struct CertificateSummary {
  std::string id;
  std::string name;                // the first one
  std::uint32_t names = 0;         // how many
  std::uint32_t names_proved = 0;  // of an order under way
  std::string issuer;              // that is configured
  std::string key_type;            // "ecdsa:256"
  CertificateStanding standing = CertificateStanding::none;
  ServedState served = ServedState::unknown;
  std::uint64_t version = 0;  // 0: nothing is stored
  std::optional<UtcTime> not_before;
  std::optional<UtcTime> not_after;
  std::optional<UtcTime> window_start;  // suggested by the CA (RFC 9773)
  std::optional<UtcTime> window_end;
  std::optional<UtcTime> renew_at;  // the moment that was chosen
  std::optional<UtcTime> next;      // of the next attempt; nullopt: nothing is tried by itself
  std::uint32_t failures = 0;       // in a row
  std::string error_type;           // ACME problem type or the ErrorKind's name

  bool operator==(const CertificateSummary&) const = default;
};

struct ChainEntry {
  std::string subject;
  std::string issuer;
  UtcTime not_after;

  bool operator==(const ChainEntry&) const = default;
};

/// A certificate that was issued at some time; newest first in a list.
struct IssuedVersion {
  std::uint64_t version = 0;
  std::string issuer;
  std::string serial;
  std::string fingerprint;  // SHA-256, lower-case hex
  UtcTime issued_at;
  UtcTime not_before;
  UtcTime not_after;
  std::uint32_t names = 0;
  std::chrono::milliseconds took{0};  // from the attempt's beginning; 0: not known

  bool operator==(const IssuedVersion&) const = default;
};

/// All of one certificate, for its own page.
struct CertificateDetail {
  CertificateSummary summary;
  std::vector<std::string> names;
  std::vector<std::string> challenges;  // in order of preference
  std::string issued_by;                // the issuer that the current version came from
  std::string profile;
  std::string serial;
  std::string fingerprint;
  std::vector<ChainEntry> chain;  // the leaf first
  std::string path;               // live/<name>, empty while there is none
  std::string reason;             // of the next attempt
  std::string served_detail;      // which other one is served, and why
  std::optional<UtcTime> served_checked;
  std::string last_error;              // in plain words, with the CA's own
  std::string hint;                    // what an operator can do about it
  std::optional<Attempt> attempt;      // the last one, or that under way
  std::vector<IssuedVersion> history;  // at most kHistory

  bool operator==(const CertificateDetail&) const = default;
};
inline constexpr std::size_t kHistory = 20;

/// What is left of one of a CA's limits.
struct LimitHeadroom {
  std::string limit;  // "new_orders"
  std::uint64_t used = 0;
  std::uint64_t allowed = 0;
  std::uint64_t window = 0;  // seconds

  bool operator==(const LimitHeadroom&) const = default;
};

struct IssuerHealth {
  std::string name;
  std::string directory;
  std::string account_url;     // empty: none yet
  std::uint32_t failures = 0;  // as a whole, in a row
  std::optional<UtcTime> failing_since;
  std::optional<UtcTime> paused_until;
  std::optional<UtcTime> last_success;
  std::string last_error;
  std::string hint;
  std::vector<LimitHeadroom> limits;

  bool operator==(const IssuerHealth&) const = default;
};

/// The engine and all it tends, without anything per certificate.
struct Overview {
  std::string server;  // "ngx_acme/0.1 nginx/1.22.1"
  std::string state_path;
  std::int64_t process = 0;
  UtcTime since;    // the engine's beginning
  UtcTime written;  // at least every kStatusHeartbeat while the engine lives
  std::array<std::uint32_t, kStandings> counts{};
  std::vector<IssuerHealth> issuers;
  std::optional<UtcTime> last_reload;
  std::string reload_pending;  // why a wanted reload waits; empty: none is wanted

  bool operator==(const Overview&) const = default;
};
inline constexpr Seconds kStatusHeartbeat{30};
/// Older: the engine is gone, or hangs.
inline constexpr Seconds kStatusStale{90};

}  // namespace acme
