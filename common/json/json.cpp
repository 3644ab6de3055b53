#include "common/json/json.hpp"

#include <jansson.h>

#include <cstdlib>
#include <new>

#include "common/base/handle.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

// jansson allows 2048 levels, and recursion that deep is more stack than a thread may have. ACME needs four.
constexpr int kMaxDepth = 32;

void release(json_t* value) { json_decref(value); }  // json_decref is static inline
using OwnedJson = Handle<json_t, release>;
using OwnedText = Handle<char, std::free>;

/// Brackets outside of strings, counted before the parser recurses into them.
bool is_nested_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDepth) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

/// A new reference; memory is all that can be missing.
json_t* checked(json_t* value) {
  if (value == nullptr) throw std::bad_alloc{};
  return value;
}

json_t* text_value(std::string_view text) {
  // What holds a NUL would be written as \u0000, and with it a whole record could not be read again.
  const bool readable = text.find('\0') == std::string_view::npos;
  json_t* value = readable ? json_stringn(text.empty() ? "" : text.data(), text.size()) : nullptr;
  if (value != nullptr) return value;
  const std::string valid = cleaned(text, text.size());  // it was no UTF-8
  return checked(json_stringn(valid.data(), valid.size()));
}

void put(json_t* object, const char* key, json_t* value) {
  if (json_object_set_new(object, key, checked(value)) != 0) throw std::bad_alloc{};
}

void put(json_t* array, json_t* value) {
  if (json_array_append_new(array, checked(value)) != 0) throw std::bad_alloc{};
}

}  // namespace

Result<Json> Json::parse(std::string_view text) {
  if (text.size() > kMaxSize) {
    return Error{ErrorKind::malformed, cat("the JSON text is too long: ", text.size(), " bytes")};
  }
  if (is_nested_too_deep(text)) {
    return Error{ErrorKind::malformed, cat("the JSON text is nested deeper than ", kMaxDepth, " levels")};
  }
  json_error_t error{};
  OwnedJson value{json_loadb(text.empty() ? "" : text.data(), text.size(), JSON_REJECT_DUPLICATES, &error)};
  if (!value) {
    return Error{ErrorKind::malformed,
                 cat("no valid JSON: ", cleaned(error.text), " (line ", error.line, ", column ", error.column, ")")};
  }
  return Json{std::shared_ptr<json_t>{std::move(value)}};
}

bool Json::is_object() const noexcept { return json_is_object(value_.get()); }
bool Json::is_array() const noexcept { return json_is_array(value_.get()); }

Json Json::operator[](const char* key) const {
  json_t* member = json_object_get(value_.get(), key);
  if (member == nullptr || json_is_null(member)) return Json{};
  return Json{std::shared_ptr<json_t>{value_, member}};
}

bool Json::has(const char* key) const { return static_cast<bool>((*this)[key]); }

Json::operator bool() const noexcept { return value_ != nullptr && !json_is_null(value_.get()); }

std::optional<std::string> Json::string() const {
  if (!json_is_string(value_.get())) return std::nullopt;
  return std::string{json_string_value(value_.get()), json_string_length(value_.get())};
}

std::optional<std::int64_t> Json::integer() const {
  if (!json_is_integer(value_.get())) return std::nullopt;
  return json_integer_value(value_.get());
}

std::optional<bool> Json::boolean() const {
  if (!json_is_boolean(value_.get())) return std::nullopt;
  return json_is_true(value_.get());
}

std::vector<Json> Json::items() const {
  std::vector<Json> items;
  const std::size_t size = json_array_size(value_.get());  // 0 for what is no array
  items.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    items.push_back(Json{std::shared_ptr<json_t>{value_, json_array_get(value_.get(), i)}});
  }
  return items;
}

std::vector<std::string> Json::keys() const {
  std::vector<std::string> keys;
  json_t* object = value_.get();
  for (void* member = json_object_iter(object); member != nullptr; member = json_object_iter_next(object, member)) {
    keys.emplace_back(json_object_iter_key(member));
  }
  return keys;
}

JsonBuilder JsonBuilder::object() { return JsonBuilder{checked(json_object())}; }
JsonBuilder JsonBuilder::array() { return JsonBuilder{checked(json_array())}; }

JsonBuilder::JsonBuilder(JsonBuilder&& other) noexcept : value_{std::exchange(other.value_, nullptr)} {}

JsonBuilder& JsonBuilder::operator=(JsonBuilder&& other) noexcept {
  if (this != &other) {
    release(value_);
    value_ = std::exchange(other.value_, nullptr);
  }
  return *this;
}

JsonBuilder::~JsonBuilder() { release(value_); }

JsonBuilder& JsonBuilder::set(const char* key, std::string_view value) {
  put(value_, key, text_value(value));
  return *this;
}

JsonBuilder& JsonBuilder::set(const char* key, std::int64_t value) {
  put(value_, key, json_integer(value));
  return *this;
}

JsonBuilder& JsonBuilder::set(const char* key, bool value) {
  put(value_, key, json_boolean(value));
  return *this;
}

JsonBuilder& JsonBuilder::set(const char* key, JsonBuilder value) {
  put(value_, key, std::exchange(value.value_, nullptr));
  return *this;
}

JsonBuilder& JsonBuilder::add(std::string_view value) {
  put(value_, text_value(value));
  return *this;
}

JsonBuilder& JsonBuilder::add(JsonBuilder value) {
  put(value_, std::exchange(value.value_, nullptr));
  return *this;
}

std::string JsonBuilder::text() const {
  const OwnedText text{json_dumps(value_, JSON_COMPACT)};
  if (!text) throw std::bad_alloc{};
  return text.get();
}

}  // namespace acme
