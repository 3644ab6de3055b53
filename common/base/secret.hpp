// Secret: bytes that must not linger. Cleansed when destroyed or moved from, never copied by
// accident, never printable. Private keys as PEM, the state directory's secret, EAB keys.
#pragma once

#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace acme {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view bytes) : bytes_(bytes.begin(), bytes.end()) {}
  explicit Secret(std::size_t size) : bytes_(size) {}
  Secret(Secret&& other) noexcept : bytes_{std::move(other.bytes_)} { other.bytes_.clear(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      cleanse();
      bytes_ = std::exchange(other.bytes_, {});
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { cleanse(); }

  Secret clone() const { return Secret{view()}; }
  bool empty() const noexcept { return bytes_.empty(); }
  std::size_t size() const noexcept { return bytes_.size(); }
  char* data() noexcept { return bytes_.data(); }
  /// Valid as long as this object lives unchanged.
  std::string_view view() const noexcept { return {bytes_.data(), bytes_.size()}; }

 private:
  void cleanse() noexcept {
    if (!bytes_.empty()) ::explicit_bzero(bytes_.data(), bytes_.size());
  }

  std::vector<char> bytes_;
};

}  // namespace acme
