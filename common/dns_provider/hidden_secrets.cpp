#include "common/dns_provider/hidden_secrets.hpp"

namespace acme {

std::string hide_secrets(std::string text, const DnsProviderConfig& config) {
  constexpr std::size_t kShortest = 6;
  constexpr std::string_view kHidden = "(hidden)";
  for (const auto& [name, secret] : config.secrets) {
    const std::string_view value = secret.view();
    if (value.empty()) continue;
    for (auto at = text.find(value); at != std::string::npos; at = text.find(value, at + kHidden.size())) {
      if (value.size() < kShortest) return std::string{kHidden};
      text.replace(at, value.size(), kHidden);
    }
  }
  return text;
}

}  // namespace acme
