// The challenges under every fault and death (crash_trial.hpp): what was published is answered by every server.
#include "common/challenge/challenge_board.hpp"

#include "tests/unit/store/store_trial.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const std::string kBefore(22, 'a');
const std::string kToken(22, 'b');

std::string authorization(const std::string& token) { return token + "." + std::string(43, 'c'); }

class Publish final : public StoreTrial {
  bool publish(const std::string& token) {
    const auto tree = open_engine_tree(kPath);
    if (!tree) return false;
    auto board = open_challenge_board(tree->get());
    return board && (*board)->publish(token, authorization(token));
  }
  void fill(FileStore&) override { CHECK(publish(kBefore)); }
  bool change(FileStore&) override { return publish(kToken); }
  void look(FileStore&, Ending ending) override {
    const SimulatedProcess serving{disk(), 1};
    ChallengeReader reader{kPath};
    const auto before = reader.find(kBefore);
    const auto found = reader.find(kToken);
    // Never half of one.
    CHECK(!before || *before == authorization(kBefore));
    CHECK(!found || *found == authorization(kToken));
    CHECK(found || ending != Ending::done);
    // Of a validation under way: no failure of another ends it.
    if (ending == Ending::refused) CHECK(before);
  }
};

}  // namespace

static void what_is_published_is_answered() {
  explore([] { return std::make_unique<Publish>(); }, {.durable = false, .power_cuts = 3});
}

int main() { return acme_test::run("challenge_board_crash", {ACME_TEST(what_is_published_is_answered)}); }
