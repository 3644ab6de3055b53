// Every fuzz target (tests/fuzz/) with every input that is kept: the seeds, and what once broke it. Run from the top of
// the repository.
#include <sanitizer/common_interface_defs.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "common/base/text.hpp"
#include "tests/fakes/temporary_directory.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace acme;
using namespace acme_test;
using acme_fuzz::Target;
using acme_fuzz::targets;

namespace {

namespace fs = std::filesystem;

const std::string kSeeds = "tests/fuzz/corpus";
const std::string kRegressions = "tests/fuzz/regressions";

/// What runs now, for a sanitizer that ends the program, at its end perhaps, when no object lives any more.
char running[512];

void say_what_ran() { std::fprintf(stderr, "while running %s\n", running); }

void note(const std::string& what) { std::snprintf(running, sizeof running, "%s", what.c_str()); }

std::vector<std::string> files_below(const std::string& folder) {
  std::vector<std::string> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// In a block of just its size, so that a read behind it is seen.
void run_input(const Target& target, const std::string& input) {
  const std::vector<char> exact(input.begin(), input.end());
  target.body({exact.data(), exact.size()});
}

void run_files(const std::string& folder) {
  for (const auto& target : targets()) {
    for (const auto& file : files_below(cat(folder, "/", target.name))) {
      note(file);
      try {
        run_input(target, slurp(file));
      } catch (const Failure& failure) {
        throw Failure{failure.file, failure.line, cat(file, ": ", failure.text)};
      }
    }
  }
}

}  // namespace

static void seeds_pass() { run_files(kSeeds); }
static void what_once_broke_a_target_passes() { run_files(kRegressions); }

static void nothing_at_all_passes() {
  for (const auto& target : targets()) {
    note(cat(target.name, " without input"));
    run_input(target, "");
  }
}

static void every_target_has_seeds_and_every_seed_a_target() {
  CHECK(!targets().empty());
  for (const auto& target : targets()) {
    if (files_below(cat(kSeeds, "/", target.name)).empty()) throw Failure{__FILE__, __LINE__, target.name};
  }
  const auto is_target = [](const std::string& name) {
    return std::any_of(targets().begin(), targets().end(), [&](const Target& target) { return name == target.name; });
  };
  for (const auto& folder : {kSeeds, kRegressions}) {
    if (!fs::is_directory(folder)) continue;
    for (const auto& entry : fs::directory_iterator{folder}) {
      if (!is_target(entry.path().filename())) throw Failure{__FILE__, __LINE__, entry.path().string()};
    }
  }
}

int main() {
  __sanitizer_set_death_callback(say_what_ran);
  return acme_test::run(
      "corpus", {ACME_TEST(seeds_pass), ACME_TEST(what_once_broke_a_target_passes), ACME_TEST(nothing_at_all_passes),
                 ACME_TEST(every_target_has_seeds_and_every_seed_a_target)});
}
