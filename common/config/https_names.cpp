#include "common/config/https_names.hpp"

#include <algorithm>

namespace acme {

namespace {

/// "*.example.com" and "a.example.com"; a certificate's wildcard stands for one label, a server's for several.
bool matches(std::string_view pattern, std::string_view name, bool one_label) {
  if (pattern == name) return true;
  if (!pattern.starts_with("*.") || name.starts_with("*.")) return false;
  const auto suffix = pattern.substr(1);
  if (name.size() <= suffix.size() || !name.ends_with(suffix)) return false;
  return !one_label || name.substr(0, name.size() - suffix.size()).find('.') == std::string_view::npos;
}

bool any_matches(std::span<const Identifier> patterns, const Identifier& name, bool one_label) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const Identifier& pattern) {
    return pattern.type == name.type && matches(pattern.value, name.value, one_label);
  });
}

void add(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

}  // namespace

std::vector<std::string> names_with_tls(std::span<const Identifier> own, std::span<const Identifier> certified) {
  std::vector<std::string> names;
  for (const auto& name : certified) {
    if (own.empty() || any_matches(own, name, false)) add(names, name.value);
  }
  for (const auto& name : own) {
    if (!name.wildcard() && any_matches(certified, name, true)) add(names, name.value);
  }
  return names;
}

std::uint16_t port_for_clients(std::span<const std::uint16_t> tls_ports) {
  if (tls_ports.empty()) return 0;
  if (std::find(tls_ports.begin(), tls_ports.end(), 443) != tls_ports.end()) return 443;
  return *std::min_element(tls_ports.begin(), tls_ports.end());
}

void sort_https_names(std::vector<HttpsName>& names) {
  std::stable_sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  const auto same = [](const auto& a, const auto& b) { return a.name == b.name; };
  names.erase(std::unique(names.begin(), names.end(), same), names.end());
}

}  // namespace acme
