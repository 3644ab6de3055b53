// What of a Secret must be a string for a moment: for libraries and for texts that are calculated from one.
#pragma once

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/secret.hpp"

namespace acme {

/// All of them, one behind the other, in locked memory from the beginning.
inline Secret secret_of(std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const auto part : parts) size += part.size();
  Secret all{size};
  char* at = all.data();
  for (const auto part : parts) at = std::copy(part.begin(), part.end(), at);
  return all;
}

/// Overwrites the bytes; nothing is left in it.
template <class Text>
void cleanse(Text& text) noexcept {
  if (!text.empty()) ::explicit_bzero(text.data(), text.size() * sizeof text[0]);
  text.clear();
}

inline void cleanse_all(std::vector<std::string>& texts) noexcept {
  for (auto& text : texts) cleanse(text);
}

/// Does so at the end of a scope, or of a coroutine wherever it ends.
template <class Text>
class CleansedAtEnd {
 public:
  explicit CleansedAtEnd(Text& text) noexcept : text_{text} {}
  ~CleansedAtEnd() { cleanse(text_); }
  CleansedAtEnd(const CleansedAtEnd&) = delete;
  CleansedAtEnd& operator=(const CleansedAtEnd&) = delete;

 private:
  Text& text_;
};

}  // namespace acme
