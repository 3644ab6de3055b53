// The state directory, its secret and its lock under every fault, death and power cut (crash_trial.hpp).
#include "common/store/state_directory.hpp"

#include <optional>

#include "common/store/dns_journal.hpp"
#include "common/store/hook_record.hpp"
#include "common/store/reload_record.hpp"
#include "common/store/sealed_record.hpp"
#include "tests/unit/store/store_trial.hpp"

using namespace acme;
using namespace acme_test;

namespace {

/// A server's first load, and the engine's first account under the new secret. Two levels of directories are missing.
class FirstLoad final : public CrashTrial {
  bool operate() override {
    if (!prepare_state_directory(kDeep, kWorker)) return false;
    auto secret = ensure_secret(kDeep);
    if (!secret) return false;
    auto tree = make_engine_tree(kDeep);
    if (!tree) return false;
    FileStore store{*std::move(tree), *std::move(secret)};
    return store.save_account("le", account()).ok();
  }
  void check(Ending ending) override {
    const auto secret = read_secret(kDeep);
    // None, or a whole one.
    CHECK(secret || secret.error().kind == ErrorKind::not_found);
    auto tree = open_engine_tree(kDeep);
    CHECK(ending != Ending::done || (secret && tree));
    if (!tree || !secret) return;
    FileStore store{*std::move(tree), secret->clone()};
    const auto loaded = store.load_account("le");
    CHECK_OK(loaded);
    if (loaded->has_value()) CHECK_EQ(std::string{(*loaded)->key_pem.view()}, "account key");
    CHECK(loaded->has_value() || ending != Ending::done);
  }
  void tidy() override {
    CHECK_OK(prepare_state_directory(kDeep, kWorker));
    CHECK_OK(make_engine_tree(kDeep));
  }

  const std::string kDeep = "/simulated/lib/state";
};

/// One engine at a time, whatever fails.
class TakeLock final : public StoreTrial {
  bool change(FileStore&) override {
    pid_t holder = 0;
    const auto tree = open_engine_tree(kPath);
    if (!tree) return false;
    const auto lock = EngineLock::try_take(tree->get(), holder);
    if (!lock || !lock->has_value()) return false;
    disk().read_only(false);
    disk().make_room();
    const SimulatedProcess other{disk(), 1};
    const auto its_tree = open_engine_tree(kPath);
    CHECK_OK(its_tree);
    const auto second = EngineLock::try_take(its_tree->get(), holder);
    CHECK(disk().dead() || (second && !second->has_value()));
    return true;
  }
  void look(FileStore&, Ending) override {}
};

/// The small records, each one old or new.
class SaveRecords final : public StoreTrial {
  void save(int tree, const std::string& value) {
    ReloadRecord reload;
    reload.load_id = value;
    PendingHook hook;
    hook.certificate_id = value;
    hook.argv = {"/bin/true"};
    JournaledRecord record;
    record.provider = "powerdns";
    record.name = "_acme-challenge.example.org";
    record.value = value;
    if (save_reload_record(tree, reload)) saved_[0] = value;
    if (save_dns_journal(tree, {record})) saved_[1] = value;
    if (save_sealed_record(tree, secret(), "one", key(value))) saved_[2] = value;
    (void)save_hook_record(tree, {hook});
  }
  void fill(FileStore&) override { save(open_engine_tree(kPath)->get(), "old"); }
  bool change(FileStore&) override {
    const auto tree = open_engine_tree(kPath);
    if (tree) save(tree->get(), "new");
    return tree && saved_[0] == "new" && saved_[1] == "new" && saved_[2] == "new";
  }
  void look(FileStore&, Ending) override {
    const auto tree = open_engine_tree(kPath);
    CHECK_OK(tree);
    const auto journal = load_dns_journal(tree->get());
    CHECK_OK(journal);
    CHECK_EQ(journal->size(), 1U);
    const auto sealed = load_sealed_record(tree->get(), secret(), "one");
    CHECK_OK(sealed);
    CHECK(sealed->has_value());
    const std::string found[] = {load_reload_record(tree->get()).load_id, journal->front().value,
                                 std::string{(*sealed)->view()}};
    for (std::size_t i = 0; i < 3; ++i) CHECK(found[i] == saved_[i] || found[i] == "new");
    // Not flushed: it may be gone, never another.
    const auto hooks = load_hook_record(tree->get());
    CHECK(hooks.empty() || hooks[0].certificate_id == "old" || hooks[0].certificate_id == "new");
  }

  std::string saved_[3];
};

}  // namespace

static void the_first_load() {
  explore([] { return std::make_unique<FirstLoad>(); }, {.power_cuts = 4});
}

static void one_engine_holds_the_lock() {
  explore([] { return std::make_unique<TakeLock>(); }, {.power_cuts = 1});
}

static void records_are_old_or_new() {
  explore([] { return std::make_unique<SaveRecords>(); }, {.power_cuts = 3});
}

int main() {
  return acme_test::run("state_directory_crash", {ACME_TEST(the_first_load), ACME_TEST(one_engine_holds_the_lock),
                                                  ACME_TEST(records_are_old_or_new)});
}
