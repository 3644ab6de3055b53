// Files of the tz database, made by hand: tests do not depend on the machine's.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace acme_test {

inline std::string big_endian(std::int64_t value, int size) {
  std::string bytes;
  for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) {
    bytes += static_cast<char>((static_cast<std::uint64_t>(value) >> static_cast<unsigned>(shift)) & 255U);
  }
  return bytes;
}

/// One block of a TZif file: `offsets` are the types, `changes` pairs of a moment and an index into them.
inline std::string tzif_block(char version, int time_size, const std::vector<int>& offsets,
                              const std::vector<std::pair<std::int64_t, int>>& changes) {
  std::string bytes = std::string{"TZif"} + version + std::string(15, '\0');
  const auto count = [](std::size_t size) { return big_endian(static_cast<std::int64_t>(size), 4); };
  bytes += count(0) + count(0) + count(0) + count(changes.size()) + count(offsets.size()) + count(4);
  for (const auto& change : changes) bytes += big_endian(change.first, time_size);
  for (const auto& change : changes) bytes += static_cast<char>(change.second);
  for (const int offset : offsets) bytes += big_endian(offset, 4) + std::string(2, '\0');
  return bytes + std::string{"LMT\0", 4};
}

/// A whole file of version 2; nothing is to be seen in its old block.
inline std::string tzif_file(const std::vector<int>& offsets, const std::vector<std::pair<std::int64_t, int>>& changes,
                             const std::string& rule) {
  return tzif_block('2', 4, {0}, {}) + tzif_block('2', 8, offsets, changes) + "\n" + rule + "\n";
}

}  // namespace acme_test
