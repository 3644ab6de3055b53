// StatusIndex: the layout of engine/status/index, which a page of certificates is read from without reading the rest.
//
//     header    one block of kIndexHeaderSize bytes
//     slots     16 bytes per certificate: standing and next event, all that filters and the time line choose by
//     entries   512 bytes per certificate: its CertificateSummary
//
// Certificates stand in the order of their names, the same for the life of the file. Header, slots and entries are
// written in place, and each carries a checksum: what was read while it was written is noticed, and read again. Numbers
// are the machine's own: the file never leaves it, and is made anew by each engine.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "common/report/records.hpp"

namespace acme {

inline constexpr std::size_t kIndexHeaderSize = 4096;
inline constexpr std::size_t kLongestId = 200;
/// No server has so many virtual hosts; a file that says so is damaged.
inline constexpr std::uint32_t kMostCertificates = 1'000'000;

/// What the header says.
struct IndexHeader {
  std::uint32_t count = 0;
  std::uint64_t generation = 0;  // another one for each new file
  UtcTime written;
  std::uint64_t flushes = 0;  // in which something besides `written` changed
  std::array<std::uint32_t, kStandings> counts{};
};

/// What a slot says.
struct IndexSlot {
  CertificateStanding standing = CertificateStanding::none;
  std::optional<UtcTime> event;  // next_event()
};

using HeaderBytes = std::array<char, 128>;
using SlotBytes = std::array<char, 16>;
using EntryBytes = std::array<char, 512>;

HeaderBytes encode(const IndexHeader& header);
SlotBytes encode(const IndexSlot& slot);
/// Texts are cut to what there is room for: the name last of all, and with an id of ours not even the longest.
EntryBytes encode(const CertificateSummary& summary);

enum class HeaderState : std::uint8_t { good, torn, other };
/// `other`: no index, or another version's. nullopt below: torn, or damaged.
HeaderState decode(const HeaderBytes& bytes, IndexHeader& header);
std::optional<IndexSlot> decode(const SlotBytes& bytes);
std::optional<CertificateSummary> decode(const EntryBytes& bytes);

inline std::size_t slot_place(std::size_t index) { return kIndexHeaderSize + index * sizeof(SlotBytes); }
inline std::size_t entry_place(std::size_t index, std::size_t count) {
  return slot_place(count) + index * sizeof(EntryBytes);
}

}  // namespace acme
