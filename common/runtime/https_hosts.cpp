#include "common/runtime/https_hosts.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/runtime/plain_host.hpp"

namespace acme {

namespace {

/// "*.example.com" against "example.com", without making the text.
int compare_wildcard(std::string_view name, std::string_view domain) noexcept {
  const int stars = name.substr(0, 2).compare("*.");
  return stars != 0 ? stars : name.substr(2).compare(domain);
}

}  // namespace

const HttpsName* HttpsHosts::find(std::string_view name) const noexcept {
  const auto exact = std::lower_bound(names_.begin(), names_.end(), name,
                                      [](const HttpsName& entry, std::string_view text) { return entry.name < text; });
  if (exact != names_.end() && exact->name == name) return &*exact;
  const auto dot = name.find('.');
  if (dot == std::string_view::npos || dot == 0) return nullptr;
  const auto domain = name.substr(dot + 1);
  const auto wildcard = std::lower_bound(
      names_.begin(), names_.end(), domain,
      [](const HttpsName& entry, std::string_view text) { return compare_wildcard(entry.name, text) < 0; });
  return wildcard != names_.end() && compare_wildcard(wildcard->name, domain) == 0 ? &*wildcard : nullptr;
}

std::optional<std::uint16_t> HttpsHosts::port_of(std::string_view host) const noexcept {
  const PlainHost plain{host};
  if (plain.view().empty()) return std::nullopt;
  const HttpsName* found = find(plain.view());
  if (found == nullptr || !slots_[found->set]->own_is_live()) return std::nullopt;
  return found->port;
}

int redirect_status(RequireHttps require, bool get_or_head) noexcept {
  if (require == RequireHttps::permanent) return get_or_head ? 301 : 308;
  return get_or_head ? 302 : 307;
}

std::string https_url(std::string_view host, std::uint16_t port, std::string_view target) {
  const bool bare_address = host.find(':') != std::string_view::npos && !host.starts_with('[');
  std::string url = bare_address ? cat("https://[", host, "]") : cat("https://", host);
  if (port != 443) url += cat(":", static_cast<unsigned>(port));
  return cat(url, target.starts_with('/') ? "" : "/", target);
}

}  // namespace acme
