// Json: reading and writing JSON through jansson, the only place that includes <jansson.h>.
//
// Reading is for input that may lie: bounded size and depth, duplicate keys and invalid UTF-8
// refused, and every accessor answers "not there" for a missing member, null or another type.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

struct json_t;

namespace acme {

/// A read-only view of a parsed value; copies share the document and keep it alive.
class Json {
 public:
  static constexpr std::size_t kMaxSize = 1024 * 1024;

  /// An object or array of at most kMaxSize bytes. ErrorKind::malformed says line and column.
  static Result<Json> parse(std::string_view text);

  bool is_object() const noexcept;
  bool is_array() const noexcept;
  /// The member `key`; a null Json when there is none, when it is null, or when this is no object.
  Json operator[](const char* key) const;
  bool has(const char* key) const;          // present and not null
  explicit operator bool() const noexcept;  // not null
  std::optional<std::string> string() const;
  std::optional<std::int64_t> integer() const;
  std::optional<bool> boolean() const;
  std::vector<Json> items() const;  // of an array, else empty
  /// Names of an object's members in the order of the document.
  std::vector<std::string> keys() const;

 private:
  Json() = default;
  explicit Json(std::shared_ptr<json_t> value) : value_{std::move(value)} {}
  std::shared_ptr<json_t> value_;
};

/// Builds one object or array. Members keep the order in which they are set (a JWK thumbprint,
/// RFC 7638, needs its own order: set the members in it).
class JsonBuilder {
 public:
  static JsonBuilder object();
  static JsonBuilder array();
  JsonBuilder(JsonBuilder&&) noexcept;
  JsonBuilder& operator=(JsonBuilder&&) noexcept;
  ~JsonBuilder();

  JsonBuilder& set(const char* key, std::string_view value);
  JsonBuilder& set(const char* key, const char* value) { return set(key, std::string_view{value}); }
  JsonBuilder& set(const char* key, std::int64_t value);
  JsonBuilder& set(const char* key, int value) { return set(key, static_cast<std::int64_t>(value)); }
  JsonBuilder& set(const char* key, bool value);
  JsonBuilder& set(const char* key, JsonBuilder value);
  JsonBuilder& add(std::string_view value);
  JsonBuilder& add(const char* value) { return add(std::string_view{value}); }
  JsonBuilder& add(JsonBuilder value);

  /// Compact, UTF-8. A string that is not valid UTF-8 has become its cleaned() form.
  std::string text() const;

 private:
  explicit JsonBuilder(json_t* value) : value_{value} {}
  json_t* value_ = nullptr;
};

}  // namespace acme
