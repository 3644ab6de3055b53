#include "common/runtime/live_names.hpp"

#include <set>

#include "common/base/text.hpp"

namespace acme {

std::vector<std::string> live_names(const Configuration& configuration) {
  constexpr std::size_t kOfId = 8;
  std::vector<std::string> names(configuration.certificates.size());
  std::set<std::string> taken;
  for (const auto& set : configuration.sets) {
    bool first = true;
    for (const std::size_t index : set.certificates) {
      const CertificateConfig& certificate = configuration.certificates[index];
      // A key type that is added leaves the folder of the first, which others read, as it is.
      const char* suffix = certificate.key_type.algorithm == KeyAlgorithm::rsa ? "-rsa" : "-ecdsa";
      std::string name = cat(certificate.first_name, first ? "" : suffix);
      first = false;
      if (!names[index].empty()) continue;
      if (taken.contains(name)) {
        const std::string& id = certificate.id;
        name += cat("-", id.substr(id.size() > kOfId ? id.size() - kOfId : 0));
      }
      taken.insert(name);
      names[index] = std::move(name);
    }
  }
  return names;
}

std::map<std::string, std::string> live_folders(const Configuration& configuration) {
  const auto names = live_names(configuration);
  std::map<std::string, std::string> folders;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    folders[configuration.certificates[i].id] = name.starts_with("*.") ? cat("_wildcard", name.substr(1)) : name;
  }
  return folders;
}

}  // namespace acme
