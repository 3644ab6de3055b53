#include "common/dns/packet.hpp"

namespace acme {

namespace {

constexpr std::size_t kHeaderSize = 12;

std::uint16_t number16(std::span<const std::uint8_t> bytes, std::size_t at) {
  return at + 2 > bytes.size() ? std::uint16_t{0} : static_cast<std::uint16_t>((bytes[at] << 8U) | bytes[at + 1]);
}

/// Behind the name at `at`; beyond the end when there is none.
std::size_t after_name(std::span<const std::uint8_t> message, std::size_t at) {
  while (at < message.size()) {
    if ((message[at] & 0xC0U) == 0xC0U) return at + 2;
    if (message[at] == 0) return at + 1;
    at += message[at] + 1U;
  }
  return message.size() + 1;
}

}  // namespace

WireRecords records_in(std::span<const std::uint8_t> message) {
  std::size_t at = kHeaderSize;
  for (unsigned i = number16(message, 4); i > 0 && at < message.size(); --i) at = after_name(message, at) + 4;
  const unsigned counted = 0U + number16(message, 6) + number16(message, 8) + number16(message, 10);
  WireRecords records;
  while (records.all.size() < counted && at < message.size()) {
    WireRecord record{at, 0};
    at = after_name(message, at);
    record.type = number16(message, at);
    at += 10U + number16(message, at + 8);
    records.all.push_back(record);
  }
  records.end = at;
  records.whole = records.all.size() == counted && at <= message.size();
  return records;
}

}  // namespace acme
