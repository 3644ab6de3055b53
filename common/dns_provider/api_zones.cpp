#include "common/dns_provider/api_zones.hpp"

#include "common/base/idn.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::size_t kMaxName = 253;

bool is_within(std::string_view name, std::string_view zone) {
  if (zone.empty() || name == zone) return true;
  return name.size() > zone.size() && name.ends_with(zone) && name[name.size() - zone.size() - 1] == '.';
}

}  // namespace

const ApiZone* best_zone(const std::vector<ApiZone>& zones, std::string_view name) {
  const ApiZone* best = nullptr;
  for (const auto& zone : zones) {
    if (is_within(name, zone.name) && (best == nullptr || zone.name.size() > best->name.size())) best = &zone;
  }
  return best;
}

std::optional<std::string> zone_name(std::string_view written) {
  if (written.ends_with('.')) written.remove_suffix(1);
  if (written.empty() || written.size() > kMaxName) return std::nullopt;
  for (const char character : written) {
    if (static_cast<unsigned char>(character) < 0x80) continue;
    auto ascii = to_ascii_name(written);
    if (!ascii) return std::nullopt;
    return *std::move(ascii);
  }
  return to_lower(written);
}

std::string relative_name(const ApiZone& zone, std::string_view name, std::string_view apex) {
  if (name == zone.name) return std::string{apex};
  if (zone.name.empty()) return std::string{name};
  return std::string{name.substr(0, name.size() - zone.name.size() - 1)};
}

std::string absolute_name(const ApiZone& zone, std::string_view relative) {
  if (relative.empty() || relative == "@") return zone.name;
  return cat(to_lower(relative), ".", zone.name);
}

}  // namespace acme
