// Runs simulations: `simulation SEED` prints the history of one, `simulation FIRST COUNT` runs many and prints the
// history of the first that fails, and how to have it again. `simulation same SEED...` runs these in this order and
// prints a number for each history: the same for a seed, whatever ran before it.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>

#include "tests/simulation/simulation.hpp"

using acme_test::Simulation;

namespace {

std::uint64_t number(const char* text) { return std::strtoull(text, nullptr, 10); }

int run_one(std::uint64_t seed) {
  Simulation simulation{seed};
  simulation.run();
  std::fputs(simulation.history().text().c_str(), stdout);
  std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed),
              simulation.history().broken() ? simulation.history().violation().c_str() : "all is well");
  return simulation.history().broken() ? 1 : 0;
}

int print_numbers(int count, char** seeds) {
  for (int i = 0; i < count; ++i) {
    Simulation simulation{number(seeds[i])};
    simulation.run();
    std::printf("%s %zx\n", seeds[i], std::hash<std::string>{}(simulation.history().text()));
  }
  return 0;
}

int run_many(std::uint64_t first, std::uint64_t count) {
  std::map<std::string, std::uint64_t> totals;
  int failed = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    Simulation simulation{seed};
    simulation.run();
    const auto& history = simulation.history();
    for (const auto& [what, times] : history.counts()) totals[what] += times;
    if (!history.broken()) continue;
    if (failed++ == 0) std::fputs(history.text().c_str(), stdout);
    std::printf("seed %llu: %s (make simulate SEED=%llu)\n", static_cast<unsigned long long>(seed),
                history.violation().c_str(), static_cast<unsigned long long>(seed));
    std::fflush(stdout);
  }
  std::printf("%llu simulations, %d failed", static_cast<unsigned long long>(count), failed);
  for (const auto& [what, times] : totals)
    std::printf(", %llu %s", static_cast<unsigned long long>(times), what.c_str());
  std::printf("\n");
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 2 && std::strcmp(arguments[1], "same") == 0) return print_numbers(count - 2, arguments + 2);
  if (count == 2) return run_one(number(arguments[1]));
  if (count == 3) return run_many(number(arguments[1]), number(arguments[2]));
  std::fputs("usage: simulation SEED | simulation FIRST COUNT | simulation same SEED...\n", stderr);
  return 2;
}
