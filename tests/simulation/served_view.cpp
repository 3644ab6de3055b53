#include "tests/simulation/served_view.hpp"

#include <openssl/x509.h>

#include <algorithm>

#include "common/base/text.hpp"
#include "common/crypto/certificate_facts.hpp"

namespace acme_test {

using namespace acme;

namespace {

/// No two certificates have the same, as serial numbers of two issuers may be.
std::string signature_of(X509* certificate) {
  const ASN1_BIT_STRING* signature = nullptr;
  X509_get0_signature(&signature, nullptr, certificate);
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(signature)),
          static_cast<std::size_t>(ASN1_STRING_length(signature))};
}

/// Each is signed by the next, and none is missing between.
bool hangs_together(const std::vector<X509Ptr>& chain) {
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    EVP_PKEY* signer = X509_get0_pubkey(chain[i + 1].get());
    if (X509_verify(chain[i].get(), signer) != 1) return false;
  }
  return true;
}

std::size_t covered(const SeenCertificate& certificate, const std::vector<Identifier>& names) {
  return static_cast<std::size_t>(std::count_if(names.begin(), names.end(), [&](const Identifier& name) {
    return std::find(certificate.names.begin(), certificate.names.end(), name) != certificate.names.end();
  }));
}

}  // namespace

SeenCertificate ServedView::take(const Presented& presented) {
  X509* const leaf = presented.chain.front().get();
  if (EVP_PKEY_eq(X509_get0_pubkey(leaf), presented.key.get()) != 1) {
    history_.violated("a certificate is served with a key that is not its own");
  }
  const auto found = known_.find(signature_of(leaf));
  if (found != known_.end()) return found->second;
  SeenCertificate seen;
  const auto facts = read_facts(leaf);
  if (!facts) {
    history_.violated("a certificate is served that cannot be read");
    return seen;
  }
  seen.fingerprint = facts->fingerprint;
  seen.names = facts->names;
  seen.not_before = facts->not_before;
  seen.not_after = facts->not_after;
  seen.placeholder = facts->names.empty() && presented.chain.size() == 1;
  if (!seen.placeholder && presented.chain.size() < 2) history_.violated("a certificate is served without its chain");
  if (!hangs_together(presented.chain)) history_.violated("a chain is served that does not hang together");
  if (!seen.placeholder && !issued_(seen.fingerprint).known) {
    history_.violated("a certificate is served that no CA issued to us");
  }
  known_[signature_of(leaf)] = seen;
  return seen;
}

bool ServedView::is_good(const SeenCertificate& certificate, const std::vector<Identifier>& names) const {
  if (certificate.placeholder || certificate.not_after <= clock_.now()) return false;
  return covered(certificate, names) == names.size() && !issued_(certificate.fingerprint).revoked;
}

void ServedView::compare(const std::string& host, const std::vector<Identifier>& names, const SeenCertificate& before,
                         const SeenCertificate& now) {
  const std::string shown =
      cat(now.placeholder ? "the placeholder" : now.fingerprint.substr(0, 12), " to ", format_rfc3339(now.not_after));
  history_.add("visitor", cat(host, " presents ", shown));
  history_.count("certificates that visitors saw");
  if (!is_good(before, names)) return;
  // A revocation before anybody saw it may have been told to nobody.
  if (!is_good(now, names) && !issued_(now.fingerprint).revoked) {
    history_.violated(cat(host, ": a good certificate is replaced by ", shown, ", which is not good"));
  } else if (now.not_after < before.not_after) {
    history_.violated(cat(host, ": a certificate to ", format_rfc3339(before.not_after), " is replaced by ", shown));
  }
}

void ServedView::see(const std::vector<Identifier>& names, const std::vector<Presented>& presented) {
  const std::string host = names.empty() ? "?" : names.front().value;
  if (presented.empty()) history_.violated(host + " presents no certificate");
  for (const auto& one : presented) {
    if (one.chain.empty() || !one.key) return history_.violated(host + " presents no certificate");
    const SeenCertificate now = take(one);
    const auto [place, first] = last_.try_emplace({names, EVP_PKEY_get_base_id(one.key.get())}, now);
    if (first || place->second.fingerprint == now.fingerprint) continue;
    const SeenCertificate before = std::exchange(place->second, now);
    compare(host, names, before, now);
  }
}

std::vector<SeenCertificate> ServedView::last(const std::vector<Identifier>& names) const {
  std::vector<SeenCertificate> all;
  for (const auto& [place, seen] : last_) {
    if (place.first == names) all.push_back(seen);
  }
  return all;
}

}  // namespace acme_test
