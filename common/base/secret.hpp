// Secret: bytes that must not linger. In memory that is locked and in no core dump (secret_memory.hpp), cleansed when
// destroyed or overwritten, never copied by accident, never printable. Private keys as PEM, the state directory's
// secret, EAB keys.
#pragma once

#include <cstring>
#include <string_view>
#include <utility>

#include "common/base/secret_memory.hpp"

namespace acme {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view bytes) : Secret{bytes.size()} {
    if (bytes_ != nullptr) std::memcpy(bytes_, bytes.data(), bytes.size());
  }
  explicit Secret(std::size_t size) : bytes_{size == 0 ? nullptr : SecretMemory::take(size)}, size_{size} {}
  Secret(Secret&& other) noexcept
      : bytes_{std::exchange(other.bytes_, nullptr)}, size_{std::exchange(other.size_, 0)} {}
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      end();
      bytes_ = std::exchange(other.bytes_, nullptr);
      size_ = std::exchange(other.size_, 0);
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { end(); }

  Secret clone() const { return Secret{view()}; }
  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }
  char* data() noexcept { return bytes_; }
  /// Valid as long as this object lives unchanged.
  std::string_view view() const noexcept { return {bytes_, size_}; }

 private:
  void end() noexcept {
    if (bytes_ != nullptr) SecretMemory::give_back(bytes_, size_);
  }

  char* bytes_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace acme
