// OwnMemory: what is in this process's memory, as the kernel shows it. Under ASan freed memory is kept from reuse for
// long, so that whatever was given back without being cleansed is found.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace acme_test {

inline constexpr std::size_t kPiece = 16;

/// A piece of a secret, in a form that is not itself found.
using Masked = std::array<char, kPiece>;
inline constexpr char kMask = 0x5a;

inline Masked masked(std::string_view piece) {
  Masked out{};
  std::transform(piece.begin(), piece.begin() + kPiece, out.begin(),
                 [](char c) { return static_cast<char>(c ^ kMask); });
  return out;
}

/// For main(), first of all: else the dynamic linker saves what vector registers hold, on the stack, at the first call
/// of each function.
inline void link_at_once(char** argv) {
  if (std::getenv("LD_BIND_NOW") != nullptr) return;
  ::setenv("LD_BIND_NOW", "1", 1);
  ::execv("/proc/self/exe", argv);
}

class OwnMemory {
 public:
  OwnMemory() = default;
  OwnMemory(const OwnMemory&) = delete;
  OwnMemory& operator=(const OwnMemory&) = delete;
  ~OwnMemory() {
    ::munmap(room_, kRoom);
    ::close(memory_);
  }

  std::size_t places_of(const std::vector<Masked>& pieces) const { return places(pieces, true); }
  /// Besides memory that is in no core dump: where a Secret is.
  std::size_t open_places_of(const std::vector<Masked>& pieces) const { return places(pieces, false); }

 private:
  static constexpr std::size_t kRoom = 1 << 20;
  static constexpr std::size_t kLargestMapping = std::size_t{256} << 20;  // ASan's shadow is larger

  std::size_t places(const std::vector<Masked>& pieces, bool everywhere) const {
    std::ifstream maps{"/proc/self/smaps"};
    std::size_t found = 0;
    std::uintptr_t begin = 0, end = 0;
    for (std::string line; std::getline(maps, line);) {
      char mode[5] = "";
      std::uintptr_t from = 0, to = 0;
      if (std::sscanf(line.c_str(), "%lx-%lx %4s", &from, &to, mode) == 3) {
        begin = end = 0;
        if (std::string_view{mode} == "rw-p" && to - from < kLargestMapping) begin = from, end = to;
      }
      if (!line.starts_with("VmFlags:") || begin == end) continue;
      if (everywhere || line.find(" dd") == std::string::npos) found += places_between(begin, end, pieces);
    }
    return found;
  }

  std::size_t places_between(std::uintptr_t begin, std::uintptr_t end, const std::vector<Masked>& pieces) const {
    const auto own = reinterpret_cast<std::uintptr_t>(room_);
    std::size_t found = 0;
    for (auto at = begin; at < end; at += kRoom - kPiece) {
      const std::size_t size = std::min(kRoom, end - at);
      if (at < own + kRoom && own < at + size) continue;
      const auto got = ::pread(memory_, room_, size, static_cast<off_t>(at));
      for (const auto& piece : pieces) found += got > 0 ? places_in({room_, static_cast<std::size_t>(got)}, piece) : 0;
    }
    return found;
  }

  static std::size_t places_in(std::string_view memory, const Masked& piece) {
    const auto first = static_cast<char>(piece[0] ^ kMask);
    std::size_t found = 0;
    for (auto at = memory.find(first); at != std::string_view::npos; at = memory.find(first, at + 1)) {
      if (memory.size() - at < kPiece) break;
      const auto same = [](char hidden, char real) { return static_cast<char>(real ^ kMask) == hidden; };
      if (std::equal(piece.begin(), piece.end(), memory.data() + at, same)) ++found;
    }
    return found;
  }

  int memory_ = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  char* room_ = static_cast<char*>(::mmap(nullptr, kRoom, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
};

}  // namespace acme_test
