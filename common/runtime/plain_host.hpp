// The Host of a request as names are compared: lower case, no last dot, no brackets around an IPv6 address.
#pragma once

#include <array>
#include <string_view>

namespace acme {

/// In place, without allocating. Empty: longer than a name can be, or with a character that no name has.
class PlainHost {
 public:
  explicit PlainHost(std::string_view host) noexcept {
    if (host.ends_with('.')) host.remove_suffix(1);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    if (host.size() > text_.size()) return;
    for (const char c : host) {
      const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      const bool known = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') || lower == '.' ||
                         lower == '-' || lower == '_' || lower == ':';
      if (!known) return;
      text_[size_at_++] = lower;
    }
    size_ = size_at_;
  }
  std::string_view view() const noexcept { return {text_.data(), size_}; }

 private:
  std::array<char, 253> text_{};
  std::size_t size_at_ = 0;
  std::size_t size_ = 0;
};

}  // namespace acme
