// Members that several records have: times, texts, counts and lists of text.
#pragma once

#include <cstdint>
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
/// Of a time as seconds since 1970. nullopt: not there, no whole number, before 1970 or after 9999. A damaged record
/// may hold anything; of a bounded time each difference can be reckoned.
std::optional<UtcTime> seconds_of(const Json& value);
inline constexpr std::int64_t kLastStoredSecond = 253402300799;  // of the year 9999
/// Empty: not there, or no text.
std::string text_of(const Json& value);
/// 0: not there, negative, or no whole number.
std::uint64_t count_of(const Json& value);
JsonBuilder array_of(const std::vector<std::string>& texts);
/// What is no text is left out.
std::vector<std::string> strings_of(const Json& value);

}  // namespace acme
