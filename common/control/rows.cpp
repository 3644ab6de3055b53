#include "common/control/rows.hpp"

#include "common/base/text.hpp"
#include "common/store/record_fields.hpp"

namespace acme {

namespace {

/// What is empty is left out.
void set_text(JsonBuilder& json, const char* key, const std::string& text) {
  if (!text.empty()) json.set(key, text);
}

Error nameless(const char* what) {
  return Error{ErrorKind::malformed, cat("the engine's answer has ", what, " without a name")};
}

}  // namespace

JsonBuilder to_json(const EngineRow& row) {
  JsonBuilder json = JsonBuilder::object();
  json.set("state_path", row.state_path).set("server", row.server).set("process", row.process);
  set_time(json, "since", row.since);
  return json;
}

Result<EngineRow> parse_engine_row(const Json& json) {
  EngineRow row;
  row.state_path = text_of(json["state_path"]);
  row.server = text_of(json["server"]);
  row.process = json["process"].integer().value_or(0);
  row.since = time_of(json["since"]);
  if (row.state_path.empty()) return nameless("an engine");
  return row;
}

JsonBuilder to_json(const CertificateRow& row) {
  JsonBuilder json = JsonBuilder::object();
  json.set("id", row.id).set("name", row.name).set("names", array_of(row.names));
  set_text(json, "issuer", row.issuer);
  set_text(json, "key_type", row.key_type);
  if (!row.challenges.empty()) json.set("challenges", array_of(row.challenges));
  json.set("state", standing_name(row.standing)).set("served", served_name(row.served));
  set_text(json, "served_detail", row.served_detail);
  json.set("version", static_cast<std::int64_t>(row.version));
  set_text(json, "serial", row.serial);
  set_text(json, "issued_by", row.issued_by);
  set_text(json, "profile", row.profile);
  set_time(json, "not_before", row.not_before);
  set_time(json, "not_after", row.not_after);
  set_text(json, "path", row.path);
  set_time(json, "next", row.next);
  set_text(json, "reason", row.reason);
  json.set("failures", static_cast<std::int64_t>(row.failures));
  set_text(json, "last_error", row.last_error);
  set_text(json, "hint", row.hint);
  set_text(json, "last_error_type", row.last_error_type);
  return json;
}

Result<CertificateRow> parse_certificate_row(const Json& json) {
  CertificateRow row;
  row.id = text_of(json["id"]);
  row.name = text_of(json["name"]);
  if (row.id.empty() || row.name.empty()) return nameless("a certificate");
  row.names = strings_of(json["names"]);
  row.issuer = text_of(json["issuer"]);
  row.key_type = text_of(json["key_type"]);
  row.challenges = strings_of(json["challenges"]);
  const auto standing = parse_standing(text_of(json["state"]));
  if (!standing) return Error{ErrorKind::malformed, cat(cleaned(row.name), ": the engine's answer has no state")};
  row.standing = *standing;
  row.served = parse_served(text_of(json["served"])).value_or(ServedState::unknown);
  row.served_detail = text_of(json["served_detail"]);
  row.version = count_of(json["version"]);
  row.serial = text_of(json["serial"]);
  row.issued_by = text_of(json["issued_by"]);
  row.profile = text_of(json["profile"]);
  row.not_before = time_of(json["not_before"]);
  row.not_after = time_of(json["not_after"]);
  row.path = text_of(json["path"]);
  row.next = time_of(json["next"]);
  row.reason = text_of(json["reason"]);
  row.failures = static_cast<std::uint32_t>(count_of(json["failures"]));
  row.last_error = text_of(json["last_error"]);
  row.hint = text_of(json["hint"]);
  row.last_error_type = text_of(json["last_error_type"]);
  return row;
}

JsonBuilder to_json(const IssuerRow& row) {
  JsonBuilder json = JsonBuilder::object();
  json.set("name", row.name).set("directory", row.directory);
  set_text(json, "staging", row.staging);
  json.set("contact", array_of(row.contact));
  set_text(json, "external_account_id", row.external_account_id);
  set_text(json, "profile", row.profile);
  set_text(json, "preferred_chain", row.preferred_chain);
  set_text(json, "proxy", row.proxy);
  json.set("fallback", array_of(row.fallback));
  json.set("challenges", array_of(row.challenges)).set("dns_providers", array_of(row.dns_providers));
  set_text(json, "account_url", row.account_url);
  set_text(json, "account_status", row.account_status);
  set_text(json, "account_key", row.account_key);
  set_text(json, "account_key_file", row.account_key_file);
  json.set("verify", row.verify);
  set_text(json, "trusted", row.trusted);
  if (!row.ca_names.empty()) json.set("ca_names", array_of(row.ca_names));
  return json;
}

Result<IssuerRow> parse_issuer_row(const Json& json) {
  IssuerRow row;
  row.name = text_of(json["name"]);
  if (row.name.empty()) return nameless("an issuer");
  row.directory = text_of(json["directory"]);
  row.staging = text_of(json["staging"]);
  row.contact = strings_of(json["contact"]);
  row.external_account_id = text_of(json["external_account_id"]);
  row.profile = text_of(json["profile"]);
  row.preferred_chain = text_of(json["preferred_chain"]);
  row.proxy = text_of(json["proxy"]);
  row.fallback = strings_of(json["fallback"]);
  row.challenges = strings_of(json["challenges"]);
  row.dns_providers = strings_of(json["dns_providers"]);
  row.account_url = text_of(json["account_url"]);
  row.account_status = text_of(json["account_status"]);
  row.account_key = text_of(json["account_key"]);
  row.account_key_file = text_of(json["account_key_file"]);
  row.verify = json["verify"].boolean().value_or(true);
  row.trusted = text_of(json["trusted"]);
  row.ca_names = strings_of(json["ca_names"]);
  return row;
}

}  // namespace acme
