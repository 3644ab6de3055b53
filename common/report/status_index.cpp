#include "common/report/status_index.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::string_view kMagic = "acmestat";
constexpr std::uint32_t kVersion = 1;
constexpr std::int64_t kNoTime = std::numeric_limits<std::int64_t>::min();
/// The years 1 to 9999: what every date can be shown of.
constexpr std::int64_t kEarliest = -62135596800;
constexpr std::int64_t kLatest = 253402300799;
constexpr std::size_t kTexts = 5;
constexpr std::size_t kTextsSize = 428;

struct RawHeader {
  char magic[8];
  std::uint32_t version;
  std::uint32_t count;
  std::uint64_t generation;
  std::int64_t written;
  std::uint64_t flushes;
  std::uint32_t counts[kStandings];
  char spare[48];
  std::uint64_t sum;
};
static_assert(sizeof(RawHeader) == sizeof(HeaderBytes));

struct RawSlot {
  std::int64_t event;
  std::uint32_t standing;
  std::uint32_t sum;
};
static_assert(sizeof(RawSlot) == sizeof(SlotBytes));

struct RawEntry {
  std::uint64_t version;
  std::int64_t times[6];
  std::uint32_t names;
  std::uint32_t names_proved;
  std::uint32_t failures;
  std::uint8_t standing;
  std::uint8_t served;
  std::uint8_t lengths[kTexts];
  char spare[1];
  char texts[kTextsSize];
  std::uint64_t sum;
};
static_assert(sizeof(RawEntry) == sizeof(EntryBytes));

/// Of all words before the last one. Notices what chance does, not what somebody does on purpose: who may write the
/// file may write anything into it.
template <class Raw>
std::uint64_t sum_of(const Raw& raw) {
  std::uint64_t words[sizeof(Raw) / 8];
  std::memcpy(words, &raw, sizeof raw);
  std::uint64_t sum = 0x9e3779b97f4a7c15U;
  for (std::size_t i = 0; i + 1 < std::size(words); ++i) {
    sum = (sum ^ words[i]) * 0xbf58476d1ce4e5b9U;
    sum ^= sum >> 29U;
  }
  return sum;
}

std::uint32_t sum_of_slot(const RawSlot& raw) {
  std::uint64_t sum = (static_cast<std::uint64_t>(raw.event) ^ 0x9e3779b97f4a7c15U) * 0xbf58476d1ce4e5b9U;
  sum = (sum ^ (sum >> 29U) ^ raw.standing) * 0x94d049bb133111ebU;
  return static_cast<std::uint32_t>(sum >> 32U);
}

template <class Bytes, class Raw>
Bytes bytes_of(const Raw& raw) {
  Bytes bytes;
  std::memcpy(bytes.data(), &raw, sizeof raw);
  return bytes;
}

bool is_time(std::int64_t number) { return number == kNoTime || (number >= kEarliest && number <= kLatest); }

std::int64_t number_of(const std::optional<UtcTime>& time) {
  const std::int64_t number = time ? std::int64_t{time->time_since_epoch().count()} : kNoTime;
  return is_time(number) ? number : kNoTime;
}

std::optional<UtcTime> time_of(std::int64_t number) {
  if (number == kNoTime || !is_time(number)) return std::nullopt;
  return UtcTime{Seconds{number}};
}

/// At a character, within `room` bytes.
std::string_view cut(std::string_view text, std::size_t room) {
  if (text.size() <= room) return text;
  while (room > 0 && (static_cast<unsigned char>(text[room]) & 0xC0U) == 0x80U) --room;
  return text.substr(0, room);
}

}  // namespace

HeaderBytes encode(const IndexHeader& header) {
  RawHeader raw{};
  std::memcpy(raw.magic, kMagic.data(), kMagic.size());
  raw.version = kVersion;
  raw.count = header.count;
  raw.generation = header.generation;
  raw.written = header.written.time_since_epoch().count();
  raw.flushes = header.flushes;
  for (std::size_t i = 0; i < kStandings; ++i) raw.counts[i] = header.counts[i];
  raw.sum = sum_of(raw);
  return bytes_of<HeaderBytes>(raw);
}

HeaderState decode(const HeaderBytes& bytes, IndexHeader& header) {
  RawHeader raw;
  std::memcpy(&raw, bytes.data(), sizeof raw);
  if (std::string_view{raw.magic, sizeof raw.magic} != kMagic || raw.version != kVersion) return HeaderState::other;
  if (raw.sum != sum_of(raw) || raw.count > kMostCertificates) return HeaderState::torn;
  const auto written = time_of(raw.written);
  if (!written) return HeaderState::torn;
  header.count = raw.count;
  header.generation = raw.generation;
  header.written = *written;
  header.flushes = raw.flushes;
  for (std::size_t i = 0; i < kStandings; ++i) header.counts[i] = raw.counts[i];
  return HeaderState::good;
}

SlotBytes encode(const IndexSlot& slot) {
  RawSlot raw{};
  raw.event = number_of(slot.event);
  raw.standing = static_cast<std::uint32_t>(slot.standing);
  raw.sum = sum_of_slot(raw);
  return bytes_of<SlotBytes>(raw);
}

std::optional<IndexSlot> decode(const SlotBytes& bytes) {
  RawSlot raw;
  std::memcpy(&raw, bytes.data(), sizeof raw);
  if (raw.sum != sum_of_slot(raw) || raw.standing >= kStandings || !is_time(raw.event)) return std::nullopt;
  return IndexSlot{static_cast<CertificateStanding>(raw.standing), time_of(raw.event)};
}

EntryBytes encode(const CertificateSummary& summary) {
  RawEntry raw{};
  raw.version = summary.version;
  const std::optional<UtcTime> times[] = {summary.not_before, summary.not_after, summary.window_start,
                                          summary.window_end, summary.renew_at,  summary.next};
  for (std::size_t i = 0; i < std::size(times); ++i) raw.times[i] = number_of(times[i]);
  raw.names = summary.names;
  raw.names_proved = summary.names_proved;
  raw.failures = summary.failures;
  raw.standing = static_cast<std::uint8_t>(summary.standing);
  raw.served = static_cast<std::uint8_t>(summary.served);
  // The name last: it is the one that may not fit.
  const std::string_view texts[kTexts] = {cut(summary.id, kLongestId), cut(summary.issuer, 48),
                                          cut(summary.key_type, 16), cut(summary.error_type, 48), summary.name};
  std::size_t filled = 0;
  for (std::size_t i = 0; i < kTexts; ++i) {
    const auto text = cut(texts[i], std::min<std::size_t>(255, kTextsSize - filled));
    std::memcpy(raw.texts + filled, text.data(), text.size());
    raw.lengths[i] = static_cast<std::uint8_t>(text.size());
    filled += text.size();
  }
  raw.sum = sum_of(raw);
  return bytes_of<EntryBytes>(raw);
}

std::optional<CertificateSummary> decode(const EntryBytes& bytes) {
  RawEntry raw;
  std::memcpy(&raw, bytes.data(), sizeof raw);
  if (raw.sum != sum_of(raw) || raw.standing >= kStandings || raw.served >= kServedStates) return std::nullopt;
  CertificateSummary summary;
  std::string* const texts[kTexts] = {&summary.id, &summary.issuer, &summary.key_type, &summary.error_type,
                                      &summary.name};
  std::size_t read = 0;
  for (std::size_t i = 0; i < kTexts; ++i) {
    if (raw.lengths[i] > kTextsSize - read) return std::nullopt;
    texts[i]->assign(raw.texts + read, raw.lengths[i]);
    read += raw.lengths[i];
  }
  std::optional<UtcTime>* const times[] = {&summary.not_before, &summary.not_after, &summary.window_start,
                                           &summary.window_end, &summary.renew_at,  &summary.next};
  for (std::size_t i = 0; i < std::size(times); ++i) *times[i] = time_of(raw.times[i]);
  summary.version = raw.version;
  summary.names = raw.names;
  summary.names_proved = raw.names_proved;
  summary.failures = raw.failures;
  summary.standing = static_cast<CertificateStanding>(raw.standing);
  summary.served = static_cast<ServedState>(raw.served);
  return summary;
}

}  // namespace acme
