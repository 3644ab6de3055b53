#include "common/client/live_challenges.hpp"

#include <algorithm>

namespace acme {

namespace {

void remember(std::vector<std::string>& published, const std::string& one) {
  if (std::find(published.begin(), published.end(), one) == published.end()) published.push_back(one);
}

}  // namespace

Status LiveChallenges::publish(const std::string& token, const std::string& key_authorization) {
  auto published = board_.publish(token, key_authorization);
  if (published) remember(tokens_, token);
  return published;
}

Status LiveChallenges::publish_tls_alpn(const std::string& name, const std::string& key_authorization) {
  auto published = board_.publish_tls_alpn(name, key_authorization);
  if (published) remember(alpn_names_, name);
  return published;
}

void LiveChallenges::withdraw() {
  for (const auto& token : tokens_) board_.withdraw(token);
  for (const auto& name : alpn_names_) board_.withdraw_tls_alpn(name);
  tokens_.clear();
  alpn_names_.clear();
}

}  // namespace acme
