// Garbage: what remains of a message or a text after chance had its way with it, the same at each run of a test.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/fakes/seeded_random.hpp"

namespace acme_test {

class Garbage {
 public:
  using Bytes = std::vector<std::uint8_t>;

  explicit Garbage(std::uint64_t seed) : random_{seed} {}

  std::size_t below(std::size_t end) { return end == 0 ? 0 : static_cast<std::size_t>(random_.next() % end); }

  /// A DNS message after one to four damages, in a block of exactly its size, so that ASan sees a read behind it.
  Bytes of_message(Bytes bytes) {
    for (std::size_t left = 1 + below(4); left > 0; --left) damage_message(bytes);
    bytes.shrink_to_fit();
    return bytes;
  }

  /// The same of text with separators and numbers.
  std::string of_text(std::string text) {
    for (std::size_t left = 1 + below(4); left > 0; --left) damage_text(text);
    return text;
  }

 private:
  static constexpr std::size_t kHeaderSize = 12;

  template <class Sequence>
  auto place(Sequence& in) {
    return in.begin() + static_cast<std::ptrdiff_t>(below(in.size() + 1));
  }

  template <class Sequence>
  void damage_any(Sequence& bytes) {
    using Byte = typename Sequence::value_type;
    switch (below(5)) {
      case 0:
        if (!bytes.empty()) bytes[below(bytes.size())] ^= static_cast<Byte>(1U << below(8));
        break;
      case 1:
        if (!bytes.empty()) bytes[below(bytes.size())] = static_cast<Byte>(random_.next());
        break;
      case 2: bytes.resize(below(bytes.size() + 1)); break;
      case 3: bytes.insert(place(bytes), 1 + below(20), static_cast<Byte>(random_.next())); break;
      default: {
        const std::size_t from = below(bytes.size());
        const Sequence doubled(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                               bytes.begin() + static_cast<std::ptrdiff_t>(from + below(bytes.size() - from + 1)));
        bytes.insert(place(bytes), doubled.begin(), doubled.end());
      }
    }
  }

  void put16(Bytes& bytes, std::size_t at, std::size_t number) {
    if (at + 2 > bytes.size()) return;
    bytes[at] = static_cast<std::uint8_t>(number >> 8U);
    bytes[at + 1] = static_cast<std::uint8_t>(number);
  }

  void damage_message(Bytes& bytes) {
    constexpr std::size_t kLies[] = {0, 1, 2, 3, 10, 255, 256, 16384, 32767, 65535};
    const std::size_t at = kHeaderSize + below(bytes.size());
    switch (below(8)) {
      case 0: return put16(bytes, at, 0xC000U + at);                        // a pointer to itself
      case 1: return put16(bytes, at, 0xC000U + at + below(bytes.size()));  // forward
      case 2: return put16(bytes, at, 0xC000U + below(at));                 // back, into the midst of anything
      case 3: return put16(bytes, 4 + 2 * below(4), kLies[below(10)]);      // one of the counts
      case 4: return put16(bytes, at, kLies[below(10)]);                    // a length, a type, a class
      default: return damage_any(bytes);
    }
  }

  void damage_text(std::string& text) {
    static const std::string kSnippets[] = {";",
                                            "=",
                                            "\"",
                                            "\\",
                                            "\n",
                                            std::string(1, '\0'),
                                            "\xff\xfe",
                                            "\\u0000",
                                            "9223372036854775807",
                                            "-9223372036854775808",
                                            "99999999999999999999",
                                            "null",
                                            "{",
                                            "]",
                                            " ",
                                            "."};
    if (below(3) > 0) return damage_any(text);
    const std::string& snippet = kSnippets[below(std::size(kSnippets))];
    const auto digit = text.find_first_of("0123456789", below(text.size()));
    if (digit == std::string::npos || below(2) == 0) {
      text.insert(below(text.size() + 1), snippet);
    } else {  // another number in place of one
      const auto end = std::min(text.find_first_not_of("0123456789", digit), text.size());
      text.replace(digit, end - digit, snippet);
    }
  }

  SeededRandom random_;
};

}  // namespace acme_test
