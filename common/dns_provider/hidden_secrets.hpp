// An API may repeat in its error what it was sent; a secret in it must not reach a log.
#pragma once

#include <string>

#include "common/config/model.hpp"

namespace acme {

/// `text` with every secret of the provider replaced by "(hidden)". Secrets under 6 bytes are words that may be in any
/// text by chance: with one of these in it nothing of the text is shown.
std::string hide_secrets(std::string text, const DnsProviderConfig& config);

}  // namespace acme
