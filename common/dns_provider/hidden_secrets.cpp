#include "common/dns_provider/hidden_secrets.hpp"

namespace acme {

namespace {

constexpr std::string_view kHidden = "(hidden)";

}  // namespace

void hide_secret(std::string& text, std::string_view secret) {
  if (secret.empty()) return;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kHidden.size())) {
    text.replace(at, secret.size(), kHidden);
  }
}

std::string hide_secrets(std::string text, const DnsProviderConfig& config) {
  for (const auto& [name, secret] : config.secrets) {
    const std::string_view value = secret.view();
    const bool is_short = !value.empty() && value.size() < kShortestSecret;
    if (is_short && text.find(value) != std::string::npos) return std::string{kHidden};
    hide_secret(text, value);
  }
  return text;
}

}  // namespace acme
