#include "common/report/json_text.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/report/html_text.hpp"

namespace acme {

namespace {

std::string_view escape(char character) {
  switch (character) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '<': return "\\u003c";
    case '>': return "\\u003e";
    case '&': return "\\u0026";
    default: return {};
  }
}

}  // namespace

void JsonText::quoted(std::string_view text) {
  std::string out = "\"";
  append_escaped(out, cleaned(text, kShownText), escape);
  pieces_.append(out += '"');
}

void JsonText::next(std::string_view key) {
  if (!first_) pieces_.append(",");
  first_ = false;
  if (!key.empty()) pieces_.append(cat("\"", key, "\":"));
}

JsonText& JsonText::begin_object(std::string_view key) {
  next(key);
  pieces_.append("{");
  first_ = true;
  return *this;
}

JsonText& JsonText::end_object() {
  pieces_.append("}");
  first_ = false;
  return *this;
}

JsonText& JsonText::begin_array(std::string_view key) {
  next(key);
  pieces_.append("[");
  first_ = true;
  return *this;
}

JsonText& JsonText::end_array() {
  pieces_.append("]");
  first_ = false;
  return *this;
}

JsonText& JsonText::text(std::string_view key, std::string_view value) {
  if (value.empty()) return *this;
  next(key);
  quoted(value);
  return *this;
}

JsonText& JsonText::number(std::string_view key, std::int64_t value) {
  next(key);
  pieces_.append(cat(value));
  return *this;
}

JsonText& JsonText::number(std::string_view key, std::uint64_t value) {
  // Most readers take no more than 63 bits.
  return number(key, static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX)));
}

JsonText& JsonText::flag(std::string_view key, bool value) {
  next(key);
  pieces_.append(value ? "true" : "false");
  return *this;
}

JsonText& JsonText::time(std::string_view key, const std::optional<UtcTime>& value) {
  return value ? text(key, format_rfc3339(within_calendar(*value))) : *this;
}

JsonText& JsonText::seconds(std::string_view key, std::chrono::milliseconds value) {
  const auto count = std::max<std::int64_t>(value.count(), 0);
  std::string decimals = cat(1000 + count % 1000);
  next(key);
  pieces_.append(cat(count / 1000, ".", decimals.substr(1)));
  return *this;
}

JsonText& JsonText::item(std::string_view value) {
  next({});
  quoted(value);
  return *this;
}

JsonText& JsonText::texts(std::string_view key, const std::vector<std::string>& values) {
  begin_array(key);
  for (const auto& value : values) item(value);
  return end_array();
}

std::vector<std::string> JsonText::pieces() && { return std::move(pieces_).take(); }

}  // namespace acme
