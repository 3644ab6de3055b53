#include "common/report/stored_records.hpp"

#include <algorithm>
#include <limits>

#include "common/base/text.hpp"
#include "common/store/record_fields.hpp"

namespace acme {

namespace {

constexpr int kFormat = 1;
/// Of one text: a CA may have written it.
constexpr std::size_t kLongestText = 2048;
/// Of names and chain entries, when all would be too long.
constexpr std::size_t kFewerNames = 200;
constexpr std::size_t kLongestChain = 10;

JsonBuilder text_array(const std::vector<std::string>& texts) {
  JsonBuilder json = JsonBuilder::array();
  for (const auto& text : texts) json.add(detail::bounded(text));
  return json;
}

JsonBuilder summary_json(const CertificateSummary& summary) {
  JsonBuilder json = JsonBuilder::object();
  json.set("id", summary.id).set("name", summary.name).set("issuer", summary.issuer);
  json.set("keyType", summary.key_type);
  json.set("standing", standing_name(summary.standing)).set("served", served_name(summary.served));
  detail::set_count(json, "names", summary.names);
  detail::set_count(json, "namesProved", summary.names_proved);
  detail::set_count(json, "version", summary.version);
  detail::set_count(json, "failures", summary.failures);
  set_time(json, "notBefore", summary.not_before);
  set_time(json, "notAfter", summary.not_after);
  set_time(json, "windowStart", summary.window_start);
  set_time(json, "windowEnd", summary.window_end);
  set_time(json, "renewAt", summary.renew_at);
  set_time(json, "next", summary.next);
  json.set("errorType", detail::bounded(summary.error_type));
  return json;
}

CertificateSummary parse_summary(const Json& json) {
  CertificateSummary summary;
  summary.id = text_of(json["id"]);
  summary.name = text_of(json["name"]);
  summary.issuer = text_of(json["issuer"]);
  summary.key_type = text_of(json["keyType"]);
  summary.standing = parse_standing(text_of(json["standing"])).value_or(CertificateStanding::none);
  summary.served = parse_served(text_of(json["served"])).value_or(ServedState::unknown);
  summary.names = detail::small_count_of(json["names"]);
  summary.names_proved = detail::small_count_of(json["namesProved"]);
  summary.version = count_of(json["version"]);
  summary.failures = detail::small_count_of(json["failures"]);
  summary.not_before = time_of(json["notBefore"]);
  summary.not_after = time_of(json["notAfter"]);
  summary.window_start = time_of(json["windowStart"]);
  summary.window_end = time_of(json["windowEnd"]);
  summary.renew_at = time_of(json["renewAt"]);
  summary.next = time_of(json["next"]);
  summary.error_type = text_of(json["errorType"]);
  return summary;
}

JsonBuilder chain_json(const std::vector<ChainEntry>& chain) {
  JsonBuilder json = JsonBuilder::array();
  for (const auto& entry : chain) {
    JsonBuilder one = JsonBuilder::object();
    one.set("subject", detail::bounded(entry.subject)).set("issuer", detail::bounded(entry.issuer));
    set_time(one, "notAfter", entry.not_after);
    json.add(std::move(one));
  }
  return json;
}

std::vector<ChainEntry> parse_chain(const Json& json) {
  std::vector<ChainEntry> chain;
  for (const auto& item : json.items()) {
    if (chain.size() == kLongestChain) break;
    chain.push_back({text_of(item["subject"]), text_of(item["issuer"]), detail::required_time(item["notAfter"])});
  }
  return chain;
}

JsonBuilder history_json(const std::vector<IssuedVersion>& history) {
  JsonBuilder json = JsonBuilder::array();
  for (std::size_t i = 0; i < std::min(history.size(), kHistory); ++i) {
    const IssuedVersion& one = history[i];
    JsonBuilder row = JsonBuilder::object();
    detail::set_count(row, "version", one.version);
    row.set("issuer", one.issuer).set("serial", one.serial).set("fingerprint", one.fingerprint);
    set_time(row, "issuedAt", one.issued_at);
    set_time(row, "notBefore", one.not_before);
    set_time(row, "notAfter", one.not_after);
    detail::set_count(row, "names", one.names);
    row.set("tookMs", static_cast<std::int64_t>(one.took.count()));
    json.add(std::move(row));
  }
  return json;
}

std::vector<IssuedVersion> parse_history(const Json& json) {
  std::vector<IssuedVersion> history;
  for (const auto& item : json.items()) {
    if (history.size() == kHistory) break;
    IssuedVersion& one = history.emplace_back();
    one.version = count_of(item["version"]);
    one.issuer = text_of(item["issuer"]);
    one.serial = text_of(item["serial"]);
    one.fingerprint = text_of(item["fingerprint"]);
    one.issued_at = detail::required_time(item["issuedAt"]);
    one.not_before = detail::required_time(item["notBefore"]);
    one.not_after = detail::required_time(item["notAfter"]);
    one.names = detail::small_count_of(item["names"]);
    one.took = detail::milliseconds_of(item["tookMs"]).value_or(std::chrono::milliseconds{0});
  }
  return history;
}

std::string write_detail(const CertificateDetail& record) {
  JsonBuilder json = detail::stored_json();
  json.set("summary", summary_json(record.summary));
  json.set("names", text_array(record.names)).set("challenges", text_array(record.challenges));
  json.set("issuedBy", record.issued_by).set("profile", record.profile);
  json.set("serial", record.serial).set("fingerprint", record.fingerprint);
  json.set("chain", chain_json(record.chain)).set("path", record.path);
  json.set("reason", detail::bounded(record.reason));
  json.set("servedDetail", detail::bounded(record.served_detail));
  set_time(json, "servedChecked", record.served_checked);
  json.set("lastError", detail::bounded(record.last_error)).set("hint", detail::bounded(record.hint));
  if (record.attempt) json.set("attempt", detail::attempt_json(*record.attempt));
  json.set("history", history_json(record.history));
  return json.text();
}

}  // namespace

std::string to_text(const CertificateDetail& record) {
  std::string text = write_detail(record);
  if (text.size() <= Json::kMaxSize) return text;
  CertificateDetail shorter = record;
  shorter.names.resize(std::min(shorter.names.size(), kFewerNames));
  if (shorter.attempt) shorter.attempt->names.clear();
  return write_detail(shorter);
}

Result<CertificateDetail> parse_detail(std::string_view text) {
  auto json = detail::parse_stored(text, "the status of the certificate");
  if (!json) return std::move(json).error();
  CertificateDetail record;
  record.summary = parse_summary((*json)["summary"]);
  record.names = strings_of((*json)["names"]);
  record.challenges = strings_of((*json)["challenges"]);
  record.issued_by = text_of((*json)["issuedBy"]);
  record.profile = text_of((*json)["profile"]);
  record.serial = text_of((*json)["serial"]);
  record.fingerprint = text_of((*json)["fingerprint"]);
  record.chain = parse_chain((*json)["chain"]);
  record.path = text_of((*json)["path"]);
  record.reason = text_of((*json)["reason"]);
  record.served_detail = text_of((*json)["servedDetail"]);
  record.served_checked = time_of((*json)["servedChecked"]);
  record.last_error = text_of((*json)["lastError"]);
  record.hint = text_of((*json)["hint"]);
  record.attempt = detail::parse_attempt((*json)["attempt"]);
  record.history = parse_history((*json)["history"]);
  return record;
}

namespace detail {

JsonBuilder stored_json() { return std::move(JsonBuilder::object().set("format", kFormat)); }

Result<Json> parse_stored(std::string_view text, const char* file) {
  auto json = Json::parse(text);
  if (!json) return std::move(json).error().with_context(cat(file, " is damaged"));
  if ((*json)["format"].integer() == kFormat) return json;
  return Error{ErrorKind::malformed, cat(file, " was written by another version of this software"),
               "reload the server: its engine writes it anew"};
}

std::string_view bounded(std::string_view text) {
  if (text.size() <= kLongestText) return text;
  std::size_t end = kLongestText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

void set_milliseconds(JsonBuilder& json, const char* key, const std::optional<std::chrono::milliseconds>& took) {
  if (took) json.set(key, static_cast<std::int64_t>(took->count()));
}

std::optional<std::chrono::milliseconds> milliseconds_of(const Json& value) {
  const auto number = value.integer();
  if (!number || *number < 0) return std::nullopt;
  return std::chrono::milliseconds{*number};
}

void set_count(JsonBuilder& json, const char* key, std::uint64_t count) {
  json.set(key, static_cast<std::int64_t>(count));
}

std::uint32_t small_count_of(const Json& value) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(count_of(value), std::numeric_limits<std::uint32_t>::max()));
}

UtcTime required_time(const Json& value) { return time_of(value).value_or(UtcTime{}); }

}  // namespace detail

}  // namespace acme
