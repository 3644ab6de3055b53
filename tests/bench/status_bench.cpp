// What the status page costs on a server with 10,000 certificates: time and memory of each kind of request, and what
// the engine writes when certificates change.
//
//     status_bench [COUNT]
//
// Prints "name milliseconds [bytes]", the best of several rounds; bytes are those that a request has allocated at most
// at one moment, its answer included.
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <new>

#include "common/base/log.hpp"
#include "common/report/status_page.hpp"
#include "tests/bench/synthetic_certificates.hpp"
#include "tests/fakes/temporary_directory.hpp"

namespace {

std::size_t live_bytes = 0;
std::size_t most_bytes = 0;

void* counted(std::size_t size) {
  void* const block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc{};
  live_bytes += malloc_usable_size(block);
  most_bytes = std::max(most_bytes, live_bytes);
  return block;
}

void uncounted(void* block) noexcept {
  live_bytes -= malloc_usable_size(block);
  std::free(block);
}

}  // namespace

// This program has one thread.
void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* block) noexcept { uncounted(block); }
void operator delete[](void* block) noexcept { uncounted(block); }
void operator delete(void* block, std::size_t) noexcept { uncounted(block); }
void operator delete[](void* block, std::size_t) noexcept { uncounted(block); }

namespace {

constexpr int kRounds = 9;

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "status_bench: " << why << '\n';
  std::exit(1);
}

/// The best of kRounds; `memory`: in bytes besides, of one round.
void measure(const char* name, bool memory, const std::function<void()>& work) {
  double best = 1e9;
  std::size_t bytes = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::size_t before = live_bytes;
    most_bytes = live_bytes;
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    best = std::min(best, took.count());
    bytes = most_bytes - before;
  }
  std::cout << name << ' ' << best << " ms";
  if (memory) std::cout << ' ' << bytes / 1024 << " KiB";
  std::cout << '\n';
}

void request(const char* name, const std::string& state_path, const char* query, acme::UtcTime now) {
  std::size_t size = 0;
  measure(name, true, [&] {
    acme::FileStatus source{state_path};
    acme::StatusRequest request;
    request.method = "GET";
    request.query = query;
    request.accept = "text/html";
    request.now = now;
    const auto response = acme::answer_status(request, source);
    if (response.status != 200) give_up(acme::cat(name, ": status ", response.status));
    size = 0;
    for (const auto& piece : response.body) size += piece.size();
  });
  std::cout << "  answer of " << size / 1024 << " KiB\n";
}

/// `changed` certificates, as one flush writes them.
void flush(const char* name, acme::StatusWriter& writer, std::size_t changed, acme::UtcTime now) {
  std::uint32_t round = 0;
  measure(name, false, [&] {
    ++round;
    for (std::size_t i = 0; i < changed; ++i) {
      acme::CertificateDetail detail = acme_bench::synthetic_detail(i * 7, now);
      detail.summary.failures = round;
      const auto updated = writer.update(detail.summary);
      const auto saved = writer.save_detail(detail);
      if (!updated || !saved || !*updated || !*saved) give_up("a change is not written");
    }
    if (!writer.commit(now)) give_up("the header is not written");
  });
}

}  // namespace

int main(int argc, char** argv) {
  const auto count = static_cast<std::size_t>(argc > 1 ? std::atoi(argv[1]) : 10000);
  const acme_test::TemporaryDirectory directory;
  const acme::UtcTime now = acme::SystemClock{}.now();
  const auto begin = std::chrono::steady_clock::now();
  auto writer = acme_bench::write_synthetic(directory.path(), count, now);
  if (!writer) give_up(acme::describe(writer.error()));
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  std::cout << "all_written " << took.count() << " ms\n";
  measure("all_details_unchanged", false, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      if (!writer->save_detail(acme_bench::synthetic_detail(i, now))) give_up("a detail is not written");
    }
  });
  request("first_page", directory.path(), "", now);
  request("filtered_page", directory.path(), "state=failing", now);
  request("last_page", directory.path(), "page=100000", now);
  request("search", directory.path(), "q=shop-09", now);
  request("json", directory.path(), "format=json", now);
  const std::string one = "certificate=" + acme_bench::synthetic_detail(count / 2, now).summary.id;
  request("certificate", directory.path(), one.c_str(), now);
  request("metrics", directory.path(), "format=metrics", now);
  flush("flush_of_1", *writer, 1, now);
  flush("flush_of_100", *writer, 100, now);
}
