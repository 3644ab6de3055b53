#include "common/store/dns_journal.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/json/json.hpp"
#include "common/store/file_io.hpp"

namespace acme {

namespace {

constexpr const char* kName = "dns-records";
constexpr std::size_t kLongestFile = 16 * 1024 * 1024;
constexpr std::int64_t kMostFailures = 1000000;
constexpr std::int64_t kFarthest = 253402300799;  // the year 9999: no difference of two times overflows

std::optional<JournaledRecord> parse_line(std::string_view line) {
  const auto json = Json::parse(line);
  if (!json) return std::nullopt;
  const auto text = [&](const char* key) { return (*json)[key].string().value_or(""); };
  JournaledRecord record{text("issuer"), text("provider"), text("certificate"), text("asked"),
                         text("name"),   text("value"),    UtcTime{},           0,
                         false};
  const auto set_at = (*json)["setAt"].integer();
  const auto failures = (*json)["failures"].integer();
  if (record.provider.empty() || record.name.empty() || record.value.empty() || !set_at) return std::nullopt;
  if (record.asked_name.empty()) record.asked_name = record.name;
  record.set_at = UtcTime{Seconds{std::clamp<std::int64_t>(*set_at, 0, kFarthest)}};
  if (failures && *failures > 0 && *failures < kMostFailures) record.failures = static_cast<std::uint32_t>(*failures);
  record.told = (*json)["told"].boolean().value_or(false);
  return record;
}

std::string line_of(const JournaledRecord& record) {
  JsonBuilder json = JsonBuilder::object();
  json.set("issuer", record.issuer);
  json.set("provider", record.provider);
  json.set("certificate", record.certificate_id);
  json.set("asked", record.asked_name);
  json.set("name", record.name);
  json.set("value", record.value);
  json.set("setAt", static_cast<std::int64_t>(record.set_at.time_since_epoch().count()));
  json.set("failures", static_cast<std::int64_t>(record.failures));
  json.set("told", record.told);
  return json.text() + "\n";
}

}  // namespace

Result<std::vector<JournaledRecord>> load_dns_journal(int engine_directory) {
  std::vector<JournaledRecord> records;
  const auto text = read_file_at(engine_directory, kName, kLongestFile);
  if (!text && text.error().kind == ErrorKind::not_found) return records;
  if (!text) return Error{text.error()};
  for (const auto line : split(*text, '\n')) {
    auto record = parse_line(line);
    if (record && records.size() < kMostJournaledRecords) records.push_back(*std::move(record));
  }
  return records;
}

Status save_dns_journal(int engine_directory, const std::vector<JournaledRecord>& records) {
  std::string text;
  for (const auto& record : records) text += line_of(record);
  return write_file_at(engine_directory, kName, text, 0600, Durability::durable);
}

}  // namespace acme
