// The last lines of most make_<name>(): an API with one token in one header, edited zone by zone.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/secret_text.hpp"
#include "common/base/text.hpp"
#include "common/dns_provider/api_client.hpp"
#include "common/dns_provider/zone_editor.hpp"

namespace acme {

/// A setup that sends `header` with the secret behind it ("Authorization: Bearer "). Errors: configuration.
inline Result<ApiSetup> token_api(const DnsProviderConfig& config, std::string provider, std::string_view usual_url,
                                  std::string_view header, const std::string& secret) {
  auto token = header_secret(config, secret);
  if (!token) return std::move(token).error();
  auto url = api_base_url(config, usual_url);
  if (!url) return std::move(url).error();
  ApiSetup setup;
  setup.provider = std::move(provider);
  setup.base_url = *std::move(url);
  setup.headers.push_back(secret_of({header, *token}));
  return setup;
}

/// The provider that edits zones through `Api`, which is made of an ApiClient and whatever else it wants.
template <class Api, class... More>
std::unique_ptr<DnsProvider> edited_by(const DnsProviderConfig& config, const DnsProviderTools& tools, ApiSetup setup,
                                       More&&... more) {
  auto api = std::make_unique<Api>(ApiClient{std::move(setup), config, tools}, std::forward<More>(more)...);
  return std::make_unique<ZoneEditor>(config, *tools.scheduler, std::move(api));
}

}  // namespace acme
