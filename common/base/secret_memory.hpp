// SecretMemory: where the bytes of every Secret are: pages that are never swapped out (mlock, as far as
// RLIMIT_MEMLOCK allows, at most 16 MiB) and never in a core dump (MADV_DONTDUMP).
//
// Small pieces share pages: ten thousand keys are ten thousand pieces, and RLIMIT_MEMLOCK is 64 KiB or 8 MiB on many
// machines. What goes beyond the limit is kept out of dumps all the same. A child process inherits the pages (the
// servers hand the state directory's secret to theirs that way; so neither MADV_DONTFORK nor MADV_WIPEONFORK), but
// no locks: lock_again() is for the process that will hold keys for long.
#pragma once

#include <cstddef>

namespace acme {

class SecretMemory {
 public:
  struct Facts {
    std::size_t size = 0;    // of all pages so far; what is given back is used again
    std::size_t locked = 0;  // bytes of them that this process has locked, or its parent before the fork
  };

  /// `size` zero bytes, size > 0. std::bad_alloc when there is no memory.
  static char* take(std::size_t size);
  /// Cleanses and gives back what take(size) gave.
  static void give_back(char* bytes, std::size_t size) noexcept;

  /// After a fork: locks the pages there are in this process, too.
  static void lock_again() noexcept;
  static Facts facts() noexcept;
};

}  // namespace acme
