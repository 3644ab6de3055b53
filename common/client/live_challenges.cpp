#include "common/client/live_challenges.hpp"

#include <algorithm>

namespace acme {

Status LiveChallenges::publish(const std::string& token, const std::string& key_authorization) {
  auto published = board_.publish(token, key_authorization);
  const bool known = std::find(tokens_.begin(), tokens_.end(), token) != tokens_.end();
  if (published && !known) tokens_.push_back(token);
  return published;
}

void LiveChallenges::withdraw() {
  for (const auto& token : tokens_) board_.withdraw(token);
  tokens_.clear();
}

}  // namespace acme
