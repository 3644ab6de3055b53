#include "common/base/time_zone.hpp"

#include <algorithm>
#include <cstdlib>

#include "common/base/operator_file.hpp"
#include "common/base/text.hpp"
#include "common/base/tzif.hpp"

namespace acme {

namespace {

constexpr std::size_t kMost = 64 * 1024;
constexpr const char* kAccepted = "accepted: UTC, local, +02:00, or a name such as Europe/Berlin";

Error unknown(std::string_view name) {
  return {ErrorKind::configuration, cat("no time zone \"", cleaned(name, 80), "\""), kAccepted};
}

/// "Europe/Berlin", "Etc/GMT+5": no dots, so nothing outside of the zoneinfo directory.
bool is_zone_name(std::string_view name) {
  for (const auto part : split(name, '/')) {
    const bool characters = std::all_of(part.begin(), part.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
             c == '+';
    });
    if (part.empty() || !characters) return false;
  }
  return name.size() <= 80;
}

std::string zone_file(std::string_view name) {
  const char* directory = std::getenv("TZDIR");
  return cat(directory != nullptr && *directory == '/' ? directory : "/usr/share/zoneinfo", "/", name);
}

/// "+02:00" as seconds.
std::optional<Seconds> fixed_offset(std::string_view text) {
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const auto time = parse_rfc3339(cat("2000-01-01T00:00:00", text));
  if (!time) return std::nullopt;
  return *parse_rfc3339("2000-01-01T00:00:00Z") - *time;
}

}  // namespace

Result<TimeZone> TimeZone::read(const std::string& path) {
  auto content = read_trusted_file(path, kMost);
  if (!content) return std::move(content).error();
  auto table = parse_tzif(content->view());
  if (!table) return Error{ErrorKind::configuration, cat("\"", path, "\" is no file of the tz database")};
  TimeZone zone;
  zone.changes_ = std::move(table->changes);
  zone.later_ = PosixTimeZone::parse(table->rule);
  return zone;
}

Result<TimeZone> TimeZone::load_local() {
  const char* given = std::getenv("TZ");
  if (given == nullptr) {
    auto zone = read("/etc/localtime");
    // The C library takes a machine without that file to be on UTC, too.
    return zone.ok() ? std::move(zone) : TimeZone{};
  }
  std::string_view name = given;
  if (name.starts_with(':')) name.remove_prefix(1);
  if (name.empty()) return TimeZone{};
  TimeZone zone;
  zone.later_ = PosixTimeZone::parse(name);
  if (zone.later_) return zone;
  if (!name.starts_with('/') && !is_zone_name(name)) return unknown(name).with_context("TZ of the environment");
  auto from_file = read(name.starts_with('/') ? std::string{name} : zone_file(name));
  if (!from_file) return std::move(from_file).error().with_context("TZ of the environment");
  return from_file;
}

Result<TimeZone> TimeZone::load(std::string_view name) {
  if (name == "UTC") return TimeZone{};
  if (name == "local") return load_local();
  if (const auto offset = fixed_offset(name)) {
    TimeZone zone;
    zone.changes_.emplace_back(UtcTime::min(), *offset);
    return zone;
  }
  if (!is_zone_name(name)) return unknown(name);
  auto zone = read(zone_file(name));
  if (zone) return zone;
  return Error{ErrorKind::configuration, cat(unknown(name).message, ": ", zone.error().message),
               cat(kAccepted, "; the names come with the package tzdata")};
}

Seconds TimeZone::offset_at(UtcTime time) const {
  const auto after = std::upper_bound(changes_.begin(), changes_.end(), time,
                                      [](UtcTime moment, const auto& change) { return moment < change.first; });
  if (later_ && after == changes_.end()) return later_->offset_at(time);
  return after == changes_.begin() ? Seconds{0} : std::prev(after)->second;
}

}  // namespace acme
