// Members that several records have: times and lists of text.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/time.hpp"
#include "common/json/json.hpp"

namespace acme {

/// Left out when there is none.
void set_time(JsonBuilder& object, const char* key, const std::optional<UtcTime>& time);
/// nullopt: not there, or no time.
std::optional<UtcTime> time_of(const Json& value);
/// What is no text is left out.
std::vector<std::string> strings_of(const Json& value);

}  // namespace acme
