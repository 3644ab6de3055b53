#include "common/runtime/injection.hpp"

#include "common/base/text.hpp"
#include "common/crypto/tls_certificate.hpp"

namespace acme {

namespace {

/// The current version of one certificate as PEM, checked: chain and key parse and belong together.
Result<PemPair> read_pair(ServingTree& tree, const std::string& id, std::uint64_t version) {
  auto stored = tree.read(id, version);
  if (!stored) return std::move(stored).error();
  auto chain = CertificateChain::from_pem(stored->fullchain_pem);
  if (!chain) return std::move(chain).error();
  auto key = PrivateKey::from_pem(stored->key_pem.view());
  if (!key) return std::move(key).error();
  auto belongs = TlsCertificate::make(*std::move(chain), *std::move(key));
  if (!belongs) return std::move(belongs).error();
  PemPair pair;
  pair.fullchain = std::move(stored->fullchain_pem);
  pair.key = std::move(stored->key_pem);
  return pair;
}

}  // namespace

Result<PemPair> make_placeholder_pair(UtcTime now) {
  auto key = PrivateKey::generate(KeyType{});
  if (!key) return std::move(key).error();
  auto certificate = make_placeholder(*key, now);
  if (!certificate) return std::move(certificate).error();
  auto pem = key->to_pem();
  if (!pem) return std::move(pem).error();
  PemPair pair;
  pair.fullchain = *std::move(certificate);
  pair.key = *std::move(pem);
  return pair;
}

Injection Injection::read(const Configuration& configuration, const Trees& trees, Logger& log) {
  Injection injection;
  for (const auto& set : configuration.sets) {
    std::vector<PemPair> pairs;
    for (const std::size_t index : set.certificates) {
      const CertificateConfig& certificate = configuration.certificates[index];
      ServingTree& tree = *trees.at(certificate.issuer);
      const std::uint64_t version = tree.has_secret() ? tree.current(certificate.id.c_str()) : 0;
      injection.versions_[certificate.id] = 0;
      if (version == 0) continue;
      auto pair = read_pair(tree, certificate.id, version);
      if (!pair) {
        const Error error = std::move(pair).error().with_hint("the placeholder is served until there is a new one");
        log.error(cat(certificate.first_name, ": the stored certificate cannot be used: ", describe(error)));
        continue;
      }
      injection.versions_[certificate.id] = version;
      pairs.push_back(*std::move(pair));
    }
    injection.sets_.push_back(std::move(pairs));
  }
  return injection;
}

std::uint64_t Injection::version_of(const std::string& certificate_id) const {
  const auto found = versions_.find(certificate_id);
  return found == versions_.end() ? 0 : found->second;
}

}  // namespace acme
