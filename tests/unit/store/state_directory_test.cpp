#include "common/store/state_directory.hpp"

#include <sys/stat.h>

#include "common/store/file_io.hpp"
#include "tests/fakes/temporary_directory.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;
using acme_test::as_ordinary_user;
using acme_test::slurp;
using acme_test::spill;
using acme_test::TemporaryDirectory;

namespace {

WorkerIdentity worker() { return {acme_test::ordinary_uid(), acme_test::ordinary_gid()}; }

struct stat facts_of(const std::string& path) {
  struct stat facts {};
  CHECK_EQ(::lstat(path.c_str(), &facts), 0);
  return facts;
}

bool mentions(const Error& error, const std::string& text) {
  return error.hint.find(text) != std::string::npos || error.message.find(text) != std::string::npos;
}

}  // namespace

static void everything_missing_is_made_with_owner_and_mode() {
  const TemporaryDirectory temp;
  const std::string path = temp / "var/lib/acme/nginx";
  const mode_t before = ::umask(0);
  const auto made = prepare_state_directory(path, worker());
  ::umask(before);
  CHECK_OK(made);
  CHECK_EQ(facts_of(temp / "var").st_mode & 07777U, 0755U);
  CHECK_EQ(facts_of(path).st_mode & 07777U, 0755U);
  CHECK_EQ(facts_of(path).st_uid, ::geteuid());
  CHECK_EQ(facts_of(path + "/live").st_mode & 07777U, 0755U);
  CHECK_EQ(facts_of(path + "/engine").st_mode & 07777U, 0700U);
  CHECK_EQ(facts_of(path + "/engine").st_uid, worker().uid);
  CHECK_EQ(facts_of(path + "/engine").st_gid, worker().gid);
  CHECK_OK(prepare_state_directory(path, worker()));
}

static void no_umask_changes_a_mode() {
  for (const mode_t mask : {0U, 027U, 0777U}) {
    if (mask == 0777U && ::geteuid() != 0) continue;
    const TemporaryDirectory temp;
    const mode_t before = ::umask(mask);
    const auto prepared = prepare_state_directory(temp / "a/b", worker());
    const auto secret = ensure_secret(temp / "a/b");
    ::umask(before);
    CHECK_OK(prepared);
    CHECK_OK(secret);
    for (const char* path : {"a", "a/b", "a/b/live"}) CHECK_EQ(facts_of(temp / path).st_mode & 07777U, 0755U);
    CHECK_EQ(facts_of(temp / "a/b/engine").st_mode & 07777U, 0700U);
    CHECK_EQ(facts_of(temp / "a/b/secret").st_mode & 07777U, 0600U);
  }
}

static void paths_that_cannot_be_are_refused() {
  const TemporaryDirectory temp;
  spill(temp / "file", "x");
  CHECK(prepare_state_directory("", worker()).error().kind == ErrorKind::configuration);
  CHECK(prepare_state_directory("relative/path", worker()).error().kind == ErrorKind::configuration);
  CHECK(prepare_state_directory(temp / "file", worker()).error().kind == ErrorKind::configuration);
  CHECK(prepare_state_directory(temp / "file/below", worker()).error().kind == ErrorKind::configuration);
  CHECK_EQ(slurp(temp / "file"), "x");
}

static void a_directory_that_others_may_write_to_is_refused_with_the_command() {
  const TemporaryDirectory temp;
  for (const mode_t mode : {0775U, 0757U, 01777U}) {
    CHECK_EQ(::chmod(temp.path().c_str(), mode), 0);
    const auto made = prepare_state_directory(temp.path(), worker());
    CHECK(made.error().kind == ErrorKind::permission);
    CHECK(mentions(made.error(), "chmod go-w " + temp.path()));
  }
  CHECK_EQ(::chmod(temp.path().c_str(), 0755), 0);
  CHECK_OK(prepare_state_directory(temp.path(), worker()));
  for (const mode_t mode : {0770U, 0707U, 0755U, 0701U, 0704U}) {
    CHECK_EQ(::chmod((temp / "engine").c_str(), mode), 0);
    CHECK(mentions(prepare_state_directory(temp.path(), worker()).error(), "chmod 700 " + temp.path() + "/engine"));
  }
  CHECK_EQ(::chmod((temp / "engine").c_str(), 0750), 0);
  CHECK_OK(prepare_state_directory(temp.path(), worker()));
}

static void things_planted_as_engine_are_never_followed() {
  const TemporaryDirectory temp;
  ::chmod(temp.path().c_str(), 0755);
  std::filesystem::create_directory(temp / "victim");
  const uid_t owner = facts_of(temp / "victim").st_uid;
  std::filesystem::create_symlink("victim", temp / "engine");
  CHECK_EQ(prepare_state_directory(temp.path(), worker()).ok(), false);
  CHECK_EQ(facts_of(temp / "victim").st_uid, owner);
  std::filesystem::remove(temp / "engine");
  CHECK_EQ(::mkfifo((temp / "engine").c_str(), 0600), 0);
  CHECK_EQ(prepare_state_directory(temp.path(), worker()).ok(), false);
}

static void an_engine_directory_of_another_user_is_told_with_chown() {
  const TemporaryDirectory temp;
  ::chmod(temp.path().c_str(), 0755);
  CHECK_OK(prepare_state_directory(temp.path(), {::geteuid(), ::getegid()}));
  spill(temp / "engine/ledger", "");
  const auto changed = prepare_state_directory(temp.path(), {::geteuid() + 1, ::getegid()});
  CHECK(changed.error().kind == ErrorKind::permission);
  CHECK(mentions(changed.error(), "chown -R "));
  CHECK(mentions(changed.error(), temp.path() + "/engine"));
}

static void an_engine_directory_that_was_not_handed_over_yet_is_handed_over() {
  const TemporaryDirectory temp;
  ::chmod(temp.path().c_str(), 0755);
  std::filesystem::create_directory(temp / "engine");
  CHECK_OK(prepare_state_directory(temp.path(), worker()));
  CHECK_EQ(facts_of(temp / "engine").st_uid, worker().uid);
}

static void an_ordinary_user_is_told_the_command_for_root() {
  const TemporaryDirectory temp;
  ::chmod(temp.path().c_str(), 0555);
  const std::string path = temp / "acme";
  CHECK(as_ordinary_user([&] {
    const auto made = prepare_state_directory(path, {::geteuid(), ::getegid()});
    return !made && made.error().kind == ErrorKind::permission && mentions(made.error(), "install -d") &&
           mentions(made.error(), path + "/engine") && mentions(made.error(), "ReadWritePaths") &&
           mentions(made.error(), "SELinux");
  }));
  ::chmod(temp.path().c_str(), 0777);
  CHECK(as_ordinary_user([&] {
    const auto made = prepare_state_directory(path, {::geteuid(), ::getegid()});
    const auto secret = ensure_secret(path);
    return made.ok() && secret.ok() && make_engine_tree(path).ok();
  }));
}

static void the_secret_is_made_once() {
  const TemporaryDirectory temp;
  ::chmod(temp.path().c_str(), 0755);
  CHECK_OK(prepare_state_directory(temp.path(), worker()));
  CHECK(read_secret(temp.path()).error().kind == ErrorKind::not_found);
  const auto first = ensure_secret(temp.path());
  CHECK_OK(first);
  CHECK_EQ(first->size(), 32U);
  CHECK_EQ(facts_of(temp / "secret").st_mode & 07777U, 0600U);
  CHECK_EQ(facts_of(temp / "secret").st_nlink, 1U);
  const auto second = ensure_secret(temp.path());
  const auto third = read_secret(temp.path());
  CHECK_OK(second);
  CHECK_OK(third);
  CHECK(first->view() == second->view() && second->view() == third->view());
}

static void two_loads_at_once_agree_on_one_secret() {
  const TemporaryDirectory temp;
  for (int round = 0; round < 20; ++round) {
    std::filesystem::remove(temp / "secret");
    const pid_t child = ::fork();
    const auto secret = ensure_secret(temp.path());
    if (child == 0) {
      spill(temp / "theirs", secret ? std::string{secret->view()} : secret.error().message);
      ::_exit(0);
    }
    int status = 0;
    CHECK_EQ(::waitpid(child, &status, 0), child);
    CHECK_OK(secret);
    CHECK(slurp(temp / "theirs") == secret->view());
  }
}

static void a_bad_secret_is_told_and_kept() {
  const TemporaryDirectory temp;
  spill(temp / "secret", "short");
  ::chmod((temp / "secret").c_str(), 0600);
  CHECK(ensure_secret(temp.path()).error().kind == ErrorKind::malformed);
  spill(temp / "secret", std::string(33, 'x'));
  CHECK(ensure_secret(temp.path()).error().kind == ErrorKind::malformed);
  spill(temp / "secret", std::string(32, 'x'));
  CHECK_OK(ensure_secret(temp.path()));
  ::chmod((temp / "secret").c_str(), 0640);
  const auto readable = ensure_secret(temp.path());
  CHECK(readable.error().kind == ErrorKind::permission);
  CHECK(mentions(readable.error(), "chmod 600"));
  std::filesystem::rename(temp / "secret", temp / "other");
  std::filesystem::create_symlink("other", temp / "secret");
  CHECK(ensure_secret(temp.path()).error().kind == ErrorKind::malformed);
}

static void a_missing_secret_beside_sealed_keys_is_never_replaced() {
  for (const char* key : {"engine/certificates/example/7/key.sealed", "engine/accounts/le/account.json"}) {
    const TemporaryDirectory temp;
    std::filesystem::create_directories(std::filesystem::path{temp / key}.parent_path());
    spill(temp / key, "sealed");
    const auto secret = ensure_secret(temp.path());
    CHECK(secret.error().kind == ErrorKind::not_found);
    CHECK(mentions(secret.error(), "backup"));
    CHECK_EQ(std::filesystem::exists(temp / "secret"), false);
  }
  const TemporaryDirectory temp;
  std::filesystem::create_directories(temp / "engine/certificates/example");
  std::filesystem::create_directories(temp / "elsewhere");
  spill(temp / "engine/certificates/example/state.json", "{}");
  spill(temp / "elsewhere/key.sealed", "of somebody else");
  std::filesystem::create_symlink("../../elsewhere", temp / "engine/certificates/link");
  CHECK_EQ(::mkfifo((temp / "engine/fifo").c_str(), 0600), 0);
  CHECK_OK(ensure_secret(temp.path()));
}

static void the_engine_tree_is_made_by_the_worker() {
  const TemporaryDirectory temp;
  ::chmod(temp.path().c_str(), 0755);
  CHECK(open_engine_tree(temp.path()).error().kind == ErrorKind::not_found);
  CHECK(make_engine_tree(temp.path()).error().kind == ErrorKind::not_found);
  CHECK_OK(prepare_state_directory(temp.path(), worker()));
  CHECK(as_ordinary_user([&] { return make_engine_tree(temp.path()).ok() && make_engine_tree(temp.path()).ok(); }));
  for (const char* name : {"engine/accounts", "engine/certificates", "engine/orders"}) {
    CHECK_EQ(facts_of(temp / name).st_mode & 07777U, 0700U);
    CHECK_EQ(facts_of(temp / name).st_uid, worker().uid);
  }
}

static void one_process_holds_the_lock_until_it_ends() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  pid_t holder = -1;
  {
    const auto lock = EngineLock::try_take(directory->get(), holder);
    CHECK_OK(lock);
    CHECK(lock->has_value());
    CHECK_EQ(holder, 0);
    CHECK_EQ(slurp(temp / "lock"), std::to_string(::getpid()) + "\n");
    CHECK((*lock)->still_held(directory->get()));
    const auto second = EngineLock::try_take(directory->get(), holder);
    CHECK_OK(second);
    CHECK_EQ(second->has_value(), false);
    CHECK_EQ(holder, ::getpid());
    std::filesystem::remove(temp / "lock");
    CHECK_EQ((*lock)->still_held(directory->get()), false);
    const auto replaced = EngineLock::try_take(directory->get(), holder);
    CHECK(replaced.ok() && replaced->has_value());
  }
  const auto again = EngineLock::try_take(directory->get(), holder);
  CHECK(again.ok() && again->has_value());
}

static void a_planted_lock_is_an_error() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  pid_t holder = 0;
  std::filesystem::create_symlink("elsewhere", temp / "lock");
  CHECK_EQ(EngineLock::try_take(directory->get(), holder).ok(), false);
  CHECK_EQ(std::filesystem::exists(temp / "elsewhere"), false);
  std::filesystem::remove(temp / "lock");
  CHECK_EQ(::mkfifo((temp / "lock").c_str(), 0600), 0);
  CHECK_EQ(EngineLock::try_take(directory->get(), holder).ok(), false);
}

int main() {
  return acme_test::run("state_directory",
                        {ACME_TEST(everything_missing_is_made_with_owner_and_mode), ACME_TEST(no_umask_changes_a_mode),
                         ACME_TEST(paths_that_cannot_be_are_refused),
                         ACME_TEST(a_directory_that_others_may_write_to_is_refused_with_the_command),
                         ACME_TEST(things_planted_as_engine_are_never_followed),
                         ACME_TEST(an_engine_directory_of_another_user_is_told_with_chown),
                         ACME_TEST(an_engine_directory_that_was_not_handed_over_yet_is_handed_over),
                         ACME_TEST(an_ordinary_user_is_told_the_command_for_root), ACME_TEST(the_secret_is_made_once),
                         ACME_TEST(two_loads_at_once_agree_on_one_secret), ACME_TEST(a_bad_secret_is_told_and_kept),
                         ACME_TEST(a_missing_secret_beside_sealed_keys_is_never_replaced),
                         ACME_TEST(the_engine_tree_is_made_by_the_worker),
                         ACME_TEST(one_process_holds_the_lock_until_it_ends), ACME_TEST(a_planted_lock_is_an_error)});
}
