#include "common/base/secret.hpp"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/check.hpp"

using namespace acme;

namespace {

constexpr const char* kText = "do not linger here, and nowhere else";

/// Whether anything of what was at `bytes` is still there. The first bytes serve the pool, which keeps the memory.
bool lingers(const char* bytes) {
  return std::string_view{bytes, std::strlen(kText)}.substr(8) == std::string_view{kText}.substr(8);
}

/// The flags of the mapping that holds `address`, as the kernel shows them: "lo" locked, "dd" not dumped.
std::string flags_of(const char* address) {
  std::ifstream maps{"/proc/self/smaps"};
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    unsigned long begin = 0, end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2) {
      const auto at = reinterpret_cast<unsigned long>(address);
      inside = begin <= at && at < end;
    } else if (inside && line.starts_with("VmFlags:")) {
      return line + " ";
    }
  }
  return {};
}

bool has(const std::string& flags, const char* flag) {
  return flags.find(" " + std::string{flag} + " ") != std::string::npos;
}

/// Ends with the number of the first check that does not hold.
template <class Body>
int in_a_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

static void it_is_cleansed_when_it_ends() {
  const char* bytes = nullptr;
  {
    const Secret secret{kText};
    bytes = secret.view().data();
    CHECK(lingers(bytes));
  }
  CHECK(!lingers(bytes));
}

static void it_is_cleansed_when_it_is_overwritten() {
  Secret secret{kText};
  const char* bytes = secret.view().data();
  secret = Secret{"another"};
  CHECK(!lingers(bytes));
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
  CHECK(Secret{}.view().empty() && Secret{std::size_t{0}}.clone().empty());
}

static void memory_is_clean_whatever_was_in_it() {
  for (const std::size_t size :
       std::vector<std::size_t>{1, 7, 8, 63, 64, 65, 128, 200, 4096, 8191, 8192, 8193, 100'000}) {
    Secret first{std::string(size, 'x')};
    first = Secret{};
    const Secret again{size};
    CHECK_EQ(again.size(), size);
    CHECK(std::all_of(again.view().begin(), again.view().end(), [](char c) { return c == '\0'; }));
  }
}

static void pieces_do_not_overlap() {
  std::vector<Secret> all;
  for (std::size_t i = 0; i < 3000; ++i)
    all.emplace_back(std::string(1 + i * 7 % 9000, static_cast<char>('a' + i % 26)));
  for (std::size_t i = 0; i < 3000; i += 2)
    all[i] = Secret{std::string(1 + i * 11 % 500, static_cast<char>('A' + i % 26))};
  for (std::size_t i = 0; i < 3000; ++i) {
    const char expected = static_cast<char>((i % 2 == 0 ? 'A' : 'a') + i % 26);
    CHECK(std::all_of(all[i].view().begin(), all[i].view().end(), [expected](char c) { return c == expected; }));
  }
}

static void it_is_locked_and_in_no_dump() {
  const Secret small{kText};
  const Secret large{std::string(20'000, 'x')};
  for (const Secret* secret : {&small, &large}) {
    const std::string flags = flags_of(secret->view().data());
    CHECK(has(flags, "dd"));
    CHECK(has(flags, "lo"));
  }
}

/// As for a worker's user: what goes beyond the limit is had all the same, and is in no dump.
static void a_limit_of_locked_memory_is_no_failure() {
  const int failed = in_a_child([] {
    const rlimit none{64 * 1024, 64 * 1024};
    if (::setrlimit(RLIMIT_MEMLOCK, &none) != 0) return 1;
    if (::geteuid() == 0 && ::setuid(65534) != 0) return 2;
    SecretMemory::lock_again();
    std::vector<Secret> keys;
    for (int i = 0; i < 10'000; ++i) keys.emplace_back(std::string(241, 'k'));
    const auto facts = SecretMemory::facts();
    if (facts.locked > 64 * 1024 || facts.size < 10'000 * 241) return 3;
    if (!has(flags_of(keys.back().view().data()), "dd") || has(flags_of(keys.back().view().data()), "lo")) return 4;
    return keys.back().view() == std::string(241, 'k') ? 0 : 5;
  });
  CHECK_EQ(failed, 0);
}

static void a_child_has_the_bytes_and_locks_them_again() {
  const Secret secret{kText};
  const int failed = in_a_child([&] {
    if (secret.view() != kText) return 1;
    if (has(flags_of(secret.view().data()), "lo")) return 2;  // the kernel's rule, else lock_again() were for nothing
    SecretMemory::lock_again();
    const std::string flags = flags_of(secret.view().data());
    return has(flags, "lo") && has(flags, "dd") ? 0 : 3;
  });
  CHECK_EQ(failed, 0);
}

static void threads_share_it() {
  const auto work = [](char letter) {
    for (int i = 0; i < 20'000; ++i) {
      const Secret secret{std::string(static_cast<std::size_t>(1 + i % 300), letter)};
      if (secret.view().front() != letter || secret.view().back() != letter) std::abort();
    }
  };
  std::thread other{work, 'a'};
  work('b');
  other.join();
}

int main() {
  return acme_test::run("secret",
                        {ACME_TEST(it_is_locked_and_in_no_dump), ACME_TEST(it_is_cleansed_when_it_ends),
                         ACME_TEST(it_is_cleansed_when_it_is_overwritten), ACME_TEST(moving_takes_the_bytes_along),
                         ACME_TEST(copies_are_made_on_purpose_only), ACME_TEST(memory_is_clean_whatever_was_in_it),
                         ACME_TEST(pieces_do_not_overlap), ACME_TEST(a_limit_of_locked_memory_is_no_failure),
                         ACME_TEST(a_child_has_the_bytes_and_locks_them_again), ACME_TEST(threads_share_it)});
}
