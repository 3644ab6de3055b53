#include "common/store/records.hpp"

#include "common/base/text.hpp"
#include "common/json/json.hpp"
#include "common/store/record_fields.hpp"

namespace acme {

namespace {

JsonBuilder strings(const std::vector<std::string>& texts) {
  auto array = JsonBuilder::array();
  for (const auto& text : texts) array.add(text);
  return array;
}

JsonBuilder identifiers(const std::vector<Identifier>& names) {
  auto array = JsonBuilder::array();
  for (const auto& name : names) {
    auto object = JsonBuilder::object();
    object.set("type", name.type == IdentifierType::ip ? "ip" : "dns").set("value", name.value);
    array.add(std::move(object));
  }
  return array;
}

Error missing(const char* key) { return {ErrorKind::malformed, cat("\"", key, "\" is missing or not as expected")}; }

Result<std::vector<Identifier>> identifiers_of(const Json& value) {
  std::vector<Identifier> names;
  for (const auto& item : value.items()) {
    const auto type = item["type"].string();
    const auto text = item["value"].string();
    const bool known = type && (*type == "dns" || *type == "ip");
    if (!known || !text || text->empty()) return missing("names");
    names.push_back({*type == "ip" ? IdentifierType::ip : IdentifierType::dns, *text});
  }
  if (names.empty()) return missing("names");
  return names;
}

/// The member's text, which may be empty; `bad` becomes its name when there is none.
std::string text_of(const Json& object, const char* key, const char*& bad) {
  auto text = object[key].string();
  if (!text) bad = key;
  return text.value_or(std::string{});
}

Result<std::string> sealed_key_of(const Json& object, const char* member = "key") {
  const auto text = object[member].string();
  const auto bytes = text ? base64url_decode(*text) : std::nullopt;
  if (!bytes || bytes->empty()) return missing(member);
  return std::string{bytes->begin(), bytes->end()};
}

}  // namespace

std::string account_to_json(const StoredAccount& account, std::string_view sealed_key,
                            std::string_view sealed_next_key) {
  auto object = JsonBuilder::object();
  object.set("directory", account.directory_url).set("url", account.url).set("contact", strings(account.contact));
  object.set("externalAccountId", account.external_account_id).set("orders", account.orders_url);
  object.set("deactivated", account.deactivated).set("key", base64url_encode(sealed_key));
  if (!sealed_next_key.empty()) object.set("nextKey", base64url_encode(sealed_next_key));
  return object.text();
}

Result<Sealed<StoredAccount>> parse_account_record(std::string_view json) {
  const auto object = Json::parse(json);
  if (!object) return object.error();
  Sealed<StoredAccount> account;
  const char* bad = nullptr;
  account.record.directory_url = text_of(*object, "directory", bad);
  account.record.url = text_of(*object, "url", bad);
  account.record.contact = strings_of((*object)["contact"]);
  account.record.external_account_id = (*object)["externalAccountId"].string().value_or("");
  account.record.orders_url = (*object)["orders"].string().value_or("");
  account.record.deactivated = (*object)["deactivated"].boolean().value_or(false);
  if (bad != nullptr) return missing(bad);
  auto key = sealed_key_of(*object);
  if (!key) return std::move(key).error();
  account.sealed_key = std::move(*key);
  if (!object->has("nextKey")) return account;
  auto next_key = sealed_key_of(*object, "nextKey");
  if (!next_key) return std::move(next_key).error();
  account.sealed_next_key = std::move(*next_key);
  return account;
}

std::string order_to_json(const StoredOrder& order, std::string_view sealed_key) {
  auto object = JsonBuilder::object();
  object.set("issuer", order.issuer).set("directory", order.directory_url).set("account", order.account_url);
  object.set("names", identifiers(order.names)).set("profile", order.profile).set("order", order.order_url);
  object.set("started", format_rfc3339(order.started)).set("key", base64url_encode(sealed_key));
  return object.text();
}

Result<Sealed<StoredOrder>> parse_order_record(std::string_view json) {
  const auto object = Json::parse(json);
  if (!object) return object.error();
  Sealed<StoredOrder> order;
  const char* bad = nullptr;
  order.record.issuer = text_of(*object, "issuer", bad);
  order.record.directory_url = text_of(*object, "directory", bad);
  order.record.account_url = text_of(*object, "account", bad);
  order.record.order_url = text_of(*object, "order", bad);
  order.record.profile = (*object)["profile"].string().value_or("");
  const auto started = time_of((*object)["started"]);
  if (!started) bad = "started";
  if (bad != nullptr) return missing(bad);
  order.record.started = *started;
  auto names = identifiers_of((*object)["names"]);
  if (!names) return std::move(names).error();
  order.record.names = std::move(*names);
  auto key = sealed_key_of(*object);
  if (!key) return std::move(key).error();
  order.sealed_key = std::move(*key);
  return order;
}

std::string meta_to_json(const VersionMeta& meta) {
  auto object = JsonBuilder::object();
  object.set("issuer", meta.issuer).set("directory", meta.directory_url).set("names", identifiers(meta.names));
  set_time(object, "issuedAt", meta.issued_at);
  set_time(object, "notBefore", meta.not_before);
  set_time(object, "notAfter", meta.not_after);
  object.set("serial", meta.serial).set("fingerprint", meta.fingerprint);
  object.set("renewalId", meta.renewal_id).set("profile", meta.profile);
  return object.text();
}

Result<VersionMeta> parse_meta(std::string_view json) {
  const auto object = Json::parse(json);
  if (!object) return object.error();
  const auto issued_at = time_of((*object)["issuedAt"]);
  const auto not_before = time_of((*object)["notBefore"]);
  const auto not_after = time_of((*object)["notAfter"]);
  if (!issued_at || !not_before || !not_after) return missing("issuedAt, notBefore or notAfter");
  auto names = identifiers_of((*object)["names"]);
  if (!names) return std::move(names).error();
  VersionMeta meta;
  const char* bad = nullptr;
  meta.issuer = text_of(*object, "issuer", bad);
  meta.directory_url = text_of(*object, "directory", bad);
  if (bad != nullptr) return missing(bad);
  meta.names = std::move(*names);
  meta.issued_at = *issued_at;
  meta.not_before = *not_before;
  meta.not_after = *not_after;
  meta.serial = (*object)["serial"].string().value_or("");
  meta.fingerprint = (*object)["fingerprint"].string().value_or("");
  meta.renewal_id = (*object)["renewalId"].string().value_or("");
  meta.profile = (*object)["profile"].string().value_or("");
  return meta;
}

}  // namespace acme
