// Store: what the engine keeps between its lives, as typed records. FileStore is the real one;
// tests/fakes/memory_store.hpp the one of the tests.
//
// One Store is one tree of accounts/, certificates/ and orders/. All calls are from the engine's
// thread; each is done, or failed and without effect, when it returns.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/identifier.hpp"
#include "common/base/result.hpp"
#include "common/base/secret.hpp"
#include "common/base/time.hpp"

namespace acme {

struct StoredAccount {
  std::string directory_url;  // the CA it is an account of
  std::string url;            // empty: the key is made, the account not yet confirmed by the CA
  std::vector<std::string> contact;
  std::string external_account_id;  // kid of the binding it was made with
  std::string orders_url;           // may be empty
  bool deactivated = false;         // by the operator's word: nothing is registered anew by itself
  Secret key_pem;
  Secret next_key_pem;  // a key rollover is under way: the CA knows this account by one of the two
};

/// What is known of one issued version, beside chain and key.
struct VersionMeta {
  std::string issuer;
  std::string directory_url;
  std::vector<Identifier> names;
  UtcTime issued_at;  // when we stored it
  UtcTime not_before;
  UtcTime not_after;
  std::string serial;
  std::string fingerprint;
  std::string renewal_id;
  std::string profile;
};

struct StoredCertificate {
  std::uint64_t version = 0;
  std::string fullchain_pem;
  Secret key_pem;
  VersionMeta meta;
};

/// RFC 9773 §4.2: when the CA would like a certificate renewed, and the moment drawn inside it.
struct SuggestedWindow {
  UtcTime start;
  UtcTime end;
  UtcTime chosen;
  std::string explanation_url;  // may be empty
};

/// How a name was proved, and how it could not be since. Challenge types.
struct NameProof {
  std::string worked;                // tried first; empty: not known
  std::vector<std::string> failed;   // the CA's verdict; tried after all others
  std::string answered;              // of the order in flight: the CA was told of it. Not stored, as the next
  std::vector<std::string> offered;  // by the CA, in that order
};
using NameProofs = std::map<std::string, NameProof>;  // by name, "*.example.org"

/// What the engine remembers of a certificate's renewal (state.json). All of it may be lost: it
/// heals to the defaults, and a stored time beyond its maximum is reset by the reader.
inline constexpr std::size_t kMaxLastError = 8192;
inline constexpr std::size_t kMaxLastHint = 4096;  // DNS records to set may be in it
struct CertificateState {
  std::optional<UtcTime> renew_at;  // chosen for the version in `renew_at_version`
  std::uint64_t renew_at_version = 0;
  std::string renew_reason;                  // why then, for people
  std::optional<SuggestedWindow> suggested;  // ARI, of `renew_at_version`
  std::optional<UtcTime> next_poll;          // of ARI
  bool revoked = false;                      // `renew_at_version` was revoked
  bool renewal_held = false;                 // and by the operator's word nothing takes its place by itself
  std::string issuer;                        // that is tried now, when it is a fallback; empty: the certificate's own
  std::uint32_t failures = 0;                // in a row
  std::uint32_t issuer_failures = 0;         // of them, at the issuer that is tried now
  std::uint32_t rounds = 0;                  // through all issuers, that failed
  std::map<std::string, UtcTime> holds;      // per issuer: it named the time (rateLimited)
  std::uint64_t expiring_told = 0;           // the version of which it was told that it runs out
  std::optional<UtcTime> next_try;           // not before, after a failure
  bool held_by_ca = false;      // next_try is the CA's (rateLimited): an operator's reload does not shorten it
  std::string last_error;       // as logged, without the hint
  std::string last_hint;        // what an operator can do about it; may be empty
  std::string last_error_type;  // ACME problem type or the ErrorKind's name
  std::optional<UtcTime> last_attempt;
  // Before the next order its names were seen not to lead here (renew/preflight_delay.hpp):
  std::uint32_t preflight_delays = 0;      // so often it was put off
  std::optional<UtcTime> preflight_since;  // the first of them
  std::optional<UtcTime> preflight_until;  // not before
  bool preflight_misled = false;           // an order went well though that was seen: nothing is put off for it
  std::map<std::string, std::vector<UtcTime>> failed_validations;  // per name, the last hour's
  NameProofs proofs;
};

/// The order in flight of one certificate: enough to go on after any death.
struct StoredOrder {
  std::string issuer;
  std::string directory_url;
  std::string account_url;
  std::vector<Identifier> names;
  std::string profile;
  std::string order_url;  // empty: newOrder was about to be sent, its answer was never seen
  UtcTime started;
  Secret key_pem;  // the certificate's key
};

class Store {
 public:
  virtual ~Store() = default;

  /// nullopt: none. ErrorKind::malformed or crypto: there is one, unreadable; never overwrite it.
  virtual Result<std::optional<StoredAccount>> load_account(const std::string& issuer) = 0;
  virtual Status save_account(const std::string& issuer, const StoredAccount& account) = 0;

  /// The version that `current` points to; nullopt: none.
  virtual Result<std::optional<StoredCertificate>> load_certificate(const std::string& id) = 0;
  /// A version that may be an older one. ErrorKind::not_found: there is no such version.
  virtual Result<StoredCertificate> load_version(const std::string& id, std::uint64_t version) = 0;
  /// The versions that are there, oldest first.
  virtual std::vector<std::uint64_t> version_numbers(const std::string& id) = 0;
  /// The ids of all certificates that are stored, sorted; those of no configuration too.
  virtual Result<std::vector<std::string>> certificate_ids() = 0;
  /// All of it: versions, state and order.
  virtual Status remove_certificate(const std::string& id) = 0;
  /// Adds the next version (never a reused number) and makes it current: the one commit point.
  virtual Result<std::uint64_t> save_certificate(const std::string& id, const StoredCertificate& certificate) = 0;
  /// Removes versions beyond the last 3 that are older than a day. Failures matter to nobody.
  virtual void prune_certificate(const std::string& id, UtcTime now) = 0;

  /// Defaults when there is none or it is unreadable (`healed` is then set to why).
  virtual CertificateState load_state(const std::string& id, std::string* healed) = 0;
  virtual Status save_state(const std::string& id, const CertificateState& state) = 0;

  /// nullopt: none. An unreadable one is an Error: the caller drops it knowingly and says so.
  virtual Result<std::optional<StoredOrder>> load_order(const std::string& id) = 0;
  virtual Status save_order(const std::string& id, const StoredOrder& order) = 0;
  virtual Status remove_order(const std::string& id) = 0;
};

}  // namespace acme
