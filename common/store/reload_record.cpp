#include "common/store/reload_record.hpp"

#include "common/json/json.hpp"
#include "common/store/file_io.hpp"
#include "common/store/record_fields.hpp"

namespace acme {

namespace {

constexpr const char* kName = "reloads.json";

void set_seconds(JsonBuilder& json, const char* key, const std::optional<UtcTime>& time) {
  if (time) json.set(key, static_cast<std::int64_t>(time->time_since_epoch().count()));
}

}  // namespace

ReloadRecord load_reload_record(int engine_directory) {
  ReloadRecord record;
  const auto text = read_file_at(engine_directory, kName, Json::kMaxSize);
  if (!text) return record;
  const auto json = Json::parse(*text);
  if (!json) return record;
  record.load_id = (*json)["load"].string().value_or("");
  record.requested_at = seconds_of((*json)["requestedAt"]);
  record.last_request = seconds_of((*json)["lastRequest"]);
  const Json asked = (*json)["asked"];
  for (const auto& id : asked.keys()) {
    const auto version = asked[id.c_str()].integer();
    if (version && *version > 0) record.asked[id] = static_cast<std::uint64_t>(*version);
  }
  return record;
}

Status save_reload_record(int engine_directory, const ReloadRecord& record) {
  JsonBuilder json = JsonBuilder::object();
  json.set("load", record.load_id);
  set_seconds(json, "requestedAt", record.requested_at);
  set_seconds(json, "lastRequest", record.last_request);
  JsonBuilder asked = JsonBuilder::object();
  for (const auto& [id, version] : record.asked) asked.set(id.c_str(), static_cast<std::int64_t>(version));
  json.set("asked", std::move(asked));
  return write_file_at(engine_directory, kName, json.text(), 0600, Durability::durable);
}

}  // namespace acme
