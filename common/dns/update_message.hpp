// Dynamic updates (RFC 2136) of TXT records as DNS messages, by ldns.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/base/result.hpp"

namespace acme {

struct TxtEntry {
  std::string name;
  std::string value;  // at most 255 bytes
};

enum class UpdateKind : std::uint8_t {
  add,     // beside what is there; one that is there already is fine
  remove,  // exactly this value; one that is not there is fine
};

/// One UPDATE of a zone with all these records, not yet signed. `ttl` in seconds, for what is added.
/// ErrorKind::configuration: a name or a value that no record can have.
Result<std::vector<std::uint8_t>> make_update(const std::string& zone, UpdateKind kind,
                                              std::span<const TxtEntry> entries, std::uint32_t ttl, std::uint16_t id);

/// How many of the entries, from the first on, surely fit into one message beside a signature.
std::size_t fitting_entries(std::span<const TxtEntry> entries);

/// The answer to the update with this id, whatever it says.
bool is_update_answer(std::span<const std::uint8_t> update, std::span<const std::uint8_t> message);
/// The RCODE of a message of at least 12 bytes.
int response_code(std::span<const std::uint8_t> message);

}  // namespace acme
