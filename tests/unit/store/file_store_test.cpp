#include "common/store/file_store.hpp"

#include <sys/stat.h>

#include "common/store/file_io.hpp"
#include "tests/fakes/memory_store.hpp"
#include "tests/fakes/temporary_directory.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;
using acme_test::MemoryStore;
using acme_test::slurp;
using acme_test::spill;
using acme_test::TemporaryDirectory;

namespace {

const UtcTime kNow{Seconds{1795348800}};
const std::string kId = "example.org-0123456789abcdef";

Secret secret(char fill = 's') { return Secret{std::string_view{std::string(32, fill)}}; }
Secret key(const std::string& text = "PRIVATE KEY") { return Secret{std::string_view{text}}; }

struct Fixture {
  FileStore open(char fill = 's') { return FileStore{std::move(*open_directory(temp.path())), secret(fill)}; }
  int tree() {
    if (!tree_) tree_ = std::move(*open_directory(temp.path()));
    return tree_.get();
  }
  std::string certificate(const std::string& rest) { return temp / ("certificates/" + kId + "/" + rest); }
  TemporaryDirectory temp;

 private:
  UniqueFd tree_;
};

StoredCertificate certificate(const std::string& chain, UtcTime issued = kNow) {
  StoredCertificate made;
  made.fullchain_pem = chain;
  made.key_pem = key("key of " + chain);
  made.meta.issuer = "letsencrypt";
  made.meta.directory_url = "https://ca.example/dir";
  made.meta.names = {{IdentifierType::dns, "*.example.org"}, {IdentifierType::ip, "2001:db8::1"}};
  made.meta.issued_at = issued;
  made.meta.not_before = issued - Seconds{3600};
  made.meta.not_after = issued + Seconds{86400};
  made.meta.serial = "0a";
  made.meta.fingerprint = "ff";
  made.meta.renewal_id = "a.b";
  made.meta.profile = "shortlived";
  return made;
}

StoredOrder order() {
  StoredOrder made;
  made.issuer = "letsencrypt";
  made.directory_url = "https://ca.example/dir";
  made.account_url = "https://ca.example/acct/1";
  made.names = {{IdentifierType::dns, "example.org"}};
  made.profile = "tls";
  made.started = kNow;
  made.key_pem = key("order key");
  return made;
}

StoredAccount account() {
  StoredAccount made;
  made.directory_url = "https://ca.example/dir";
  made.contact = {"mailto:a@example.org", "mailto:b@example.org"};
  made.external_account_id = "kid-1";
  made.orders_url = "https://ca.example/orders/1";
  made.key_pem = key("account key");
  return made;
}

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
  state.last_attempt = kNow - Seconds{1};
  state.failed_validations = {{"a.example.org", {kNow, kNow + Seconds{1}}}, {"b.example.org", {kNow}}};
  CHECK_OK(store.save_state(kId, state));
  const auto loaded = store.load_state(kId, &healed);
  CHECK_EQ(healed, "");
  CHECK(loaded.renew_at == state.renew_at && loaded.renew_at_version == 7 && loaded.failures == 3);
  CHECK(loaded.next_try == state.next_try && loaded.held_by_ca && loaded.last_error == state.last_error);
  CHECK(loaded.last_error_type == "rateLimited" && loaded.last_attempt == state.last_attempt);
  CHECK(loaded.failed_validations == state.failed_validations);
}

template <class Body>
void with_both(Body body) {
  Fixture f;
  FileStore on_disk = f.open();
  body(on_disk);
  MemoryStore in_memory;
  body(in_memory);
}

mode_t mode_of(const std::string& path) {
  struct stat facts {};
  CHECK_EQ(::lstat(path.c_str(), &facts), 0);
  return facts.st_mode & 07777U;
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

static void versions_that_are_pruned_leave_the_newest_and_the_young() {
  Fixture f;
  FileStore store = f.open();
  const auto old = kNow - std::chrono::hours{48};
  for (int i = 1; i <= 6; ++i) {
    CHECK_OK(store.save_certificate(kId, certificate("chain", i == 2 ? kNow - Seconds{60} : old)));
  }
  store.prune_certificate(kId, kNow);
  for (int i = 1; i <= 6; ++i) {
    CHECK_EQ(std::filesystem::exists(f.certificate(std::to_string(i))), i == 2 || i >= 4);
  }
}

static void everything_is_private() {
  Fixture f;
  const mode_t before = ::umask(0);
  FileStore store = f.open();
  CHECK_OK(store.save_account("le", account()));
  CHECK_OK(store.save_certificate(kId, certificate("chain")));
  CHECK_OK(store.save_order(kId, order()));
  CHECK_OK(store.save_state(kId, {}));
  ::umask(before);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{f.temp.path()}) {
    if (entry.is_symlink()) continue;
    CHECK_EQ(mode_of(entry.path()), entry.is_directory() ? 0700U : 0600U);
    if (entry.is_directory()) continue;
    ++files;
    const std::string text = slurp(entry.path());
    CHECK(text.find("account key") == std::string::npos && text.find("key of") == std::string::npos);
    CHECK(text.find("order key") == std::string::npos);
  }
  CHECK_EQ(files, 6U);
  CHECK_EQ(std::filesystem::read_symlink(f.certificate("current")), "1");
}

static void a_key_opens_only_with_its_secret_its_place_and_its_chain() {
  Fixture f;
  FileStore store = f.open();
  CHECK_OK(store.save_account("le", account()));
  CHECK_OK(store.save_order(kId, order()));
  CHECK_OK(store.save_certificate(kId, certificate("chain")));
  FileStore stranger = f.open('x');
  CHECK(stranger.load_account("le").error().kind == ErrorKind::crypto);
  CHECK(stranger.load_order(kId).error().kind == ErrorKind::crypto);
  const auto foreign = stranger.load_certificate(kId);
  CHECK(foreign.error().kind == ErrorKind::crypto);
  CHECK(foreign.error().hint.find("secret") != std::string::npos);
  CHECK_OK(read_version(f.tree(), secret(), kId, 1));
  std::filesystem::copy(f.certificate("1"), f.certificate("2"));
  CHECK(read_version(f.tree(), secret(), kId, 2).error().kind == ErrorKind::crypto);
  spill(f.certificate("1/fullchain.pem"), "another chain");
  CHECK(read_version(f.tree(), secret(), kId, 1).error().kind == ErrorKind::crypto);
  std::filesystem::rename(f.temp / ("orders/" + kId + ".json"), f.temp / "orders/other.json");
  CHECK(store.load_order("other").error().kind == ErrorKind::crypto);
}

static void numbers_are_never_used_again() {
  Fixture f;
  FileStore store = f.open();
  CHECK_OK(store.save_certificate(kId, certificate("one")));
  CHECK_OK(store.save_certificate(kId, certificate("two")));
  // A death between rename and link swap leaves a version that was never current.
  std::filesystem::create_directory(f.certificate("9"));
  CHECK_EQ(*store.save_certificate(kId, certificate("three")), 10U);
  std::filesystem::remove(f.certificate("current"));
  CHECK(!store.load_certificate(kId)->has_value());
  CHECK_EQ(*store.save_certificate(kId, certificate("four")), 11U);
  CHECK_EQ(current_version(f.tree(), kId.c_str()), 11U);
  std::filesystem::remove_all(f.certificate("11"));
  CHECK(store.load_certificate(kId).error().kind == ErrorKind::not_found);
  CHECK_EQ(*store.save_certificate(kId, certificate("five")), 12U);
}

static void only_a_number_is_a_current_version() {
  Fixture f;
  std::filesystem::create_directories(f.certificate(""));
  CHECK_EQ(current_version(f.tree(), kId.c_str()), 0U);
  const std::vector<std::pair<std::string, std::uint64_t>> texts{{"7", 7},          {"999999999", 999999999},
                                                                 {"1000000000", 0}, {"../../../etc", 0},
                                                                 {"7/", 0},         {"-1", 0},
                                                                 {"+1", 0},         {" 1", 0},
                                                                 {"1x", 0},         {"/1", 0},
                                                                 {"tmp", 0},        {std::string(300, '1'), 0}};
  for (const auto& [text, expected] : texts) {
    std::filesystem::remove(f.certificate("current"));
    std::filesystem::create_symlink(text, f.certificate("current"));
    CHECK_EQ(current_version(f.tree(), kId.c_str()), expected);
  }
  std::filesystem::remove(f.certificate("current"));
  spill(f.certificate("current"), "7");
  CHECK_EQ(current_version(f.tree(), kId.c_str()), 0U);
  for (const char* id : {"", "..", ".hidden", "a/b", "nothing", "a b"}) CHECK_EQ(current_version(f.tree(), id), 0U);
  CHECK_EQ(current_version(f.tree(), std::string(300, 'a').c_str()), 0U);
}

static void what_the_worker_plants_is_refused() {
  Fixture f;
  FileStore store = f.open();
  CHECK_OK(store.save_certificate(kId, certificate("chain")));
  std::filesystem::create_directories(f.temp / "elsewhere");
  spill(f.temp / "elsewhere/file", "x");
  const std::string chain = f.certificate("1/fullchain.pem");
  std::filesystem::remove(chain);
  std::filesystem::create_symlink(f.temp / "elsewhere/file", chain);
  CHECK(read_version(f.tree(), secret(), kId, 1).error().kind == ErrorKind::malformed);
  std::filesystem::remove(chain);
  CHECK_EQ(::mkfifo(chain.c_str(), 0600), 0);
  CHECK(read_version(f.tree(), secret(), kId, 1).error().kind == ErrorKind::malformed);
  std::filesystem::remove(chain);
  spill(chain, std::string(200 * 1024, 'x'));
  CHECK(read_version(f.tree(), secret(), kId, 1).error().kind == ErrorKind::malformed);
  std::filesystem::rename(f.certificate("1"), f.temp / "elsewhere/1");
  std::filesystem::create_directory_symlink(f.temp / "elsewhere/1", f.certificate("1"));
  CHECK(read_version(f.tree(), secret(), kId, 1).error().kind == ErrorKind::malformed);
}

static void a_damaged_state_heals_and_is_told() {
  Fixture f;
  FileStore store = f.open();
  CHECK_OK(store.save_state(kId, {}));
  for (const char* bad : {"", "{", "[]trailing", "\xff", "{\"failures\": 1"}) {
    spill(f.certificate("state.json"), bad);
    std::string healed;
    CHECK_EQ(store.load_state(kId, &healed).failures, 0U);
    CHECK(!healed.empty());
    CHECK_EQ(store.load_state(kId, nullptr).failures, 0U);
  }
  spill(f.certificate("state.json"),
        R"({"failures": -1, "renewAt": 7, "nextTry": "soon", "heldByCa": "yes", "renewAtVersion": -2,
            "failedValidations": {"a": "x", "b": ["2026-11-22T12:00:00Z", 5, "x"]}, "lastError": null})");
  std::string healed;
  const auto state = store.load_state(kId, &healed);
  CHECK(state.failures == 0 && !state.renew_at && !state.next_try && !state.held_by_ca && state.renew_at_version == 0);
  CHECK(state.failed_validations == (std::map<std::string, std::vector<UtcTime>>{{"b", {kNow}}}));
  CHECK_OK(store.save_state(kId, {}));
}

static void a_damaged_key_bearing_file_is_loud_and_kept() {
  Fixture f;
  FileStore store = f.open();
  CHECK_OK(store.save_account("le", account()));
  CHECK_OK(store.save_order(kId, order()));
  const std::string account_file = f.temp / "accounts/le/account.json";
  const std::string good = slurp(account_file);
  for (const std::string& bad :
       {std::string{}, std::string{"{}"}, good.substr(0, good.size() / 2), std::string{"null"},
        std::string{R"({"directory":"d","url":"u"})"}, std::string{R"({"directory":1,"url":"u","key":"AAAA"})"},
        std::string{R"({"directory":"d","url":"u","key":"!"})"},
        std::string{R"({"directory":"d","url":"u","key":null})"}}) {
    spill(account_file, bad);
    CHECK(store.load_account("le").error().kind == ErrorKind::malformed);
    CHECK_EQ(store.save_account("le", account()).ok(), false);
    CHECK_EQ(slurp(account_file), bad);
  }
  const std::string order_file = f.temp / ("orders/" + kId + ".json");
  for (const char* bad : {"", "{}", R"({"issuer":"i","directory":"d","account":"a","order":"o","key":"AAAA"})"}) {
    spill(order_file, bad);
    CHECK_EQ(store.load_order(kId).ok(), false);
  }
  CHECK_OK(store.remove_order(kId));
  CHECK(!store.load_order(kId)->has_value());
  CHECK_OK(store.save_certificate(kId, certificate("chain")));
  spill(f.certificate("1/meta.json"), "{}");
  CHECK(store.load_certificate(kId).error().kind == ErrorKind::malformed);
  spill(f.certificate("1/key.sealed"), "");
  CHECK_EQ(store.load_certificate(kId).ok(), false);
}

static void a_full_disk_changes_nothing() {
  Fixture f;
  FileStore store = f.open();
  CHECK_OK(store.save_certificate(kId, certificate("one")));
  CHECK_OK(store.save_order(kId, order()));
  {
    const acme_test::FileSizeLimit limit{20};
    CHECK_EQ(store.save_certificate(kId, certificate("two")).ok(), false);
    StoredOrder later = order();
    later.order_url = "https://ca.example/order/7";
    CHECK_EQ(store.save_order(kId, later).ok(), false);
    CHECK_EQ(store.save_state(kId, {}).ok(), false);
  }
  CHECK_EQ((*store.load_certificate(kId))->fullchain_pem, "one");
  CHECK_EQ((*store.load_order(kId))->order_url, "");
  const auto folder = open_directory(f.certificate(""));
  CHECK(*list_directory(folder->get()) == (std::vector<std::string>{"1", "current"}));
  CHECK_EQ(*store.save_certificate(kId, certificate("two")), 2U);
}

static void folders_that_vanished_are_made_again() {
  Fixture f;
  FileStore store = f.open();
  CHECK_OK(store.save_certificate(kId, certificate("one")));
  for (const char* name : {"accounts", "certificates", "orders"}) std::filesystem::remove_all(f.temp / name);
  CHECK(!store.load_certificate(kId)->has_value());
  CHECK_OK(store.remove_order(kId));
  keeps_accounts(store);
  keeps_certificates(store);
  keeps_orders(store);
  keeps_states(store);
}

static void names_that_are_no_ids_are_refused() {
  Fixture f;
  FileStore store = f.open();
  for (const char* id : {"", "..", "a/b", ".x"}) {
    CHECK_EQ(store.save_certificate(id, certificate("x")).ok(), false);
    CHECK_EQ(store.save_order(id, order()).ok(), false);
    CHECK_EQ(store.save_state(id, {}).ok(), false);
    CHECK_EQ(store.remove_order(id).ok(), false);
  }
  CHECK(std::filesystem::is_empty(f.temp.path()));
}

int main() {
  return acme_test::run(
      "file_store",
      {ACME_TEST(both_stores_keep_accounts), ACME_TEST(both_stores_keep_certificates),
       ACME_TEST(both_stores_keep_orders), ACME_TEST(both_stores_keep_states), ACME_TEST(both_stores_prune_alike),
       ACME_TEST(a_failing_memory_store_has_no_effect),
       ACME_TEST(versions_that_are_pruned_leave_the_newest_and_the_young), ACME_TEST(everything_is_private),
       ACME_TEST(a_key_opens_only_with_its_secret_its_place_and_its_chain), ACME_TEST(numbers_are_never_used_again),
       ACME_TEST(only_a_number_is_a_current_version), ACME_TEST(what_the_worker_plants_is_refused),
       ACME_TEST(a_damaged_state_heals_and_is_told), ACME_TEST(a_damaged_key_bearing_file_is_loud_and_kept),
       ACME_TEST(a_full_disk_changes_nothing), ACME_TEST(folders_that_vanished_are_made_again),
       ACME_TEST(names_that_are_no_ids_are_refused)});
}
