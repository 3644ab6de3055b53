// What the sanitizers are told, built into a library that the servers load before the runtimes: environment variables
// would not reach a server that nginx itself starts (USR2), and would reach every hook.
//
// Reports go to stderr, which both servers turn into their error log; the harness looks for them there.
#include <dlfcn.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include <cstdarg>
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
__attribute__((weak)) void __sanitizer_symbolize_pc(void* code, const char* format, char* text, size_t size);
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

/// The engine's process takes from itself the right to read programs and libraries, just after it has given up new
/// privileges. At that moment their symbols are read: else its reports would have no names, and no suppression would
/// fit.
extern "C" __attribute__((visibility("default"))) int prctl(int option, ...) noexcept {
  static const auto real = next<int (*)(int, ...)>("prctl");
  if (option == PR_SET_NO_NEW_PRIVS && __sanitizer_symbolize_pc) {
    char text[256];
    __sanitizer_symbolize_pc(__builtin_return_address(0), "%f", text, sizeof text);
  }
  va_list rest;
  va_start(rest, option);
  unsigned long arguments[4];
  for (auto& argument : arguments) argument = va_arg(rest, unsigned long);
  va_end(rest);
  return real(option, arguments[0], arguments[1], arguments[2], arguments[3]);
}
