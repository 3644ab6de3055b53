#include "common/base/secret_memory.hpp"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cstring>
#include <mutex>
#include <new>

namespace acme {

namespace {

constexpr std::size_t kChunk = 32 * 1024;
constexpr std::size_t kMostLocked = 16 * 1024 * 1024;
constexpr std::size_t kSmallest = 64;
constexpr std::size_t kLargest = 8 * 1024;  // larger pieces have pages of their own
constexpr std::size_t kClasses = std::bit_width(kLargest / kSmallest);

/// At the beginning of each chunk, so that there is no list apart whose memory could not be had.
struct Chunk {
  Chunk* next;
  bool locked;
};

struct Free {
  Free* next;
};

/// For as long as the process lives: servers leave by exit() while threads may still hold secrets.
struct Pool {
  std::mutex mutex;
  std::array<Free*, kClasses> free{};
  Chunk* chunks = nullptr;
  char* rest = nullptr;
  std::size_t rest_size = 0;
  std::size_t size = 0;
  std::size_t locked = 0;
};
constinit Pool pool;

std::size_t class_of(std::size_t size) { return size <= kSmallest ? 0 : std::bit_width((size - 1) / kSmallest); }

std::size_t class_size(std::size_t index) { return kSmallest << index; }

void* pages(std::size_t size) {
  void* found = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (found == MAP_FAILED) throw std::bad_alloc{};
  ::madvise(found, size, MADV_DONTDUMP);
  return found;
}

/// By the system call itself: under a sanitizer mlock() does nothing, and the tests look.
bool locked_pages(void* memory, std::size_t size) { return ::syscall(SYS_mlock, memory, size) == 0; }

bool lock(void* memory, std::size_t size) {
  if (pool.locked + size > kMostLocked || !locked_pages(memory, size)) return false;
  pool.locked += size;
  return true;
}

void add_chunk() {
  auto* chunk = ::new (pages(kChunk)) Chunk{pool.chunks, false};
  chunk->locked = lock(chunk, kChunk);
  pool.chunks = chunk;
  pool.rest = reinterpret_cast<char*>(chunk) + kSmallest;
  pool.rest_size = kChunk - kSmallest;
  pool.size += kChunk;
}

char* take_small(std::size_t index) {
  if (Free* piece = pool.free[index]; piece != nullptr) {
    pool.free[index] = piece->next;
    piece->next = nullptr;
    return reinterpret_cast<char*>(piece);
  }
  if (pool.rest_size < class_size(index)) add_chunk();
  char* piece = pool.rest;
  pool.rest += class_size(index);
  pool.rest_size -= class_size(index);
  return piece;
}

}  // namespace

char* SecretMemory::take(std::size_t size) {
  const std::scoped_lock guard{pool.mutex};
  if (size <= kLargest) return take_small(class_of(size));
  auto* piece = static_cast<char*>(pages(size));
  pool.size += size;
  locked_pages(piece, size);
  return piece;
}

void SecretMemory::give_back(char* bytes, std::size_t size) noexcept {
  ::explicit_bzero(bytes, size);
  const std::scoped_lock guard{pool.mutex};
  if (size > kLargest) {
    pool.size -= size;
    ::munmap(bytes, size);
    return;
  }
  auto& first = pool.free[class_of(size)];
  first = ::new (bytes) Free{first};
}

void SecretMemory::lock_again() noexcept {
  const std::scoped_lock guard{pool.mutex};
  pool.locked = 0;
  for (Chunk* chunk = pool.chunks; chunk != nullptr; chunk = chunk->next) chunk->locked = lock(chunk, kChunk);
}

SecretMemory::Facts SecretMemory::facts() noexcept {
  const std::scoped_lock guard{pool.mutex};
  return {pool.size, pool.locked};
}

}  // namespace acme
