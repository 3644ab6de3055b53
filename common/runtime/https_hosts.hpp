// acme_require_https: which hosts plain HTTP may be redirected for, where to, and how. For the request path of both
// servers: no look-up allocates, and none trusts what a client calls itself.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/model.hpp"
#include "common/runtime/certificate_slot.hpp"

namespace acme {

class HttpsHosts {
 public:
  /// `names` sorted (Configuration::https_names), `slots` by set; both outlive this object.
  HttpsHosts(std::span<const HttpsName> names, std::span<const std::unique_ptr<CertificateSlot>> slots)
      : names_{names}, slots_{slots} {}

  /// The TLS port of `host` (of a Host header, without port), once a certificate of its own is live in this process;
  /// nullopt: another host, junk, or still the placeholder. Looks at the state directory as a handshake does.
  std::optional<std::uint16_t> port_of(std::string_view host) const noexcept;

 private:
  const HttpsName* find(std::string_view name) const noexcept;

  std::span<const HttpsName> names_;
  std::span<const std::unique_ptr<CertificateSlot>> slots_;
};

/// 302 or 301 for GET and HEAD; 307 or 308 for other methods, which are to be repeated as they were.
int redirect_status(RequireHttps require, bool get_or_head) noexcept;
/// "https://host[:port]/path?query"; `target` is path and query as the client sent them, a slash in front.
std::string https_url(std::string_view host, std::uint16_t port, std::string_view target);

/// RFC 6797: half a year.
inline constexpr std::string_view kHstsName = "Strict-Transport-Security";
inline constexpr std::string_view kHstsValue = "max-age=15768000";

}  // namespace acme
