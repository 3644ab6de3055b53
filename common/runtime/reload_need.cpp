#include "common/runtime/reload_need.hpp"

#include <algorithm>

namespace acme {

UtcTime reload_needed_by(const Configuration& configuration, const std::map<std::string, std::uint64_t>& injected,
                         const std::string& id, UtcTime now, const std::function<Store&(const IssuerConfig&)>& store) {
  if (!configuration.reload.window) return UtcTime::max();
  const auto certificate = std::find_if(configuration.certificates.begin(), configuration.certificates.end(),
                                        [&](const CertificateConfig& one) { return one.id == id; });
  if (certificate == configuration.certificates.end()) return UtcTime::max();
  if (certificate->must_staple) return now;
  const auto version = injected.find(id);
  if (version == injected.end() || version->second == 0) return UtcTime::max();
  const auto loaded = store(configuration.issuers.at(certificate->issuer)).load_version(id, version->second);
  return loaded ? loaded->meta.not_after : UtcTime::max();
}

}  // namespace acme
