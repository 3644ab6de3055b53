// The ledger under every fault, death and power cut (crash_trial.hpp): what was counted stays counted.
#include "common/store/ledger.hpp"

#include <algorithm>

#include "common/base/text.hpp"
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

std::vector<std::string> subjects(const Ledger& ledger) {
  std::vector<std::string> all;
  for (const auto& one : ledger.entries()) all.push_back(one.subject);
  return all;
}

/// A trial that knows what was said to be counted: exactly that is there, once and in order, whatever happened.
class CountingTrial : public StoreTrial {
 protected:
  struct Opened {
    UniqueFd tree;
    std::unique_ptr<Ledger> ledger;  // null: it cannot be opened
  };
  Opened open() {
    auto tree = open_engine_tree(kPath);
    if (!tree) return {};
    auto ledger = open_ledger(tree->get(), clock().now());
    if (!ledger) return {};
    return {*std::move(tree), *std::move(ledger)};
  }
  /// One that failed counts neither in this life, nor in the next once a later one has succeeded.
  bool append(Ledger& ledger, const std::string& subject, Duration after) {
    if (disk().dead()) return false;
    clock().advance(after);
    under_way_ = cat(subject, " of ", ++number_);
    const auto appended = ledger.append({clock().now(), LedgerEvent::new_order, "le", under_way_});
    if (appended) said_.push_back(std::exchange(under_way_, {}));
    CHECK(subjects(ledger) == said_);
    return appended.ok();
  }
  void look(FileStore&, Ending) override {
    const auto opened = open();
    CHECK(opened.ledger);
    const auto found = subjects(*opened.ledger);
    // One that failed last of all, or during which the process was gone, may count now, once.
    if (!under_way_.empty() && !found.empty() && found.back() == under_way_) said_.push_back(under_way_);
    under_way_.clear();
    CHECK(found == said_);
  }

  std::vector<std::string> said_;
  std::string under_way_;
  int number_ = 0;
};

/// Any append may fail, at its flush above all; later ones of the same life succeed, and then the power is cut.
class AppendAfterFailure final : public CountingTrial {
 public:
  explicit AppendAfterFailure(std::uint64_t seed) : seed_{seed} {}

 private:
  bool change(FileStore&) override {
    const auto opened = open();
    Ledger* const ledger = opened.ledger.get();
    if (ledger == nullptr) return false;
    append(*ledger, "first", kBetween);
    append(*ledger, "second", std::chrono::milliseconds{300});  // safe with the next one's flush
    append(*ledger, "third", kBetween);
    if (disk().dead()) return false;
    disk().fail({});
    disk().read_only(false);
    disk().make_room();
    CHECK(append(*ledger, "last", kBetween));
    SeededRandom random{seed_};
    disk().power_cut(random);
    return true;
  }

  const std::uint64_t seed_;
};

std::string line(UtcTime time, const std::string& subject) {
  return cat(format_rfc3339(time), "\tnew_order\tle\t", subject, "\n");
}

/// At opening what counts no more goes.
class CompactAtOpening final : public CountingTrial {
  void fill(FileStore&) override {
    const UtcTime now = clock().now();
    std::string text;
    for (int i = 0; i < 9; ++i) text += line(now - std::chrono::days{9} + Seconds{i}, "old");
    text += "damaged\n";
    for (int i = 0; i < 3; ++i) {
      said_.push_back(cat("new ", i));
      text += line(now - std::chrono::days{1} + Seconds{i}, said_.back());
    }
    CHECK_OK(write_file_at(open_engine_tree(kPath)->get(), "ledger", text, 0600, Durability::durable));
  }
  bool change(FileStore&) override { return open().ledger != nullptr; }
  void look(FileStore& store, Ending ending) override {
    const auto text = read_file_at(open_engine_tree(kPath)->get(), "ledger", 1000);
    CHECK_OK(text);
    CHECK(text->find("old") == std::string::npos || ending != Ending::done);
    CountingTrial::look(store, ending);
  }
};

/// A ledger that has grown is written anew while it is in use, without what counts no more.
class CompactInUse final : public CountingTrial {
  static constexpr int kLines = 319;  // of 820 bytes: with two more it is larger than it may grow

  bool change(FileStore&) override {
    const auto opened = open();
    if (!opened.ledger) return false;
    const LedgerEntry old{clock().now(), LedgerEvent::new_order, std::string(390, 'i'), std::string(397, 's')};
    for (int i = 0; i < kLines; ++i) CHECK(opened.ledger->append(old));
    clock().advance(std::chrono::days{9});
    // Flushed, as a second of use does.
    for (int i = 0; i < 2; ++i) {
      if (!append(*opened.ledger, std::string(350, 'f'), kBetween)) return false;
    }
    return append(*opened.ledger, "last", kBetween);
  }
  bool recovers() const override { return false; }
};

}  // namespace

static void the_first_entries() {
  explore([] { return std::make_unique<Append>(0); });
}

static void what_was_counted_stays_counted() {
  explore([] { return std::make_unique<Append>(2); });
}

static void what_a_failed_flush_left_counts_neither_less_nor_twice() {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    explore([&] { return std::make_unique<AppendAfterFailure>(seed); }, {.power_cuts = 0});
  }
}

static void what_counts_outlives_a_compaction() {
  explore([] { return std::make_unique<CompactAtOpening>(); });
  explore([] { return std::make_unique<CompactInUse>(); }, {.power_cuts = 1, .last_calls = 12});
}

int main() {
  return acme_test::run("ledger_crash", {ACME_TEST(the_first_entries), ACME_TEST(what_was_counted_stays_counted),
                                         ACME_TEST(what_a_failed_flush_left_counts_neither_less_nor_twice),
                                         ACME_TEST(what_counts_outlives_a_compaction)});
}
