// What the sanitizers are told, built into a library that the servers load before the runtimes: environment variables
// would not reach a server that nginx itself starts (USR2), and would reach every hook.
//
// Reports go to stderr, which both servers turn into their error log; the harness looks for them there.
#include <dlfcn.h>
#include <sys/mman.h>

#include <cstring>
#include <map>
#include <mutex>

#define OPTIONS extern "C" __attribute__((visibility("default"))) const char*

OPTIONS __asan_default_options() {
  // The runtime is first but for this library.
  return "verify_asan_link_order=0:detect_stack_use_after_return=1:strict_string_checks=1:detect_leaks=1:"
         "check_initialization_order=1:malloc_context_size=30:exitcode=66";
}

OPTIONS __ubsan_default_options() { return "print_stacktrace=1:exitcode=66"; }

OPTIONS __lsan_default_options() { return "print_suppressions=0:exitcode=66"; }

// nginx leaves the arrays of its connections to the end of the process, and its first pool when it refuses a
// configuration; the Server of Apache's parent is retained from load to load and ends with the process.
OPTIONS __lsan_default_suppressions() {
  return "leak:^ngx_alloc$\nleak:^ngx_memalign$\nleak:acme::Server::configure\n";
}

// Debian's APR takes the memory of its pools by mmap, where LeakSanitizer does not look for pointers: without this,
// everything that only a pool refers to would seem lost at the exit of each of Apache's children.
extern "C" {
__attribute__((weak)) void __lsan_register_root_region(const void* begin, size_t size);
__attribute__((weak)) void __lsan_unregister_root_region(const void* begin, size_t size);
}

namespace {
struct Roots {
  std::mutex lock;
  std::map<void*, size_t> sizes;
};

Roots& roots() {
  static auto* all = new Roots;  // outlives every exit handler
  return *all;
}

/// The runtimes take memory too, some under the very lock that the registration wants.
bool in_apr(const void* code) {
  Dl_info place{};
  return ::dladdr(code, &place) != 0 && place.dli_fname != nullptr &&
         std::strstr(place.dli_fname, "/libapr") != nullptr;
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}
}  // namespace

extern "C" __attribute__((visibility("default"))) void* mmap(void* address, size_t size, int protection, int flags,
                                                             int file, off_t offset) noexcept {
  static const auto real = next<decltype(&mmap)>("mmap");
  void* const memory = real(address, size, protection, flags, file, offset);
  if (memory == MAP_FAILED || !__lsan_register_root_region || !in_apr(__builtin_return_address(0))) return memory;
  const std::lock_guard guard{roots().lock};
  roots().sizes[memory] = size;
  __lsan_register_root_region(memory, size);
  return memory;
}

extern "C" __attribute__((visibility("default"))) int munmap(void* address, size_t size) noexcept {
  static const auto real = next<decltype(&munmap)>("munmap");
  if (__lsan_unregister_root_region && in_apr(__builtin_return_address(0))) {
    const std::lock_guard guard{roots().lock};
    if (const auto found = roots().sizes.find(address); found != roots().sizes.end()) {
      __lsan_unregister_root_region(address, found->second);
      roots().sizes.erase(found);
    }
  }
  return real(address, size);
}
