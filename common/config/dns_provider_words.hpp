// What may stand behind `dns_provider`: which providers there are, what each is told, and how that is read.
//
//     dns_provider NAME [PROGRAM [ARG ...]] [key=value ...]
//
// A setting that is a secret is never written in the configuration itself: `api_token_file=PATH` or
// `api_token_env=VARIABLE`, read while the configuration is loaded, by whoever loads it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/directives.hpp"

namespace acme {

enum class SettingKind : std::uint8_t { optional, required, optional_secret, required_secret };

struct DnsProviderSetting {
  const char* name = nullptr;  // "key_name"
  SettingKind kind = SettingKind::optional;
  /// What it may be: "tcp|udp" is one of these, "ADDRESS" an IP address with or without a port, "HOST" that or a host
  /// name, "URL" an https URL (http on loopback only), "PATH" an absolute path, "TIME" 1 s to 1 h; nullptr: anything
  /// but nothing. Not for secrets.
  const char* form = nullptr;

  bool is_secret() const { return kind == SettingKind::optional_secret || kind == SettingKind::required_secret; }
  bool is_required() const { return kind == SettingKind::required || kind == SettingKind::required_secret; }
};

struct DnsProviderWords {
  const char* name;
  bool takes_program = false;
  DnsProviderSetting settings[12] = {};  // up to the first without a name
};

/// The providers of this build, sorted by name (dns_provider_table.cpp).
std::span<const DnsProviderWords> dns_provider_words();

/// The arguments of dns_provider. `context.where` goes into it.
Result<DnsProviderConfig> parse_dns_provider(const std::vector<std::string>& arguments,
                                             const DirectiveContext& context);

/// Of `providers` the one for `name` (a certificate's name, "*." in front or not): whose zone is the longest that holds
/// it, else the one without zones. nullptr: none is.
const DnsProviderConfig* dns_provider_for(std::span<const DnsProviderConfig> providers, std::string_view name);

}  // namespace acme
