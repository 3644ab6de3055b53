// Serving processes beside the engine that issues: at every system call of either, chain and key that are read match.
#include "common/runtime/serving_tree.hpp"

#include "common/base/text.hpp"
#include "tests/unit/store/store_trial.hpp"

using namespace acme;
using namespace acme_test;

namespace {

constexpr int kServer = 1;

struct World {
  World() {
    CHECK_OK(prepare_state_directory(kPath, kWorker));
    CHECK_OK(ensure_secret(kPath));
    CHECK_OK(make_engine_tree(kPath));
    issue(0);
  }
  void issue(int number) {
    CHECK_OK(open_store()->save_certificate(kId, certificate(cat("chain", number), clock.now())));
    clock.advance(std::chrono::days{2});
    open_store()->prune_certificate(kId, clock.now());
  }

  ManualClock clock;
  SimulatedDisk disk{1, clock};
};

std::unique_ptr<ServingTree> open_tree() {
  auto tree = std::make_unique<ServingTree>(kPath);
  tree->set_secret(secret());
  return tree;
}

/// What a server finds wrong: nothing may be thrown through the calls in which it looks.
class Server {
 public:
  void look() {
    look(*kept_);
    look(*open_tree());
    // A handshake may be slow: what was current two issuances ago can be read still.
    if (seen_ > 2) read(*kept_, seen_ - 2);
    ++looks;
  }

  std::string wrong;
  int looks = 0;

 private:
  void look(ServingTree& tree) {
    const std::uint64_t version = tree.current(kId.c_str());
    if (version < seen_) wrong += cat("version ", version, " after ", seen_, "; ");
    seen_ = version;
    read(tree, version);
  }
  void read(ServingTree& tree, std::uint64_t version) {
    const auto pair = tree.read(kId, version);
    if (!pair) {
      wrong += cat("version ", version, ": ", pair.error().message, "; ");
    } else if (pair->fullchain_pem != cat("chain", version - 1) ||
               pair->key_pem.view() != "key of " + pair->fullchain_pem) {
      wrong += cat("version ", version, " has ", pair->fullchain_pem, "; ");
    }
  }

  std::unique_ptr<ServingTree> kept_ = open_tree();
  std::uint64_t seen_ = 0;
};

}  // namespace

static void a_pair_matches_at_every_step_of_the_engine() {
  World world;
  Server server;
  world.disk.fail([&](const DiskAccess& access) {
    if (access.process == kServer) return DiskFault::none();
    const SimulatedProcess serving{world.disk, kServer};
    server.look();
    return DiskFault::none();
  });
  for (int number = 1; number <= 5; ++number) world.issue(number);
  CHECK_EQ(server.wrong, "");
  CHECK(server.looks > 300);
}

static void a_failing_read_is_an_error_or_the_pair() {
  World world;
  for (const int number : {EIO, EMFILE, EACCES, EINTR}) {
    for (std::uint64_t nth = 1; nth < 60; ++nth) {
      world.disk.restart(kServer);
      world.disk.fail([&](const DiskAccess& access) {
        return access.process == kServer && access.number == nth ? DiskFault::error(number) : DiskFault::none();
      });
      const SimulatedProcess serving{world.disk, kServer};
      const auto tree = open_tree();
      const std::uint64_t version = tree->current(kId.c_str());
      CHECK(version <= 1);
      const auto pair = tree->read(kId, 1);
      if (pair) CHECK_EQ(std::string{pair->key_pem.view()}, "key of " + pair->fullchain_pem);
      // Whatever happened, the next look finds it.
      world.clock.advance(std::chrono::seconds{6});
      world.disk.fail({});
      CHECK_EQ(tree->current(kId.c_str()), 1U);
      CHECK_OK(tree->read(kId, 1));
      CHECK(world.disk.descriptors(kServer) <= 1);
    }
  }
}

int main() {
  return acme_test::run("serving_tree_crash", {ACME_TEST(a_pair_matches_at_every_step_of_the_engine),
                                               ACME_TEST(a_failing_read_is_an_error_or_the_pair)});
}
