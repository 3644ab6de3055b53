#include "common/store/file_store.hpp"

#include <sys/stat.h>

#include "tests/unit/store/sample_records.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;

namespace {

mode_t mode_of(const std::string& path) {
  struct stat facts {};
  CHECK_EQ(::lstat(path.c_str(), &facts), 0);
  return facts.st_mode & 07777U;
}

}  // namespace

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
            "failedValidations": {"a": "x", "b": ["2026-11-22T12:00:00Z", 5, "x"]}, "lastError": null,
            "proofs": {"a": 7, "b": {"worked": "made-up-01", "failed": ["dns-01", "dns-01", 7, "x"]}, "c": {}}})");
  std::string healed;
  const auto state = store.load_state(kId, &healed);
  CHECK(state.failures == 0 && !state.renew_at && !state.next_try && !state.held_by_ca && state.renew_at_version == 0);
  CHECK(state.failed_validations == (std::map<std::string, std::vector<UtcTime>>{{"b", {kNow}}}));
  CHECK(state.proofs.size() == 1 && state.proofs.at("b").worked.empty());
  CHECK(state.proofs.at("b").failed == std::vector<std::string>{"dns-01"});
  CertificateState talkative;
  talkative.last_hint = "wait\n" + std::string(50000, 'w');
  talkative.last_error = std::string(50000, 'e');
  CHECK_OK(store.save_state(kId, talkative));
  const auto cut = store.load_state(kId, &healed);
  CHECK(cut.last_hint.starts_with("wait?www") && cut.last_hint.size() <= kMaxLastHint);
  CHECK(cut.last_error.size() <= kMaxLastError);
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
  CHECK_OK(store.save_account("le", account()));
  CHECK_EQ(*store.save_certificate(kId, certificate("two")), 1U);
  CHECK_OK(store.save_order(kId, order()));
  CHECK_OK(store.save_state(kId, {}));
  CHECK_EQ((*store.load_certificate(kId))->fullchain_pem, "two");
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

static void certificates_are_listed_and_removed_whole() {
  Fixture f;
  FileStore store = f.open();
  CHECK(store.certificate_ids()->empty());
  CHECK_OK(store.remove_certificate(kId));
  CHECK_OK(store.save_certificate(kId, certificate("one")));
  CHECK_OK(store.save_certificate(kId, certificate("two")));
  CHECK_OK(store.save_order(kId, order()));
  CHECK(*store.certificate_ids() == std::vector<std::string>{kId});
  CHECK(store.version_numbers(kId) == (std::vector<std::uint64_t>{1, 2}));
  CHECK_EQ(store.load_version(kId, 1)->fullchain_pem, "one");
  CHECK_EQ(static_cast<int>(store.load_version(kId, 3).error().kind), static_cast<int>(ErrorKind::not_found));
  CHECK_OK(store.remove_certificate(kId));
  CHECK(store.certificate_ids()->empty());
  CHECK(store.version_numbers(kId).empty());
  CHECK(!store.load_order(kId)->has_value());
  CHECK_EQ(store.remove_certificate("..").ok(), false);
}

int main() {
  return acme_test::run("file_store",
                        {ACME_TEST(everything_is_private), ACME_TEST(a_damaged_state_heals_and_is_told),
                         ACME_TEST(a_damaged_key_bearing_file_is_loud_and_kept), ACME_TEST(a_full_disk_changes_nothing),
                         ACME_TEST(folders_that_vanished_are_made_again), ACME_TEST(names_that_are_no_ids_are_refused),
                         ACME_TEST(certificates_are_listed_and_removed_whole)});
}
