#include "common/base/secret.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <string>

#include "tests/check.hpp"

namespace {

// What is in the watched memory at the moment it is given back.
const char* watched = nullptr;
std::size_t watched_size = 0;
bool freed = false;
bool was_clean = false;

void look(const void* memory) noexcept {
  if (memory == nullptr || memory != watched) return;
  freed = true;
  was_clean = std::all_of(watched, watched + watched_size, [](char c) { return c == '\0'; });
  watched = nullptr;
}

}  // namespace

void* operator new(std::size_t size) {
  void* memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  return memory;
}
void operator delete(void* memory) noexcept {
  look(memory);
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  look(memory);
  std::free(memory);
}

using namespace acme;

namespace {

void watch(const Secret& secret) {
  watched = secret.view().data();
  watched_size = secret.size();
  freed = false;
  was_clean = false;
}

}  // namespace

static void it_is_cleansed_when_it_ends() {
  {
    const Secret secret{"do not linger here"};
    watch(secret);
  }
  CHECK(freed && was_clean);
}

static void it_is_cleansed_when_it_is_overwritten() {
  Secret secret{"do not linger here"};
  watch(secret);
  secret = Secret{"another"};
  CHECK(freed && was_clean);
  CHECK_EQ(secret.view(), "another");
}

static void moving_takes_the_bytes_along() {
  Secret first{"key"};
  Secret second{std::move(first)};
  CHECK(first.empty());  // NOLINT: that is the promise
  CHECK_EQ(second.view(), "key");
  first = std::move(second);
  CHECK_EQ(first.view(), "key");
  CHECK(second.empty());  // NOLINT
  Secret& same = first;
  first = std::move(same);
  CHECK_EQ(first.view(), "key");
}

static void copies_are_made_on_purpose_only() {
  static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
  const Secret secret{std::string_view{"a\0b", 3}};
  const Secret copy = secret.clone();
  CHECK_EQ(copy.size(), 3U);
  CHECK(copy.view() == secret.view() && copy.view().data() != secret.view().data());
  Secret room{std::size_t{4}};
  CHECK_EQ(room.view(), std::string_view("\0\0\0\0", 4));
  room.data()[0] = 'x';
  CHECK_EQ(room.view()[0], 'x');
}

int main() {
  return acme_test::run("secret",
                        {ACME_TEST(it_is_cleansed_when_it_ends), ACME_TEST(it_is_cleansed_when_it_is_overwritten),
                         ACME_TEST(moving_takes_the_bytes_along), ACME_TEST(copies_are_made_on_purpose_only)});
}
