#include "common/store/record_fields.hpp"

namespace acme {

void set_time(JsonBuilder& object, const char* key, const std::optional<UtcTime>& time) {
  if (time) object.set(key, format_rfc3339(*time));
}

std::optional<UtcTime> time_of(const Json& value) {
  const auto text = value.string();
  return text ? parse_rfc3339(*text) : std::nullopt;
}

std::vector<std::string> strings_of(const Json& value) {
  std::vector<std::string> texts;
  for (const auto& item : value.items()) {
    if (auto text = item.string()) texts.push_back(std::move(*text));
  }
  return texts;
}

}  // namespace acme
