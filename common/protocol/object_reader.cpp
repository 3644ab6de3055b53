#include "common/protocol/object_reader.hpp"

#include "common/base/ip_address.hpp"
#include "common/base/text.hpp"
#include "common/base/url.hpp"
#include "common/protocol/problem.hpp"

namespace acme {

namespace {
constexpr std::size_t kMaxName = 256;
}

Result<ObjectReader> ObjectReader::open(const char* what, std::string_view body, bool allow_http) {
  auto json = Json::parse(body);
  if (!json) return std::move(json).error().with_context(cat("the CA's ", what));
  return ObjectReader{what, *std::move(json), allow_http};
}

ObjectReader::ObjectReader(const char* what, Json object, bool allow_http)
    : what_{what}, object_{std::move(object)}, allow_http_{allow_http} {
  if (!object_.is_object()) refuse("is no JSON object");
}

std::string ObjectReader::url(const char* member, bool required) {
  if (!required && !object_.has(member)) return {};
  const auto value = object_[member].string();
  if (!value) {
    refuse_member(member, "is missing or no text");
    return {};
  }
  if (!acceptable_url(*value, allow_http_)) {
    refuse_member(member, cat("is no acceptable https URL: ", cleaned(*value, kMaxName)));
    return {};
  }
  return *value;
}

std::vector<Json> ObjectReader::list(const char* member, std::size_t limit) {
  const Json value = object_[member];
  if (!value.is_array()) {
    refuse_member(member, "is missing or no array");
    return {};
  }
  auto items = value.items();
  if (items.size() > limit) {
    refuse_member(member, cat("has ", items.size(), " entries, more than ", limit));
    return {};
  }
  return items;
}

std::vector<std::string> ObjectReader::urls(const char* member, std::size_t limit) {
  std::vector<std::string> all;
  for (const auto& item : list(member, limit)) {
    const auto value = item.string();
    if (!value || !acceptable_url(*value, allow_http_)) {
      refuse_member(member,
                    cat("holds what is no acceptable https URL: ", cleaned(value.value_or("no text"), kMaxName)));
      return {};
    }
    all.push_back(*value);
  }
  return all;
}

std::optional<UtcTime> ObjectReader::time(const char* member) const {
  const auto value = object_[member].string();
  return value ? parse_rfc3339(*value) : std::nullopt;
}

std::optional<Error> ObjectReader::problem() const {
  const Json value = object_["error"];
  if (!value.is_object()) return std::nullopt;
  return to_error(value);
}

Identifier ObjectReader::identifier(const char* member, const Json& value) {
  const auto type = value["type"].string();
  const std::string text = value["value"].string().value_or("");
  const std::string shown = cleaned(text, kMaxName);
  if (type == "dns" && !text.empty() && text == shown) {
    return {IdentifierType::dns, to_lower(text.ends_with('.') ? text.substr(0, text.size() - 1) : text)};
  }
  const auto address = parse_ip(text);
  if (type == "ip" && address) return {IdentifierType::ip, format_ip(*address).value_or(text)};
  refuse_member(member, cat("holds no identifier we know: ", cleaned(type.value_or("no type"), 32), " \"", shown, '"'));
  return {};
}

void ObjectReader::refuse_member(const char* member, const std::string& why) {
  refuse(cat("member \"", member, "\" ", why));
}

void ObjectReader::refuse_status(const std::optional<std::string>& value) {
  refuse_member("status", value ? cat("is unknown: ", cleaned(*value, 64)) : "is missing or no text");
}

void ObjectReader::refuse(const std::string& why) {
  if (!error_) error_ = Error{ErrorKind::malformed, cat("the CA's ", what_, ": ", why)};
}

}  // namespace acme
