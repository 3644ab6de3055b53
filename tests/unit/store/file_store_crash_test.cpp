// Accounts, orders and states under every fault, death and power cut (crash_trial.hpp): the old record or the new one,
// whole; what was said to be done stays done.
#include "common/store/file_store.hpp"

#include "tests/unit/store/store_trial.hpp"

using namespace acme;
using namespace acme_test;

namespace {

/// The first one, or a rollover's next key beside the present one.
class SaveAccount final : public StoreTrial {
 public:
  explicit SaveAccount(bool first) : first_{first} {}

 private:
  void fill(FileStore& store) override {
    if (!first_) CHECK_OK(store.save_account("le", account()));
  }
  bool change(FileStore& store) override {
    auto next = account();
    next.next_key_pem = key("next key");
    return store.save_account("le", next).ok();
  }
  void look(FileStore& store, Ending ending) override {
    const auto loaded = store.load_account("le");
    CHECK_OK(loaded);
    CHECK(loaded->has_value() || (first_ && ending != Ending::done));
    if (!loaded->has_value()) return;
    CHECK_EQ(std::string{(*loaded)->key_pem.view()}, "account key");
    const std::string next{(*loaded)->next_key_pem.view()};
    CHECK(next == "next key" || (next.empty() && !first_ && ending != Ending::done));
  }

  const bool first_;
};

/// "" or the URL that an order has before, and after.
class SaveOrder final : public StoreTrial {
 public:
  explicit SaveOrder(const char* after) : after_{after} {}

 private:
  void fill(FileStore& store) override { CHECK_OK(store.save_order(kId, order())); }
  bool change(FileStore& store) override {
    auto next = order();
    next.order_url = after_;
    next.key_pem = key("next order key");
    return store.save_order(kId, next).ok();
  }
  void look(FileStore& store, Ending ending) override {
    const auto loaded = store.load_order(kId);
    // One that was not flushed may be torn: an error, for which the caller drops it knowingly.
    if (!loaded && (ending == Ending::forgotten || ending == Ending::interrupted)) return;
    CHECK_OK(loaded);
    // An intent was not flushed when it was saved.
    CHECK(loaded->has_value() || (ending != Ending::done && ending != Ending::refused));
    if (!loaded->has_value()) return;
    const std::string key{(*loaded)->key_pem.view()};
    CHECK(key == "next order key" || (key == "order key" && ending != Ending::done));
    CHECK(key == "order key" || (*loaded)->order_url == after_);
  }

  const std::string after_;
};

class RemoveOrder final : public StoreTrial {
  void fill(FileStore& store) override {
    auto present = order();
    present.order_url = "https://ca.example/order/1";
    CHECK_OK(store.save_order(kId, present));
  }
  bool change(FileStore& store) override { return store.remove_order(kId).ok(); }
  void look(FileStore& store, Ending ending) override {
    const auto loaded = store.load_order(kId);
    CHECK_OK(loaded);
    CHECK(!loaded->has_value() || ending != Ending::done);
  }
};

class SaveState final : public StoreTrial {
  void fill(FileStore& store) override { CHECK_OK(store.save_certificate(kId, certificate("chain"))); }
  bool change(FileStore& store) override {
    CertificateState state;
    state.failures = 7;
    return store.save_state(kId, state).ok();
  }
  void look(FileStore& store, Ending ending) override {
    const auto state = store.load_state(kId, nullptr);
    CHECK(state.failures == 7 || (state.failures == 0 && ending != Ending::done));
    const auto current = store.load_certificate(kId);
    CHECK_OK(current);
    CHECK(current->has_value());
  }
};

/// Of an account and an order: an error, or what was saved.
class LoadRecords final : public StoreTrial {
  void fill(FileStore& store) override {
    CHECK_OK(store.save_account("le", account()));
    CHECK_OK(store.save_order(kId, order()));
  }
  bool change(FileStore& store) override {
    const auto account = store.load_account("le");
    const auto order = store.load_order(kId);
    CHECK(!account || (account->has_value() && (*account)->key_pem.view() == "account key"));
    CHECK(!order || (order->has_value() && (*order)->key_pem.view() == "order key"));
    return account && order;
  }
  void look(FileStore& store, Ending) override { CHECK_OK(store.load_account("le")); }
  bool recovers() const override { return false; }
};

}  // namespace

static void the_first_account() {
  explore([] { return std::make_unique<SaveAccount>(true); });
}

static void a_key_rollover() {
  explore([] { return std::make_unique<SaveAccount>(false); });
}

static void an_order_with_a_url() {
  explore([] { return std::make_unique<SaveOrder>("https://ca.example/order/1"); });
}

static void the_intent_of_an_order() {
  explore([] { return std::make_unique<SaveOrder>(""); }, {.durable = false});
}

static void a_finished_order_goes() {
  explore([] { return std::make_unique<RemoveOrder>(); }, {.durable = false});
}

static void a_state_costs_nothing_else() {
  explore([] { return std::make_unique<SaveState>(); }, {.durable = false});
}

static void what_cannot_be_read_is_not_absent() {
  explore([] { return std::make_unique<LoadRecords>(); }, {.durable = false, .power_cuts = 0});
}

int main() {
  return acme_test::run("file_store_crash",
                        {ACME_TEST(the_first_account), ACME_TEST(a_key_rollover), ACME_TEST(an_order_with_a_url),
                         ACME_TEST(the_intent_of_an_order), ACME_TEST(a_finished_order_goes),
                         ACME_TEST(a_state_costs_nothing_else), ACME_TEST(what_cannot_be_read_is_not_absent)});
}
