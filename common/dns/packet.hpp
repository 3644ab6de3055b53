// DNS messages of any origin on their way into ldns.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/base/result.hpp"
#include "common/dns/ldns_handles.hpp"

namespace acme {

/// Where a record lies in a message, from its owner on.
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

/// ErrorKind::server_error: no DNS message, or one with two signatures or two OPT records (RFC 8945 §5.1, RFC 6891
/// §6.1.1), of which ldns loses the first one's memory.
Result<LdnsPacket> packet_of(std::span<const std::uint8_t> message);

}  // namespace acme
