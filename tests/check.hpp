// CHECK and CHECK_EQ for cmocka tests in C++.
//
// A failing cmocka assertion longjmps over destructors, and an exception that leaves a test ends the
// program. So checks throw a private Failure, and run_case(), which owns nothing, catches it and
// tells cmocka. Include this last: cmocka defines a macro named `fail`.
//
//     static void parses_minimal() { CHECK_EQ(parse("{}").ok(), true); }
//     int main() { return acme_test::run("name", {ACME_TEST(parses_minimal)}); }
#pragma once

#include <exception>
#include <initializer_list>
#include <sstream>
#include <string>
#include <vector>

// cmocka.h wants these before it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
extern "C" {
#include <cmocka.h>
}
#undef fail

namespace acme_test {

struct Failure {
  const char* file;
  int line;
  std::string text;
};

struct Case {
  const char* name;
  void (*body)();
};

template <class T>
std::string shown(const T& value) {
  if constexpr (requires(std::ostream& out) { out << value; }) {
    std::ostringstream out;
    out << value;
    return out.str();
  } else {
    return "(a value)";
  }
}

template <class A, class B>
void check_equal(const A& actual, const B& expected, const char* expression, const char* file, int line) {
  if (actual == expected) return;
  throw Failure{file, line, std::string{expression} + " is " + shown(actual) + ", expected " + shown(expected)};
}

inline void run_case(void** state) noexcept {
  static char message[4096];
  static const char* file;
  static int line;
  bool failed = false;
  try {
    static_cast<const Case*>(*state)->body();
  } catch (const Failure& failure) {
    failed = true;
    file = failure.file;
    line = failure.line;
    failure.text.copy(message, sizeof message - 1);
    message[failure.text.size() < sizeof message ? failure.text.size() : sizeof message - 1] = '\0';
  } catch (const std::exception& exception) {
    failed = true;
    file = __FILE__;
    line = __LINE__;
    std::string{exception.what()}.copy(message, sizeof message - 1);
  }
  if (failed) {
    print_error("%s:%d: %s\n", file, line, message);
    _fail(file, line);
  }
}

inline int run(const char* group, std::initializer_list<Case> cases) {
  std::vector<Case> kept{cases};
  std::vector<CMUnitTest> tests;
  for (Case& test : kept) tests.push_back(CMUnitTest{test.name, run_case, nullptr, nullptr, &test});
  return _cmocka_run_group_tests(group, tests.data(), tests.size(), nullptr, nullptr);
}

}  // namespace acme_test

#define ACME_TEST(name) \
  acme_test::Case { #name, name }
#define CHECK(condition)                                                                     \
  do {                                                                                       \
    if (!(condition)) throw acme_test::Failure{__FILE__, __LINE__, "not true: " #condition}; \
  } while (false)
#define CHECK_EQ(actual, expected) acme_test::check_equal(actual, expected, #actual, __FILE__, __LINE__)
/// The Result or Status is ok; shows its message when it is not.
#define CHECK_OK(result)                                                                                       \
  do {                                                                                                         \
    if (!(result).ok()) throw acme_test::Failure{__FILE__, __LINE__, #result ": " + (result).error().message}; \
  } while (false)
