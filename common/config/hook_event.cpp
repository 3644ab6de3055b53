#include "common/config/hook_event.hpp"

#include <array>

namespace acme {

namespace {

/// In the order of the enumeration.
constexpr std::array kNames{"renewed", "failed", "expiring", "revoked", "challenge-setup", "installed"};

}  // namespace

const char* hook_event_name(HookEvent event) { return kNames[static_cast<std::size_t>(event)]; }

std::optional<HookEvent> parse_hook_event(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (name == kNames[i]) return static_cast<HookEvent>(i);
  }
  return std::nullopt;
}

}  // namespace acme
