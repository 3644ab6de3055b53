// The events of acme_on_event by name.
#pragma once

#include <optional>
#include <string_view>

#include "common/config/model.hpp"

namespace acme {

/// "renewed", "challenge-setup", ...
const char* hook_event_name(HookEvent event);
std::optional<HookEvent> parse_hook_event(std::string_view name);

}  // namespace acme
