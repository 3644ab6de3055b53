#include "common/control/lines.hpp"

namespace acme {

bool LineReader::add(std::string_view bytes) {
  if (begin_ > 0) {
    bytes_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
  }
  bytes_.append(bytes);
  std::size_t length = 0;
  for (std::size_t at = 0; at < bytes_.size(); at += length + 1) {
    const std::size_t end = bytes_.find('\n', std::max(at, scanned_));
    length = (end == std::string::npos ? bytes_.size() : end) - at;
    if (length > longest_) return false;
  }
  return true;
}

std::optional<std::string> LineReader::next() {
  const std::size_t end = bytes_.find('\n', scanned_);
  if (end == std::string::npos) {
    scanned_ = bytes_.size();
    return std::nullopt;
  }
  std::string line = bytes_.substr(begin_, end - begin_);
  begin_ = scanned_ = end + 1;
  return line;
}

}  // namespace acme
