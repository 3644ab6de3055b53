// IssuerRuntime: an issuer that is asked by ACME: its session and its account.
#pragma once

#include <optional>
#include <string>

#include "common/client/account.hpp"
#include "common/client/order_flow.hpp"
#include "common/client/session.hpp"
#include "common/runtime/certificate_authority.hpp"
#include "common/runtime/counting_http.hpp"
#include "common/store/ledger.hpp"

namespace acme {

class IssuerRuntime final : public CertificateAuthority {
 public:
  struct WireServices {
    HttpClient* http = nullptr;
    Scheduler* scheduler = nullptr;
    KeyMaker* keys = nullptr;
    Random* random = nullptr;
    Logger* log = nullptr;
    Ledger* ledger = nullptr;
    DnsChallenges* dns = nullptr;  // of OrderContext, as the two below
    DnsLookup* lookup = nullptr;
    std::vector<Identifier> persist_names;  // that dns-persist-01 may prove here
    const std::function<Task<Status>(PublishedChallenge)>* challenge_published = nullptr;
    Counters* counters = nullptr;  // of its requests; may be absent
  };

  /// `config` and `store` are borrowed.
  IssuerRuntime(const IssuerConfig& config, Store& store, const WireServices& services);

  void foresee(const CertificateConfig& certificate) override;
  Task<Result<StoredCertificate>> obtain(CertificateWish wish) override;
  Task<Result<RenewalInfo>> renewal_info(std::string renewal_id) override;

  /// An operator's words (client/account_changes.hpp), once no order is under way; that may take minutes.
  Task<Status> change_account_key();
  Task<Status> end_account();

  /// What CAA records call it; empty: not known.
  Task<std::vector<std::string>> ca_names();

  std::string account_url() override;
  Session& session() noexcept { return session_; }
  AccountContext account_context();

 protected:
  Task<Status> sign_in() override;
  void forget_account() override;

 private:
  std::string orders_url();
  std::vector<std::string> known_ca_names() const;
  std::optional<PrivateKey> key_to_reuse(const CertificateWish& wish) const;
  OrderRequest request_for(const CertificateWish& wish);

  WireServices wire_;
  CountingHttp http_;
  Session session_;
  CaHabits habits_;
  std::optional<CaaReader> caa_;           // one for all orders: it knows whether the DNS answers
  std::optional<std::string> orders_url_;  // read once, as the next: the account file is sealed
  std::optional<std::string> account_url_;
};

}  // namespace acme
