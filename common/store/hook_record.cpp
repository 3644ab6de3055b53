#include "common/store/hook_record.hpp"

#include "common/config/hook_event.hpp"
#include "common/json/json.hpp"
#include "common/store/file_io.hpp"
#include "common/store/record_fields.hpp"

namespace acme {

namespace {

constexpr const char* kName = "hooks.json";
constexpr std::size_t kMost = 1000;

std::optional<PendingHook> parse_hook(const Json& json) {
  PendingHook hook;
  const auto event = parse_hook_event(json["event"].string().value_or(""));
  const auto version = json["version"].integer();
  const auto attempts = json["attempts"].integer();
  hook.certificate_id = json["certificate"].string().value_or("");
  hook.message = json["message"].string().value_or("");
  for (const auto& argument : json["argv"].items()) hook.argv.push_back(argument.string().value_or(""));
  if (!event || hook.argv.empty() || hook.certificate_id.empty()) return std::nullopt;
  hook.event = *event;
  if (version && *version > 0) hook.version = static_cast<std::uint64_t>(*version);
  if (attempts && *attempts > 0 && *attempts < 1000) hook.attempts = static_cast<std::uint32_t>(*attempts);
  hook.next_try = seconds_of(json["nextTry"]);
  return hook;
}

JsonBuilder to_json(const PendingHook& hook) {
  JsonBuilder argv = JsonBuilder::array();
  for (const auto& argument : hook.argv) argv.add(argument);
  JsonBuilder json = JsonBuilder::object();
  json.set("event", hook_event_name(hook.event));
  json.set("argv", std::move(argv));
  json.set("certificate", hook.certificate_id);
  json.set("version", static_cast<std::int64_t>(hook.version));
  json.set("message", hook.message);
  json.set("attempts", static_cast<std::int64_t>(hook.attempts));
  if (hook.next_try) json.set("nextTry", static_cast<std::int64_t>(hook.next_try->time_since_epoch().count()));
  return json;
}

}  // namespace

std::vector<PendingHook> load_hook_record(int engine_directory) {
  std::vector<PendingHook> pending;
  const auto text = read_file_at(engine_directory, kName, Json::kMaxSize);
  if (!text) return pending;
  const auto json = Json::parse(*text);
  if (!json) return pending;
  for (const auto& entry : (*json)["pending"].items()) {
    auto hook = parse_hook(entry);
    if (hook && pending.size() < kMost) pending.push_back(*std::move(hook));
  }
  return pending;
}

Status save_hook_record(int engine_directory, const std::vector<PendingHook>& pending) {
  JsonBuilder list = JsonBuilder::array();
  const std::size_t first = pending.size() > kMost ? pending.size() - kMost : 0;
  for (std::size_t i = first; i < pending.size(); ++i) list.add(to_json(pending[i]));
  JsonBuilder json = JsonBuilder::object();
  json.set("pending", std::move(list));
  return write_file_at(engine_directory, kName, json.text(), 0600, Durability::volatile_);
}

}  // namespace acme
