// The DNS providers and their settings: one row each, sorted by name.
#include "common/config/dns_provider_words.hpp"

namespace acme {

namespace {

constexpr auto kRequired = SettingKind::required;
constexpr auto kRequiredSecret = SettingKind::required_secret;
constexpr auto kOptional = SettingKind::optional;
constexpr auto kOptionalSecret = SettingKind::optional_secret;
constexpr bool kProgram = true;
constexpr bool kNoProgram = false;

constexpr const char* kTsigAlgorithms = "hmac-sha256|hmac-sha384|hmac-sha512";

// clang-format off
constexpr DnsProviderWords kProviders[] = {
    {"acme-dns", kNoProgram, {{"server", kRequired, "URL"}, {"allowfrom", kOptional}}},
    {"acmesh", kNoProgram, {{"acme_sh", kRequired, "PATH"}, {"api", kRequired}, {"credentials", kOptionalSecret}, {"timeout", kOptional, "TIME"}}},
    {"azure", kNoProgram, {{"tenant_id", kRequired}, {"client_id", kRequired}, {"client_secret", kRequiredSecret}, {"subscription_id", kRequired}, {"resource_group", kOptional}, {"login_url", kOptional, "URL"}, {"api_url", kOptional, "URL"}, {"ca_file", kOptional, "PATH"}}},
    {"cloudflare", kNoProgram, {{"api_token", kRequiredSecret}, {"zone_id", kOptional}, {"api_url", kOptional, "URL"}, {"ca_file", kOptional, "PATH"}}},
    {"desec", kNoProgram, {{"api_token", kRequiredSecret}, {"api_url", kOptional, "URL"}, {"ca_file", kOptional, "PATH"}}},
    {"digitalocean", kNoProgram, {{"api_token", kRequiredSecret}, {"api_url", kOptional, "URL"}, {"ca_file", kOptional, "PATH"}}},
    {"exec", kProgram, {{"convention", kOptional, "plain|lego"}, {"credentials", kOptionalSecret}, {"timeout", kOptional, "TIME"}}},
    {"gandi", kNoProgram, {{"api_token", kRequiredSecret}, {"api_url", kOptional, "URL"}, {"ca_file", kOptional, "PATH"}}},
    {"google", kNoProgram, {{"service_account", kRequiredSecret}, {"project", kOptional}, {"api_url", kOptional, "URL"}, {"ca_file", kOptional, "PATH"}}},
    {"hetzner", kNoProgram, {{"api_token", kRequiredSecret}, {"api_url", kOptional, "URL"}, {"ca_file", kOptional, "PATH"}}},
    {"ovh", kNoProgram, {{"application_key", kRequired}, {"application_secret", kRequiredSecret}, {"consumer_key", kRequiredSecret}, {"endpoint", kOptional, "ovh-eu|ovh-ca|ovh-us"}, {"api_url", kOptional, "URL"}, {"ca_file", kOptional, "PATH"}}},
    {"powerdns", kNoProgram, {{"api_url", kRequired, "URL"}, {"api_key", kRequiredSecret}, {"server_id", kOptional}, {"ca_file", kOptional, "PATH"}}},
    {"rfc2136", kNoProgram, {{"server", kRequired, "HOST"}, {"key_name", kOptional}, {"key", kRequiredSecret}, {"algorithm", kOptional, kTsigAlgorithms}, {"transport", kOptional, "tcp|udp"}}},
    {"route53", kNoProgram, {{"access_key_id", kRequired}, {"secret_access_key", kRequiredSecret}, {"session_token", kOptionalSecret}, {"region", kOptional}, {"zone_id", kOptional}, {"api_url", kOptional, "URL"}, {"ca_file", kOptional, "PATH"}}},
};
// clang-format on

}  // namespace

std::span<const DnsProviderWords> dns_provider_words() { return kProviders; }

}  // namespace acme
