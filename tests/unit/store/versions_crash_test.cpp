// Issuing, pruning and removing under every fault, death and power cut (crash_trial.hpp): the old certificate or the
// new one, whole and with its key; no number twice; what was said to be stored stays.
#include "common/store/versions.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "tests/unit/store/store_trial.hpp"

using namespace acme;
using namespace acme_test;

namespace {

/// Saved over `before` of them.
class SaveCertificate final : public StoreTrial {
 public:
  explicit SaveCertificate(int before) : before_{before} {}

 private:
  void fill(FileStore& store) override {
    for (int i = 1; i <= before_; ++i) CHECK_OK(store.save_certificate(kId, certificate(cat("old", i))));
    seen_ = static_cast<std::uint64_t>(before_);
  }
  bool change(FileStore& store) override { return store.save_certificate(kId, certificate("new")).ok(); }
  void look(FileStore& store, Ending ending) override {
    const auto loaded = store.load_certificate(kId);
    CHECK_OK(loaded);
    CHECK(loaded->has_value() || (before_ == 0 && ending != Ending::done));
    if (loaded->has_value()) look(**loaded, ending);
    const auto numbers = store.version_numbers(kId);
    CHECK(std::is_sorted(numbers.begin(), numbers.end()));
    // No number is used twice, and none goes lost that was current once.
    for (int i = 1; i <= before_; ++i) {
      const auto old = store.load_version(kId, static_cast<std::uint64_t>(i));
      CHECK_OK(old);
      CHECK_EQ(old->fullchain_pem, cat("old", i));
    }
    for (const auto number : numbers) CHECK_OK(store.load_version(kId, number));
  }
  void look(const StoredCertificate& current, Ending ending) {
    const bool is_new = current.fullchain_pem == "new";
    CHECK(is_new || current.fullchain_pem == cat("old", before_));
    CHECK(is_new || ending != Ending::done);
    CHECK_EQ(std::string{current.key_pem.view()}, "key of " + current.fullchain_pem);
    CHECK_EQ(current.meta.serial, "0a");
    CHECK(current.version >= seen_);
    if (ending == Ending::done) CHECK(current.version > static_cast<std::uint64_t>(before_));
    seen_ = current.version;
  }

  const int before_;
  std::uint64_t seen_ = 0;
};

/// The oldest go, of four.
class Prune final : public StoreTrial {
  void fill(FileStore& store) override {
    for (int i = 1; i <= 5; ++i) CHECK_OK(store.save_certificate(kId, certificate(cat("old", i))));
  }
  bool change(FileStore& store) override {
    store.prune_certificate(kId, kNow + std::chrono::days{2});
    return true;
  }
  void look(FileStore& store, Ending ending) override {
    const auto current = store.load_certificate(kId);
    CHECK_OK(current);
    CHECK(current->has_value() && (*current)->version == 5);
    const auto numbers = store.version_numbers(kId);
    CHECK(numbers.size() >= 3 && numbers[numbers.size() - 3] == 3);
    CHECK(numbers.size() <= 5);
    // What is listed is whole: an operator may choose it.
    for (const auto number : numbers) CHECK_OK(store.load_version(kId, number));
    (void)ending;
  }
};

/// With its order: all of it, or nothing is gone.
class Remove final : public StoreTrial {
  void fill(FileStore& store) override {
    for (int i = 1; i <= 2; ++i) CHECK_OK(store.save_certificate(kId, certificate(cat("old", i))));
    CHECK_OK(store.save_order(kId, order()));
    CHECK_OK(store.save_state(kId, {}));
  }
  bool change(FileStore& store) override { return store.remove_certificate(kId).ok(); }
  void look(FileStore& store, Ending ending) override {
    const auto current = store.load_certificate(kId);
    CHECK_OK(current);
    if (current->has_value()) CHECK_EQ((*current)->fullchain_pem, "old2");
    CHECK_EQ(store.version_numbers(kId).size(), current->has_value() ? 2U : 0U);
    if (ending != Ending::done) return;
    CHECK(!current->has_value());
    const auto ids = store.certificate_ids();
    CHECK_OK(ids);
    CHECK(ids->empty());
  }
};

/// A reader never takes "cannot be read" for "is not there".
class Load final : public StoreTrial {
  void fill(FileStore& store) override { CHECK_OK(store.save_certificate(kId, certificate("chain"))); }
  bool change(FileStore& store) override {
    const auto loaded = store.load_certificate(kId);
    if (!loaded) return false;
    CHECK(loaded->has_value() && (*loaded)->fullchain_pem == "chain");
    CHECK_EQ(std::string{(*loaded)->key_pem.view()}, "key of chain");
    const auto ids = store.certificate_ids();
    if (ids) CHECK_EQ(ids->size(), 1U);
    return true;
  }
  void look(FileStore& store, Ending) override { CHECK_OK(store.load_certificate(kId)); }
};

}  // namespace

static void the_first_certificate() {
  explore([] { return std::make_unique<SaveCertificate>(0); });
}

static void the_next_certificate() {
  explore([] { return std::make_unique<SaveCertificate>(2); }, {.power_cuts = 3});
}

static void old_versions_go_as_a_whole() {
  explore([] { return std::make_unique<Prune>(); }, {.power_cuts = 2});
}

static void a_removed_certificate_goes_as_a_whole() {
  // Not flushed: what comes back after a power cut is removed again.
  explore([] { return std::make_unique<Remove>(); }, {.durable = false});
}

static void a_failing_disk_is_not_an_empty_one() {
  explore([] { return std::make_unique<Load>(); }, {.power_cuts = 1});
}

int main() {
  return acme_test::run(
      "versions_crash",
      {ACME_TEST(the_first_certificate), ACME_TEST(the_next_certificate), ACME_TEST(old_versions_go_as_a_whole),
       ACME_TEST(a_removed_certificate_goes_as_a_whole), ACME_TEST(a_failing_disk_is_not_an_empty_one)});
}
