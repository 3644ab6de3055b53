#include "common/base/tzif.hpp"

#include <cstdint>

namespace acme {

namespace {

constexpr std::size_t kHeaderSize = 44;
constexpr std::size_t kTypeSize = 6;
constexpr std::uint32_t kMaxCount = 100000;  // far beyond any real file, and no sum of them overflows

std::int64_t big_endian(std::string_view bytes) {
  std::uint64_t value = static_cast<unsigned char>(bytes.front()) >= 0x80 ? ~std::uint64_t{0} : 0;
  for (const char byte : bytes) value = (value << 8U) | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(value);
}

/// RFC 9636 §3.1.
struct Header {
  char version = '\0';
  std::size_t ut_indicators = 0, standard_indicators = 0, leap_seconds = 0, changes = 0, types = 0, characters = 0;

  std::size_t body_size(std::size_t time_size) const {
    return changes * (time_size + 1) + types * kTypeSize + characters + leap_seconds * (time_size + 4) +
           standard_indicators + ut_indicators;
  }
};

std::optional<Header> read_header(std::string_view bytes) {
  if (bytes.size() < kHeaderSize || bytes.substr(0, 4) != "TZif") return std::nullopt;
  Header header;
  header.version = bytes[4];
  std::size_t at = 20;
  for (std::size_t* count : {&header.ut_indicators, &header.standard_indicators, &header.leap_seconds, &header.changes,
                             &header.types, &header.characters}) {
    const std::int64_t value = big_endian(bytes.substr(at, 4));
    if (value < 0 || value > kMaxCount) return std::nullopt;
    *count = static_cast<std::size_t>(value);
    at += 4;
  }
  if (header.types == 0) return std::nullopt;
  return header;
}

/// `body` is long enough.
std::optional<TimeZoneTable> read_body(const Header& header, std::string_view body, std::size_t time_size) {
  const auto indices = body.substr(header.changes * time_size, header.changes);
  const auto types = body.substr(header.changes * (time_size + 1), header.types * kTypeSize);
  TimeZoneTable table;
  table.changes.emplace_back(UtcTime::min(), Seconds{big_endian(types.substr(0, 4))});
  for (std::size_t i = 0; i < header.changes; ++i) {
    const UtcTime time{Seconds{big_endian(body.substr(i * time_size, time_size))}};
    const std::size_t type = static_cast<unsigned char>(indices[i]);
    if (type >= header.types || time < table.changes.back().first) return std::nullopt;
    table.changes.emplace_back(time, Seconds{big_endian(types.substr(type * kTypeSize, 4))});
  }
  // No place is a day or more from UTC: sums with such an offset cannot overflow.
  for (const auto& [time, offset] : table.changes) {
    if (offset > std::chrono::hours{26} || offset < -std::chrono::hours{26}) return std::nullopt;
  }
  return table;
}

}  // namespace

std::optional<TimeZoneTable> parse_tzif(std::string_view bytes) {
  auto header = read_header(bytes);
  if (!header) return std::nullopt;
  bytes.remove_prefix(kHeaderSize);
  if (header->version == '\0') {
    if (bytes.size() < header->body_size(4)) return std::nullopt;
    return read_body(*header, bytes, 4);
  }
  // From version 2 on the same follows once more, with times of eight bytes.
  if (bytes.size() < header->body_size(4)) return std::nullopt;
  bytes.remove_prefix(header->body_size(4));
  header = read_header(bytes);
  if (!header) return std::nullopt;
  bytes.remove_prefix(kHeaderSize);
  if (bytes.size() < header->body_size(8)) return std::nullopt;
  auto table = read_body(*header, bytes, 8);
  const auto footer = bytes.substr(header->body_size(8));
  const auto end = footer.size() < 2 ? std::string_view::npos : footer.find('\n', 1);
  if (!table || end == std::string_view::npos || footer.front() != '\n') return std::nullopt;
  table->rule = footer.substr(1, end - 1);
  return table;
}

}  // namespace acme
