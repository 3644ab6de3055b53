// Limits: what was asked of each CA lately, counted so that it is not asked too much.
//
// An index over the ledger (store/ledger.hpp), fed with each of its entries when it is read and when one is
// appended; a question costs O(log n) in the moments of one name. Pure: times come in.
//
// The rules, which are Let's Encrypt's own where it has one:
//   new orders         300 in 3 hours at a public CA, of which first issuances get four fifths, so that a renewal never
//                      waits behind thousands of them. An order that names the certificate it replaces is exempt there
//                      and is not counted. Other CAs have no such limit.
//   failed validations 5 of one name in an hour, at every CA.
//   same names         5 certificates in 7 days for exactly the same names at one CA. Several key types count together.
//                      Where short lives need more, four times what renewing at full lifetime would take: for a day 28,
//                      for 30 s 80,640.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/base/time.hpp"

namespace acme {

/// Moments in order; what is too old to count is forgotten as new ones come.
class MomentList {
 public:
  explicit MomentList(Seconds span) : span_{span} {}

  void add(UtcTime time);
  /// The clock was set back to `now`: what is later was noted before that, and was now at the latest.
  void follow_clock_back(UtcTime now);
  /// Within the span that ends `now`; a moment of the future counts as well.
  std::size_t count(UtcTime now) const { return count(now, span_); }
  std::size_t count(UtcTime now, Seconds span) const;
  std::vector<UtcTime> within(UtcTime now) const;
  /// nullopt: one more is allowed now, `limit` at most within the span; else when.
  std::optional<UtcTime> next_slot(std::size_t limit, UtcTime now) const;

 private:
  using Range = std::pair<std::vector<UtcTime>::const_iterator, std::vector<UtcTime>::const_iterator>;
  Range range(UtcTime now, Seconds span) const;

  Seconds span_;
  std::vector<UtcTime> times_;
};

/// How many certificates for the same names a week allows, when each of `key_types` lives so long (nullopt: unknown).
std::size_t same_names_per_week(std::optional<Seconds> lifetime, std::size_t key_types);

inline constexpr Seconds kOrderSpan = std::chrono::hours{3};
inline constexpr std::size_t kOrdersPerSpan = 300;
inline constexpr std::size_t kFirstOrdersPerSpan = 240;

class Limits {
 public:
  void note_order(const std::string& issuer, UtcTime time);
  void note_failed_validation(const std::string& issuer, const std::string& name, UtcTime time);
  /// `set` names a set of names (name_set_key()).
  void note_issued(const std::string& issuer, const std::string& set, UtcTime time);
  void follow_clock_back(UtcTime now);

  /// nullopt: now. `spoken_for`: orders that are about to be made.
  std::optional<UtcTime> order_slot(const std::string& issuer, std::size_t limit, std::size_t spoken_for,
                                    UtcTime now) const;
  std::optional<UtcTime> same_names_slot(const std::string& issuer, const std::string& set, std::size_t limit,
                                         UtcTime now) const;
  /// `span` at most a week.
  std::size_t issued_within(const std::string& issuer, const std::string& set, Seconds span, UtcTime now) const;
  /// Counted orders of the last kOrderSpan.
  std::size_t orders_within_span(const std::string& issuer, UtcTime now) const;
  /// Of the name that has most of them within the hour.
  std::size_t most_failed_validations(const std::string& issuer, UtcTime now) const;
  /// Of the last hour, oldest first.
  std::vector<UtcTime> failed_validations(const std::string& issuer, const std::string& name, UtcTime now) const;

 private:
  using ByName = std::unordered_map<std::string, MomentList>;
  std::unordered_map<std::string, MomentList> orders_;  // by issuer, as the others
  std::unordered_map<std::string, ByName> failed_;
  std::unordered_map<std::string, ByName> issued_;
};

}  // namespace acme
