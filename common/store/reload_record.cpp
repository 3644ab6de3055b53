#include "common/store/reload_record.hpp"

#include "common/json/json.hpp"
#include "common/store/file_io.hpp"

namespace acme {

namespace {

constexpr const char* kName = "reloads.json";

std::optional<UtcTime> time_of(const Json& value) {
  const auto seconds = value.integer();
  if (!seconds) return std::nullopt;
  return UtcTime{Seconds{*seconds}};
}

void set_time(JsonBuilder& json, const char* key, const std::optional<UtcTime>& time) {
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
  record.requested_at = time_of((*json)["requestedAt"]);
  record.last_request = time_of((*json)["lastRequest"]);
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
  set_time(json, "requestedAt", record.requested_at);
  set_time(json, "lastRequest", record.last_request);
  JsonBuilder asked = JsonBuilder::object();
  for (const auto& [id, version] : record.asked) asked.set(id.c_str(), static_cast<std::int64_t>(version));
  json.set("asked", std::move(asked));
  return write_file_at(engine_directory, kName, json.text(), 0600, Durability::durable);
}

}  // namespace acme
