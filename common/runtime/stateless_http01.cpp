#include "common/runtime/stateless_http01.hpp"

#include <algorithm>

#include "common/base/challenge_type.hpp"
#include "common/base/text.hpp"
#include "common/challenge/challenge_board.hpp"
#include "common/config/issuer_rules.hpp"
#include "common/protocol/jws.hpp"
#include "common/runtime/plain_host.hpp"

namespace acme {

namespace {

/// 128 bits in base64url. What is shorter is a file of another ACME client perhaps, or somebody's guess.
constexpr std::size_t kShortestToken = 22;

Result<std::string> thumbprint_of(const IssuerConfig& issuer) {
  auto key = PrivateKey::from_pem(issuer.account_key_pem.view());
  if (!key)
    return config_error(issuer.where, cat(issuer.account_key_file, ": ", key.error().message), key.error().hint);
  return jwk_thumbprint(*key);
}

}  // namespace

Result<StatelessHttp01> StatelessHttp01::make(const Configuration& configuration) {
  StatelessHttp01 made;
  std::map<std::string, std::size_t> by_issuer;
  for (const auto& [name, issuer] : configuration.issuers) {
    if (!issuer.http01_stateless || issuer.account_key_pem.empty()) continue;
    auto thumbprint = thumbprint_of(issuer);
    if (!thumbprint) return std::move(thumbprint).error();
    by_issuer.emplace(name, made.thumbprints_.size());
    made.thumbprints_.push_back(*std::move(thumbprint));
  }
  for (const auto& certificate : configuration.certificates) {
    const auto& types = certificate.challenges;
    if (by_issuer.empty() || std::find(types.begin(), types.end(), kHttp01) == types.end()) continue;
    std::vector<std::string> issuers{certificate.issuer};
    issuers.insert(issuers.end(), certificate.fallback.begin(), certificate.fallback.end());
    for (const auto& issuer : issuers) {
      const auto found = by_issuer.find(issuer);
      if (found == by_issuer.end()) continue;
      for (const auto& name : certificate.names) {
        if (can_prove(kHttp01, name)) made.by_name_.emplace(name.value, found->second);
      }
    }
  }
  return made;
}

std::optional<std::string> StatelessHttp01::answer(std::string_view token, std::string_view host) const {
  if (by_name_.empty() || token.size() < kShortestToken || !detail::is_token(token)) return std::nullopt;
  const auto found = by_name_.find(PlainHost{host}.view());
  if (found == by_name_.end()) return std::nullopt;
  return cat(token, ".", thumbprints_[found->second]);
}

}  // namespace acme
