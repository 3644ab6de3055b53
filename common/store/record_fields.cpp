#include "common/store/record_fields.hpp"

#include <algorithm>

namespace acme {

void set_time(JsonBuilder& object, const char* key, const std::optional<UtcTime>& time) {
  if (time) object.set(key, format_rfc3339(*time));
}

std::optional<UtcTime> time_of(const Json& value) {
  const auto text = value.string();
  return text ? parse_rfc3339(*text) : std::nullopt;
}

std::optional<UtcTime> seconds_of(const Json& value) {
  const auto seconds = value.integer();
  if (!seconds || *seconds < 0 || *seconds > kLastStoredSecond) return std::nullopt;
  return UtcTime{Seconds{*seconds}};
}

std::string text_of(const Json& value) { return value.string().value_or(std::string{}); }

std::uint64_t count_of(const Json& value) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(value.integer().value_or(0), 0));
}

JsonBuilder array_of(const std::vector<std::string>& texts) {
  JsonBuilder array = JsonBuilder::array();
  for (const auto& text : texts) array.add(text);
  return array;
}

std::vector<std::string> strings_of(const Json& value) {
  std::vector<std::string> texts;
  for (const auto& item : value.items()) {
    if (auto text = item.string()) texts.push_back(std::move(*text));
  }
  return texts;
}

}  // namespace acme
