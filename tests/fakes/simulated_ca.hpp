// SimulatedCa: a whole ACME CA on the wire level, in memory, on the test's clock.
//
// It takes nothing on trust: nonces are its own and used once, signatures and URLs are checked, a name is
// validated by asking for the key authorization that is live, the CSR must be for the order's names. A test
// turns its members to make it slow, forgetful or wrong, or puts hooks around each request.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/transport/http_client.hpp"
#include "tests/fakes/ca_jws.hpp"
#include "tests/fakes/ca_records.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/seeded_random.hpp"
#include "tests/fakes/test_ca.hpp"

namespace acme_test {

enum class CaRequest {
  directory,
  new_nonce,
  new_account,
  account,
  key_change,
  revoke_cert,
  new_order,
  order_list,
  order,
  authorization,
  challenge,
  finalize,
  certificate,
  renewal_info,
  unknown
};

/// A customer's key id at a CA (RFC 8555 §7.3.4).
struct ExternalKey {
  std::string mac;
  bool one_use = false;
  bool used = false;
};

/// What a CA does with a notAfter in newOrder (RFC 8555 §7.4).
enum class NotAfter { ignored, honoured, refused };

class SimulatedCa {
 public:
  using Answer = acme::Result<acme::HttpResponse>;
  /// The key authorization that is live for a token; nullopt: none.
  using Live = std::function<std::optional<std::string>(const std::string& token)>;

  using Window = std::pair<acme::UtcTime, acme::UtcTime>;

  SimulatedCa(std::string host, const ManualClock& clock, Live live);

  Answer handle(const acme::HttpRequest& request);
  std::string directory_url() const { return base_ + "/directory"; }

  int count(CaRequest kind) const;
  int requests() const;
  const CaRecords& records() const noexcept { return records_; }
  CaRecords& records() noexcept { return records_; }

  // How it behaves.
  double bad_nonces = 0;              // chance to refuse a nonce that is right
  bool with_order_list = true;        // accounts have an `orders` URL
  bool reuse_pending_orders = false;  // newOrder for the same names: the order that is pending already
  bool reuse_authorizations = false;  // valid ones, for 30 days
  bool names_valid_at_once = false;   // no challenge needed: orders are `ready` at creation
  bool finalize_at_once = false;      // the answer of finalize shows the order `valid`
  bool external_account_required = false;
  std::map<std::string, ExternalKey> external_keys;  // by kid; bindings are verified when there are any
  bool with_key_change = true;                       // the directory names keyChange
  bool with_revocation = true;                       // and revokeCert
  std::string terms;                                 // of service; a URL
  std::vector<std::string> profiles;
  NotAfter not_after = NotAfter::ignored;
  acme::Duration validation_takes{0};
  acme::Duration issuance_takes{0};
  std::string retry_after;  // on orders that are not done, and authorizations
  IssueOptions issue;       // not_before is an offset from now
  acme::Seconds backdated{0};
  std::vector<std::string> offers{"http-01"};    // challenges, where they can prove the name
  std::vector<std::string> caa_identities;       // in its directory, and of dns-persist-01
  std::map<std::string, std::string> bad_names;  // "NAME", "NAME TYPE" -> problem type its validation ends with
  /// The proof that is live by TLS for a name; the TXT records of a name.
  std::function<std::optional<std::string>(const std::string&)> live_tls;
  std::function<std::vector<std::string>(const std::string&)> txt;
  /// With it the CA gives renewal information: the suggested window, for the id of a certificate.
  std::function<Window(const std::string& renewal_id)> suggests;
  std::string explanation_url;
  int refuses_replaces = 0;     // the HTTP status: 409 alreadyReplaced, 500 serverInternal
  bool with_alternate = false;  // a second chain, which ends at the root itself
  /// Before a request is looked at: an answer given instead.
  std::function<std::optional<Answer>(CaRequest)> instead;
  /// After it was processed: the answer as it arrives.
  std::function<void(CaRequest, Answer&)> afterwards;

 private:
  CaRequest kind_of(const std::string& path) const;
  Answer dispatch(CaRequest kind, const acme::HttpRequest& request);
  Answer signed_request(CaRequest kind, const acme::HttpRequest& request);
  Answer directory();
  Answer new_account(const acme::Json& payload, const std::string& key);
  /// Why a binding is not taken; nullptr: it is.
  const char* refusal_of_binding(const acme::Json& binding, const std::string& key);
  Answer account(CaAccount& account, const CaJws& jws);
  Answer change_key(CaAccount& account, const CaJws& outer, const std::string& url);
  Answer revoke(const CaAccount* account, const std::string& key, const acme::Json& payload);
  Answer signed_by_account(CaRequest kind, const acme::HttpRequest& request, CaAccount& account, const CaJws& jws);
  Answer new_order(CaAccount& account, const acme::Json& payload);
  Answer order_list(const CaAccount& account);
  Answer renewal_info(const std::string& renewal_id);
  Answer order(CaOrder& order, int status);
  Answer authorization(CaAuthorization& authorization);
  Answer challenge(CaAuthorization& authorization, const std::string& type);
  bool is_proved(const CaAuthorization& authorization, const CaAccount& account) const;
  Answer finalize(CaOrder& order, const acme::Json& payload);
  Answer certificate(CaOrder& order, bool alternate);
  void refresh(CaAuthorization& authorization);
  void refresh(CaOrder& order);
  std::string challenge_text(const CaAuthorization& authorization, const std::string& type) const;
  std::size_t authorize(const CaAccount& account, const acme::Identifier& name);
  std::string new_nonce();
  Answer with_nonce(acme::HttpResponse response);
  Answer problem(int status, const char* type, const std::string& detail);

  std::string base_;
  const ManualClock& clock_;
  Live live_;
  SeededRandom random_{20260101};
  TestCa ca_;
  CaRecords records_;
  std::set<std::string> nonces_;
  std::uint64_t last_nonce_ = 0;
  std::map<CaRequest, int> counts_;
};

/// What is no ACME answer.
acme::HttpResponse html(int status);
/// A problem document.
acme::HttpResponse problem_answer(int status, const std::string& type, const std::string& detail);
/// No answer at all.
acme::Error no_answer();

}  // namespace acme_test
