// Where the records of a DNS message lie, by its lengths alone (RFC 1035 §4.1).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace acme {

/// A record, from its owner on.
struct WireRecord {
  std::size_t begin = 0;
  std::uint16_t type = 0;
};

/// The records behind the questions, in order, as far as the message goes.
struct WireRecords {
  std::vector<WireRecord> all;
  std::size_t end = 0;  // of the last one
  bool whole = false;   // all that the header counts are there
};
WireRecords records_in(std::span<const std::uint8_t> message);

}  // namespace acme
