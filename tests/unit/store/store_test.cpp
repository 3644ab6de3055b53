// What every Store keeps: one suite over the real one and the one of the tests.
#include "common/store/store.hpp"

#include "tests/fakes/memory_store.hpp"
#include "tests/unit/store/sample_records.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;

namespace {

void keeps_accounts(Store& store) {
  CHECK(!store.load_account("le")->has_value());
  StoredAccount saved = account();
  CHECK_OK(store.save_account("le", saved));
  CHECK_EQ((*store.load_account("le"))->url, "");
  saved.url = "https://ca.example/acct/1";
  CHECK_OK(store.save_account("le", saved));
  const auto loaded = store.load_account("le");
  CHECK_OK(loaded);
  CHECK_EQ((*loaded)->url, saved.url);
  CHECK_EQ((*loaded)->directory_url, saved.directory_url);
  CHECK((*loaded)->contact == saved.contact);
  CHECK_EQ((*loaded)->external_account_id, "kid-1");
  CHECK_EQ((*loaded)->orders_url, saved.orders_url);
  CHECK_EQ((*loaded)->key_pem.view(), "account key");
  CHECK((*loaded)->next_key_pem.empty() && !(*loaded)->deactivated);
  saved.next_key_pem = key("next account key");
  saved.deactivated = true;
  CHECK_OK(store.save_account("letsencrypt", saved));
  const auto changed = store.load_account("letsencrypt");
  CHECK_OK(changed);
  CHECK_EQ((*changed)->key_pem.view(), "account key");
  CHECK_EQ((*changed)->next_key_pem.view(), "next account key");
  CHECK((*changed)->deactivated);
  CHECK_OK(store.save_account("a/../b .c", saved));
  CHECK((*store.load_account("a/../b .c")).has_value());
  CHECK(!store.load_account("..")->has_value());
}

void keeps_certificates(Store& store) {
  CHECK(!store.load_certificate(kId)->has_value());
  CHECK_EQ(*store.save_certificate(kId, certificate("chain one")), 1U);
  CHECK_EQ(*store.save_certificate(kId, certificate("chain two")), 2U);
  const auto loaded = store.load_certificate(kId);
  CHECK_OK(loaded);
  CHECK_EQ((*loaded)->version, 2U);
  CHECK_EQ((*loaded)->fullchain_pem, "chain two");
  CHECK_EQ((*loaded)->key_pem.view(), "key of chain two");
  const VersionMeta& meta = (*loaded)->meta;
  const VersionMeta expected = certificate("chain two").meta;
  CHECK(meta.names == expected.names && meta.issuer == expected.issuer);
  CHECK(meta.directory_url == expected.directory_url);
  CHECK(meta.issued_at == expected.issued_at && meta.not_before == expected.not_before);
  CHECK(meta.not_after == expected.not_after && meta.serial == "0a" && meta.fingerprint == "ff");
  CHECK(meta.renewal_id == "a.b" && meta.profile == "shortlived");
}

void keeps_orders(Store& store) {
  CHECK(!store.load_order(kId)->has_value());
  StoredOrder saved = order();
  CHECK_OK(store.save_order(kId, saved));
  CHECK_EQ((*store.load_order(kId))->order_url, "");
  saved.order_url = "https://ca.example/order/7";
  CHECK_OK(store.save_order(kId, saved));
  const auto loaded = store.load_order(kId);
  CHECK_OK(loaded);
  CHECK_EQ((*loaded)->order_url, saved.order_url);
  CHECK_EQ((*loaded)->issuer, saved.issuer);
  CHECK_EQ((*loaded)->directory_url, saved.directory_url);
  CHECK_EQ((*loaded)->account_url, saved.account_url);
  CHECK((*loaded)->names == saved.names);
  CHECK_EQ((*loaded)->profile, "tls");
  CHECK((*loaded)->started == kNow);
  CHECK_EQ((*loaded)->key_pem.view(), "order key");
  CHECK_OK(store.remove_order(kId));
  CHECK_OK(store.remove_order(kId));
  CHECK(!store.load_order(kId)->has_value());
}

void keeps_states(Store& store) {
  std::string healed;
  CHECK_EQ(store.load_state(kId, &healed).failures, 0U);
  CertificateState state;
  state.renew_at = kNow;
  state.renew_at_version = 7;
  state.failures = 3;
  state.next_try = kNow + Seconds{60};
  state.held_by_ca = true;
  state.last_error = "CA: \"no\"";
  state.last_error_type = "rateLimited";
  state.preflight_delays = 2;
  state.preflight_since = kNow;
  state.preflight_until = kNow + Seconds{600};
  state.preflight_misled = true;
  state.last_hint = "wait for it";
  state.last_attempt = kNow - Seconds{1};
  state.failed_validations = {{"a.example.org", {kNow, kNow + Seconds{1}}}, {"b.example.org", {kNow}}};
  state.proofs["a.example.org"] = NameProof{"http-01", {"tls-alpn-01", "dns-01"}, "", {}};
  state.renewal_held = true;
  state.renew_reason = "the CA suggests it";
  state.suggested = SuggestedWindow{kNow, kNow + Seconds{60}, kNow + Seconds{7}, "https://ca.example/why"};
  state.next_poll = kNow + Seconds{21600};
  state.revoked = true;
  state.issuer = "other";
  state.issuer_failures = 2;
  state.rounds = 1;
  state.holds = {{"first", kNow + Seconds{9}}};
  state.expiring_told = 6;
  CHECK_OK(store.save_state(kId, state));
  const auto loaded = store.load_state(kId, &healed);
  CHECK_EQ(healed, "");
  CHECK(loaded.renew_at == state.renew_at && loaded.renew_at_version == 7 && loaded.failures == 3);
  CHECK(loaded.next_try == state.next_try && loaded.held_by_ca && loaded.last_error == state.last_error);
  CHECK_EQ(loaded.last_hint, "wait for it");
  CHECK(loaded.last_error_type == "rateLimited" && loaded.last_attempt == state.last_attempt);
  CHECK(loaded.preflight_delays == 2 && loaded.preflight_misled);
  CHECK(loaded.preflight_since == kNow && loaded.preflight_until == kNow + Seconds{600});
  CHECK(loaded.failed_validations == state.failed_validations);
  CHECK_EQ(loaded.proofs.size(), 1U);
  const NameProof& proof = loaded.proofs.at("a.example.org");
  CHECK(proof.worked == "http-01" && proof.failed == (std::vector<std::string>{"tls-alpn-01", "dns-01"}));
  CHECK(loaded.suggested && loaded.suggested->start == kNow && loaded.suggested->end == kNow + Seconds{60});
  CHECK(loaded.suggested->chosen == kNow + Seconds{7});
  CHECK_EQ(loaded.suggested->explanation_url, "https://ca.example/why");
  CHECK(loaded.next_poll == state.next_poll && loaded.revoked && loaded.renewal_held &&
        loaded.renew_reason == state.renew_reason);
  CHECK(loaded.issuer == "other" && loaded.issuer_failures == 2 && loaded.rounds == 1);
  CHECK(loaded.holds == state.holds && loaded.expiring_told == 6);
}

template <class Body>
void with_both(Body body) {
  Fixture f;
  FileStore on_disk = f.open();
  body(on_disk);
  MemoryStore in_memory;
  body(in_memory);
}

}  // namespace

static void both_stores_keep_accounts() { with_both(keeps_accounts); }

static void both_stores_keep_certificates() { with_both(keeps_certificates); }

static void both_stores_keep_orders() { with_both(keeps_orders); }

static void both_stores_keep_states() { with_both(keeps_states); }

static void both_stores_prune_alike() {
  with_both([](Store& store) {
    const auto old = kNow - std::chrono::hours{48};
    for (int i = 0; i < 6; ++i) {
      CHECK_OK(store.save_certificate(kId, certificate("chain", i == 1 ? kNow - Seconds{60} : old)));
    }
    store.prune_certificate(kId, kNow);
    CHECK_EQ((*store.load_certificate(kId))->version, 6U);
    CHECK_EQ(*store.save_certificate(kId, certificate("chain")), 7U);
  });
}

static void a_failing_memory_store_has_no_effect() {
  MemoryStore store;
  store.fail_next("save_order", {ErrorKind::io, "full"}, 1);
  CHECK_OK(store.save_order("a", order()));
  CHECK_EQ(store.save_order("b", order()).error().message, "full");
  CHECK(!store.load_order("b")->has_value());
  CHECK_OK(store.save_order("b", order()));
  CHECK_EQ(store.calls("save_order"), 3);
}

int main() {
  return acme_test::run("store", {ACME_TEST(both_stores_keep_accounts), ACME_TEST(both_stores_keep_certificates),
                                  ACME_TEST(both_stores_keep_orders), ACME_TEST(both_stores_keep_states),
                                  ACME_TEST(both_stores_prune_alike), ACME_TEST(a_failing_memory_store_has_no_effect)});
}
