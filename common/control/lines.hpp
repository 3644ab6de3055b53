// LineReader: whole lines out of a stream's pieces, each of bounded length.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace acme {

class LineReader {
 public:
  explicit LineReader(std::size_t longest) : longest_{longest} {}

  /// False: a line is longer than allowed; nothing more is to be read.
  bool add(std::string_view bytes);
  /// The next complete line without its end; nullopt: none yet.
  std::optional<std::string> next();

 private:
  std::size_t longest_;
  std::string bytes_;
  std::size_t begin_ = 0;    // of the first line not yet handed out
  std::size_t scanned_ = 0;  // no line ends before this
};

}  // namespace acme
