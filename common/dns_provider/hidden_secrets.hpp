// An API or a program may repeat in its error what it was given; a secret in it must not reach a log.
#pragma once

#include <string>
#include <string_view>

#include "common/config/model.hpp"

namespace acme {

/// Shorter secrets are words that may be in any text by chance.
inline constexpr std::size_t kShortestSecret = 6;

/// Replaces the secret by "(hidden)" wherever it is.
void hide_secret(std::string& text, std::string_view secret);

/// `text` without the secrets of the provider. With one under kShortestSecret in it nothing of the text is shown.
std::string hide_secrets(std::string text, const DnsProviderConfig& config);

}  // namespace acme
