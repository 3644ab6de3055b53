// What libFuzzer calls, for a program with one target in it.
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    acme_fuzz::targets().front().body({reinterpret_cast<const char*>(bytes), size});
  } catch (const acme_test::Failure& failure) {
    std::fprintf(stderr, "%s:%d: %s\n", failure.file, failure.line, failure.text.c_str());
    std::abort();
  }
  return 0;
}
