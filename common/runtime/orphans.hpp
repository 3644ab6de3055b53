// Orphans: the stored certificates that the configuration does not name (a name was removed, an issuer or a key type
// changed, a virtual host is gone).
//
// One that covers what a new certificate is for spares an order until it is due. All are removed a day after they
// expired, with their state and order; what cannot be read is left alone, for its secret may come back.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/log.hpp"
#include "common/base/random.hpp"
#include "common/base/sync.hpp"
#include "common/config/model.hpp"
#include "common/store/store.hpp"

namespace acme {

class Orphans {
 public:
  struct Services {
    Scheduler* scheduler = nullptr;
    Random* random = nullptr;
    Logger* log = nullptr;
    std::function<Store&(const IssuerConfig&)> store;
  };

  /// `configuration` is borrowed.
  Orphans(const Configuration& configuration, Services services);

  /// Reads them, removes what has expired. `tell`: an operator loaded the configuration, and reads one line about them.
  void load(bool tell);
  /// From when on a certificate that is not there yet is to be ordered: one of the same issuer and key type covers all
  /// of its names until then. nullopt: none does.
  std::optional<UtcTime> covered_until(const CertificateConfig& wanted) const;
  /// The same as load(), daily, until stop().
  Task<void> run();
  void stop();

 private:
  struct Orphan {
    std::string id;
    VersionMeta meta;
    KeyType key_type;
    std::optional<UtcTime> renew_at;  // as it was chosen while it was tended
    bool revoked = false;
  };
  void read(Store& store, const std::set<std::string>& owned);
  void read_one(Store& store, const std::string& id);
  void report() const;
  UtcTime due_time(const Orphan& orphan, const CertificateConfig& wanted) const;
  UtcTime now() const { return services_.scheduler->clock().now(); }

  const Configuration& configuration_;
  Services services_;
  std::vector<Orphan> orphans_;
  Signal stopped_;
  bool stopping_ = false;
};

}  // namespace acme
