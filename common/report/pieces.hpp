// Pieces: an answer in the making, as strings of which none is large.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace acme {

class Pieces {
 public:
  explicit Pieces(std::size_t each) : each_{each} {}

  /// Where `size` bytes may be appended: the last piece, or a new one when they would make that too large.
  std::string& room(std::size_t size) {
    if (pieces_.empty() || pieces_.back().size() + size > each_) {
      pieces_.emplace_back();
      pieces_.back().reserve(std::max(each_, size));
    }
    return pieces_.back();
  }
  void append(std::string_view text) { room(text.size()).append(text); }

  std::vector<std::string> take() && { return std::move(pieces_); }

 private:
  std::size_t each_;
  std::vector<std::string> pieces_;
};

/// What a page and its JSON are sent in.
inline constexpr std::size_t kPagePiece = 16 * 1024;

/// `text` with what `escape` has another form for in that form; an empty form: the character itself.
inline void append_escaped(std::string& out, std::string_view text, std::string_view (*escape)(char)) {
  for (const char character : text) {
    const std::string_view escaped = escape(character);
    if (escaped.empty()) {
      out += character;
    } else {
      out += escaped;
    }
  }
}

}  // namespace acme
