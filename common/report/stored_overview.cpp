// Overview and issuers in engine/status/overview.json.
#include "common/report/stored_records.hpp"
#include "common/store/record_fields.hpp"

namespace acme {

namespace {

JsonBuilder issuer_json(const IssuerHealth& issuer) {
  JsonBuilder json = JsonBuilder::object();
  json.set("name", issuer.name).set("directory", issuer.directory);
  json.set("accountUrl", detail::bounded(issuer.account_url));
  detail::set_count(json, "failures", issuer.failures);
  set_time(json, "failingSince", issuer.failing_since);
  set_time(json, "pausedUntil", issuer.paused_until);
  set_time(json, "lastSuccess", issuer.last_success);
  json.set("lastError", detail::bounded(issuer.last_error)).set("hint", detail::bounded(issuer.hint));
  JsonBuilder limits = JsonBuilder::array();
  for (const auto& limit : issuer.limits) {
    JsonBuilder row = JsonBuilder::object();
    row.set("limit", limit.limit);
    detail::set_count(row, "used", limit.used);
    detail::set_count(row, "allowed", limit.allowed);
    detail::set_count(row, "window", limit.window);
    limits.add(std::move(row));
  }
  json.set("limits", std::move(limits));
  return json;
}

IssuerHealth parse_issuer(const Json& json) {
  IssuerHealth issuer;
  issuer.name = text_of(json["name"]);
  issuer.directory = text_of(json["directory"]);
  issuer.account_url = text_of(json["accountUrl"]);
  issuer.failures = detail::small_count_of(json["failures"]);
  issuer.failing_since = time_of(json["failingSince"]);
  issuer.paused_until = time_of(json["pausedUntil"]);
  issuer.last_success = time_of(json["lastSuccess"]);
  issuer.last_error = text_of(json["lastError"]);
  issuer.hint = text_of(json["hint"]);
  for (const auto& item : json["limits"].items()) {
    issuer.limits.push_back(
        {text_of(item["limit"]), count_of(item["used"]), count_of(item["allowed"]), count_of(item["window"])});
  }
  return issuer;
}

}  // namespace

std::string to_text(const Overview& overview) {
  JsonBuilder json = detail::stored_json();
  json.set("server", overview.server).set("statePath", overview.state_path).set("process", overview.process);
  set_time(json, "since", overview.since);
  JsonBuilder issuers = JsonBuilder::array();
  for (const auto& issuer : overview.issuers) issuers.add(issuer_json(issuer));
  json.set("issuers", std::move(issuers));
  set_time(json, "lastReload", overview.last_reload);
  json.set("reloadPending", detail::bounded(overview.reload_pending));
  return json.text();
}

Result<Overview> parse_overview(std::string_view text) {
  auto json = detail::parse_stored(text, "the overview of the status");
  if (!json) return std::move(json).error();
  Overview overview;
  overview.server = text_of((*json)["server"]);
  overview.state_path = text_of((*json)["statePath"]);
  overview.process = (*json)["process"].integer().value_or(0);
  overview.since = detail::required_time((*json)["since"]);
  for (const auto& item : (*json)["issuers"].items()) overview.issuers.push_back(parse_issuer(item));
  overview.last_reload = time_of((*json)["lastReload"]);
  overview.reload_pending = text_of((*json)["reloadPending"]);
  return overview;
}

}  // namespace acme
