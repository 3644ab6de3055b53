#include "common/runtime/engine_secrets.hpp"

namespace acme {

void forget_engine_secrets(Configuration& configuration) noexcept {
  for (auto& [name, issuer] : configuration.issuers) {
    issuer.external_account.reset();
    issuer.account_key_pem = {};
    for (auto& provider : issuer.dns_providers) provider.secrets.clear();
  }
  for (auto& notify : configuration.notify) notify.secret = {};
}

}  // namespace acme
