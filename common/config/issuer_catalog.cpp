#include "common/config/issuer_catalog.hpp"

#include <array>
#include <string>

#include "common/base/text.hpp"

namespace acme {

namespace {

struct Entry {
  std::string_view name;
  std::string_view uri;
  std::string_view staging;
  bool binds_accounts = false;
  bool has_ocsp = true;
  std::string_view caa_name{};
};

constexpr std::string_view kLetsEncrypt = "https://acme-v02.api.letsencrypt.org/directory";
constexpr std::string_view kLetsEncryptStaging = "https://acme-staging-v02.api.letsencrypt.org/directory";
constexpr std::string_view kGoogle = "https://dv.acme-v02.api.pki.goog/directory";
constexpr std::string_view kGoogleStaging = "https://dv.acme-v02.test-api.pki.goog/directory";

constexpr std::array kIssuers{
    Entry{"letsencrypt", kLetsEncrypt, kLetsEncryptStaging, false, false, "letsencrypt.org"},
    Entry{"letsencrypt-staging", kLetsEncryptStaging, kLetsEncryptStaging, false, false, "letsencrypt.org"},
    Entry{"zerossl", "https://acme.zerossl.com/v2/DV90", {}, true, true, "sectigo.com"},
    Entry{"google", kGoogle, kGoogleStaging, true, true, "pki.goog"},
    Entry{"google-staging", kGoogleStaging, kGoogleStaging, true, true, "pki.goog"},
    Entry{"sslcom-rsa", "https://acme.ssl.com/sslcom-dv-rsa", {}, true, true, "ssl.com"},
    Entry{"sslcom-ecc", "https://acme.ssl.com/sslcom-dv-ecc", {}, true, true, "ssl.com"},
    Entry{"actalis", "https://acme-api.actalis.com/acme/directory", {}, true, true, "actalis.it"},
    Entry{"sectigo", "https://acme.sectigo.com/v2/DV", {}, true, true, "sectigo.com"},
    Entry{"globalsign", "https://emea.acme.atlas.globalsign.com/directory", {}, true, true, "globalsign.com"},
};

const Entry* find_by_uri(std::string_view uri) {
  for (const auto& entry : kIssuers) {
    if (entry.uri == uri) return &entry;
  }
  return nullptr;
}

}  // namespace

std::string_view well_known_directory(std::string_view issuer_name) {
  for (const auto& entry : kIssuers) {
    if (entry.name == issuer_name) return entry.uri;
  }
  return {};
}

std::string_view staging_directory(std::string_view uri) {
  const Entry* entry = find_by_uri(uri);
  return entry == nullptr ? std::string_view{} : entry->staging;
}

bool needs_external_account(std::string_view uri) {
  const Entry* entry = find_by_uri(uri);
  return entry != nullptr && entry->binds_accounts;
}

bool refuses_must_staple(std::string_view uri) {
  const Entry* entry = find_by_uri(uri);
  return entry != nullptr && !entry->has_ocsp;
}

std::string_view caa_name(std::string_view uri) {
  const Entry* entry = find_by_uri(uri);
  return entry == nullptr ? std::string_view{} : entry->caa_name;
}

std::string well_known_issuer_names() {
  std::string joined;
  for (const auto& entry : kIssuers) joined += cat(joined.empty() ? "" : ", ", entry.name);
  return joined;
}

bool is_public_directory(std::string_view uri) { return find_by_uri(uri) != nullptr; }

}  // namespace acme
