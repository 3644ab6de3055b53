// OrderFlow: one certificate from newOrder to a verified chain (RFC 8555 §7.4, §7.5).
//
// Every step that could not be repeated harmlessly is stored before it is taken: the key and the
// intent before newOrder, the order's URL before anything is done with it. A flow that dies or fails
// for a passing reason is simply run again and goes on where the CA says the order is.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/log.hpp"
#include "common/base/task.hpp"
#include "common/challenge/dns_challenges.hpp"
#include "common/client/live_challenges.hpp"
#include "common/client/session.hpp"
#include "common/crypto/certificate.hpp"
#include "common/dns/caa.hpp"
#include "common/dns/dns_lookup.hpp"
#include "common/report/order_progress.hpp"
#include "common/store/ledger.hpp"
#include "common/store/store.hpp"
#include "common/transport/key_maker.hpp"

namespace acme {

/// What is wanted.
struct OrderRequest {
  std::string certificate_id;
  std::string title;  // the certificate's first name, for messages
  std::vector<Identifier> names;
  KeyType key_type;
  std::optional<PrivateKey> key;        // kept from the certificate before; else a new one is made
  std::vector<std::string> challenges;  // in order of preference
  std::string profile;
  bool profile_required = false;
  std::string preferred_chain;
  bool common_name = false;
  bool must_staple = false;
  std::optional<Seconds> lifetime;  // asked for as notAfter
  std::string replaces;             // RFC 9773 id of the certificate it replaces, or empty
  std::string orders_url;           // the account's list of orders, or empty
  /// Ids of other certificates for the same names from the same issuer (another key type): their orders are not ours,
  /// though a CA shows them alike.
  std::vector<std::string> siblings;

  // Looked at before an order is made:
  std::vector<std::string> ca_names;  // that CAA records call this CA by, where its directory tells none
  bool check_caa = false;
  std::vector<std::string> resolvers;     // to ask; empty: the system's
  std::optional<Seconds> usual_lifetime;  // of this certificate, as the last one's
  /// Per name: those of `challenges` that what was looked at leaves. Filled by the flow.
  std::map<std::string, std::vector<std::string>> narrowed;

  /// The types that may prove a name.
  const std::vector<std::string>& types_for(const Identifier& name) const {
    const auto found = narrowed.find(name.value);
    return found == narrowed.end() ? challenges : found->second;
  }
};

/// Error::problem_type of an attempt that ended before the CA was told of a challenge: its proof could not be prepared.
inline constexpr const char* kNotPrepared = "preparation";

/// A challenge whose answer is in place, and of which the CA has not been told yet.
struct PublishedChallenge {
  std::string certificate_id;
  std::string name;  // "example.org", "*.example.org"
  std::string type;  // "http-01"
  std::string token;
  std::string key_authorization;
};

/// What one CA has shown of its ways, so that it is not asked, and the operator not told, with every order.
struct CaHabits {
  bool refuses_lifetime = false;
  bool lifetime_told = false;
};

/// What the flow needs; all borrowed, all outlive it.
struct OrderContext {
  Session* session = nullptr;
  Store* store = nullptr;
  Ledger* ledger = nullptr;
  LiveChallenges* live = nullptr;  // of this certificate
  DnsChallenges* dns = nullptr;    // may be absent: no DNS challenge can be answered then
  DnsLookup* lookup = nullptr;     // may be absent: nothing is looked up before an order then
  CaaReader* caa = nullptr;        // the same
  NameProofs* proofs = nullptr;    // what is remembered of each name, and is noted of it; may be absent
  KeyMaker* keys = nullptr;
  CaHabits* habits = nullptr;
  OrderProgress* progress = nullptr;  // may be absent
  Scheduler* scheduler = nullptr;
  Logger* log = nullptr;
  /// Awaited before the CA is told that a challenge is ready; may be empty. An error fails this run, and the order
  /// stays. Borrowed.
  const std::function<Task<Status>(PublishedChallenge)>* challenge_published = nullptr;
};

/// nullptr: nothing is remembered of it.
inline const NameProof* proof_of(const OrderContext& context, const std::string& name) {
  if (context.proofs == nullptr) return nullptr;
  const auto found = context.proofs->find(name);
  return found == context.proofs->end() ? nullptr : &found->second;
}

struct IssuedCertificate {
  CertificateChain chain;
  PrivateKey key;
  std::string profile;
};

/// Runs until the certificate is verified, or fails. On success the order stays stored until the caller has
/// stored the certificate and removes it. Errors:
///   validation       names were not proved; subproblems name each with the CA's detail, the challenge and the one to
///                    try next. The order is gone. With problem_type "preparation" the CA was not even asked, and the
///                    order is stored.
///   configuration    the CA offers nothing that is configured (challenge, profile), or what the DNS says (CAA, a
///                    missing record for dns-persist-01) must be changed first. The order is gone.
///   problem          the CA refused (rateLimited: nothing was ordered). The order is gone when it cannot go on, or the
///                    CA does not know it any more.
///   verification     the CA returned another certificate than asked for: gone; problem_type "dates" keeps the order
///   transport, server_error, io (a challenge could not be prepared, too), cancelled: the order is stored, its
///                    challenges stay live; run again to go on.
///                    (A transport error with problem_type "unfinished": the CA answers, but is not done in 15
///                    minutes.)
Task<Result<IssuedCertificate>> run_order(OrderContext context, OrderRequest request);

}  // namespace acme
