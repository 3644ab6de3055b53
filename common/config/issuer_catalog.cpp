#include "common/config/issuer_catalog.hpp"

#include <array>
#include <string>
#include <utility>

#include "common/base/text.hpp"

namespace acme {

namespace {

using Entry = std::pair<std::string_view, std::string_view>;

constexpr std::array kIssuers{
    Entry{"letsencrypt", "https://acme-v02.api.letsencrypt.org/directory"},
    Entry{"letsencrypt-staging", "https://acme-staging-v02.api.letsencrypt.org/directory"},
    Entry{"zerossl", "https://acme.zerossl.com/v2/DV90"},
    Entry{"google", "https://dv.acme-v02.api.pki.goog/directory"},
    Entry{"google-staging", "https://dv.acme-v02.test-api.pki.goog/directory"},
    Entry{"sslcom-rsa", "https://acme.ssl.com/sslcom-dv-rsa"},
    Entry{"sslcom-ecc", "https://acme.ssl.com/sslcom-dv-ecc"},
    Entry{"actalis", "https://acme-api.actalis.com/acme/directory"},
};

}  // namespace

std::string_view well_known_directory(std::string_view issuer_name) {
  for (const auto& [name, uri] : kIssuers) {
    if (name == issuer_name) return uri;
  }
  return {};
}

std::string well_known_issuer_names() {
  std::string joined;
  for (const auto& entry : kIssuers) joined += cat(joined.empty() ? "" : ", ", entry.first);
  return joined;
}

bool is_public_directory(std::string_view uri) {
  for (const auto& entry : kIssuers) {
    if (entry.second == uri) return true;
  }
  return false;
}

}  // namespace acme
