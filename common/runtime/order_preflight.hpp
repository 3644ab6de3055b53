// OrderPreflight: do the names of an order lead to this server? Looked at before the CA is asked, so that a forgotten
// DNS record or a closed port costs none of the failures that a CA counts.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/sync.hpp"
#include "common/config/model.hpp"
#include "common/preflight/name_look.hpp"
#include "common/report/finding.hpp"
#include "common/store/store.hpp"

namespace acme {

class TlsProbe;

/// What the look at all names of an order brought.
struct PreflightView {
  /// Of names that no configured challenge would prove; empty: go on.
  std::vector<Finding> failures;
  /// Names for which another challenge is to be tried first, and those that would fail, with why.
  std::map<std::string, std::vector<Finding>> turned;
};

class OrderPreflight {
 public:
  virtual ~OrderPreflight() = default;
  /// Within a few seconds, and without a request to the CA. `certificate`, `issuer` and `proofs` outlive it.
  virtual Task<PreflightView> look(const CertificateConfig& certificate, const IssuerConfig& issuer,
                                   const NameProofs& proofs) = 0;
};

/// Does an order at this issuer wait for it? As configured, else with CAs of the public web only.
bool wants_preflight(const IssuerConfig& issuer);

/// Of the machine and the configuration; `user_agent`: "ngx_acme/0.1 nginx/1.22.1".
ServerFacts server_facts(const Configuration& configuration, std::string_view user_agent);

/// The real one: DNS and HTTP as a CA would.
class LookingPreflight final : public OrderPreflight {
 public:
  /// All borrowed; without `lookup` nothing is looked at.
  struct Services {
    ProbeTools tools;
    ChallengeBoard* board = nullptr;
    std::function<TlsProbe*()> tls;  // empty, or nullptr: tls-alpn-01 is not looked at
    bool dns = false;                // TXT records can be set
    std::function<ServerFacts()> server;
    /// Looks through all processes: asked where a finding needs it, and not again within a minute.
    std::function<std::string(int port)> holder = port_holder;
  };

  explicit LookingPreflight(Services services);
  Task<PreflightView> look(const CertificateConfig& certificate, const IssuerConfig& issuer,
                           const NameProofs& proofs) override;

 private:
  const std::string& holder_of_port_80();

  Services services_;
  Semaphore room_;
  std::string holder_;
  std::optional<SteadyTime> holder_until_;
};

}  // namespace acme
