// The JSON files of engine/status/: the records of report/records.hpp as text and back. For our own
// processes; what the status page answers as JSON has a schema of its own.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/json/json.hpp"
#include "common/report/records.hpp"

namespace acme {

/// At most Json::kMaxSize bytes, whatever is in it: long texts and long lists are cut.
std::string to_text(const CertificateDetail& detail);
/// Without counts and `written`, which the index has.
std::string to_text(const Overview& overview);

/// What is missing or of another type has its default; ErrorKind::malformed: damaged, or of another version.
Result<CertificateDetail> parse_detail(std::string_view text);
Result<Overview> parse_overview(std::string_view text);

namespace detail {
JsonBuilder attempt_json(const Attempt& attempt);
std::optional<Attempt> parse_attempt(const Json& json);

/// An object of our present version; ErrorKind::malformed else.
Result<Json> parse_stored(std::string_view text, const char* file);
JsonBuilder stored_json();

/// Cut at a character; not cleaned.
std::string_view bounded(std::string_view text);
void set_milliseconds(JsonBuilder& json, const char* key, const std::optional<std::chrono::milliseconds>& took);
std::optional<std::chrono::milliseconds> milliseconds_of(const Json& value);
std::uint32_t small_count_of(const Json& value);
void set_count(JsonBuilder& json, const char* key, std::uint64_t count);
UtcTime required_time(const Json& value);
}  // namespace detail

}  // namespace acme
