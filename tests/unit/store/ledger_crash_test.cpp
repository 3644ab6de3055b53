// The ledger under every fault, death and power cut (crash_trial.hpp): what was counted stays counted.
#include "common/store/ledger.hpp"

#include <algorithm>

#include "tests/fakes/seeded_random.hpp"
#include "tests/unit/store/store_trial.hpp"

using namespace acme;
using namespace acme_test;

namespace {

constexpr std::chrono::seconds kBetween{2};  // more than a second: each append is flushed

class Append final : public StoreTrial {
 public:
  explicit Append(int before) : before_{before} {}

 private:
  LedgerEntry entry(const char* subject) { return {clock().now(), LedgerEvent::new_order, "le", subject}; }

  bool append(const char* subject) {
    clock().advance(kBetween);
    auto tree = open_engine_tree(kPath);
    if (!tree) return false;
    auto ledger = open_ledger(tree->get(), clock().now());
    if (!ledger || !(*ledger)->append(entry(subject))) return false;
    // A life appends more than once.
    clock().advance(kBetween);
    return (*ledger)->append(entry(subject)).ok();
  }

  void fill(FileStore&) override {
    for (int i = 0; i < before_; ++i) CHECK(append("old"));
  }
  bool change(FileStore&) override { return append("new"); }
  void look(FileStore&, Ending ending) override {
    const auto tree = open_engine_tree(kPath);
    CHECK_OK(tree);
    const auto ledger = open_ledger(tree->get(), clock().now());
    CHECK_OK(ledger);
    int old_ones = 0;
    int new_ones = 0;
    for (const auto& one : (*ledger)->entries()) {
      CHECK(one.issuer == "le" && (one.subject == "old" || one.subject == "new"));
      ++(one.subject == "old" ? old_ones : new_ones);
    }
    CHECK_EQ(old_ones, 2 * before_);
    CHECK(new_ones >= 2 || ending != Ending::done);
  }

  const int before_;
};

/// The first append fails, the next one of the same life succeeds: it is safe, whatever the first one left.
class AppendAfterFailure final : public StoreTrial {
  bool change(FileStore&) override {
    const auto tree = open_engine_tree(kPath);
    if (!tree) return false;
    auto ledger = open_ledger(tree->get(), clock().now());
    if (!ledger) return false;
    for (const char* subject : {"first", "second", "third"}) {
      clock().advance(kBetween);
      const auto appended = (*ledger)->append({clock().now(), LedgerEvent::new_order, "le", subject});
      if (appended) said_.push_back(subject);
      if (appended) CHECK_EQ((*ledger)->entries().back().subject, subject);
    }
    SeededRandom random{said_.size()};
    disk().fail({});
    if (!disk().dead()) disk().power_cut(random);
    return true;
  }
  void look(FileStore&, Ending) override {
    const auto tree = open_engine_tree(kPath);
    CHECK_OK(tree);
    const auto ledger = open_ledger(tree->get(), clock().now());
    CHECK_OK(ledger);
    for (const auto& subject : said_) {
      const auto& all = (*ledger)->entries();
      CHECK(std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.subject == subject; }));
    }
  }

  std::vector<std::string> said_;
};

}  // namespace

static void the_first_entries() {
  explore([] { return std::make_unique<Append>(0); });
}

static void what_was_counted_stays_counted() {
  explore([] { return std::make_unique<Append>(2); });
}

static void a_failed_flush_is_not_forgotten() {
  explore([] { return std::make_unique<AppendAfterFailure>(); }, {.power_cuts = 0});
}

int main() {
  return acme_test::run("ledger_crash", {ACME_TEST(the_first_entries), ACME_TEST(what_was_counted_stays_counted),
                                         ACME_TEST(a_failed_flush_is_not_forgotten)});
}
