#include "common/challenge/challenge_board.hpp"

#include <sys/stat.h>
#include <utime.h>

#include <atomic>
#include <thread>

#include "common/store/file_io.hpp"
#include "tests/fakes/temporary_directory.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;
using acme_test::slurp;
using acme_test::spill;
using acme_test::TemporaryDirectory;

namespace {

struct Fixture {
  Fixture() {
    std::filesystem::create_directory(temp / "engine");
    engine = std::move(*open_directory(temp / "engine"));
  }
  std::unique_ptr<ChallengeBoard> board() {
    auto opened = open_challenge_board(engine.get());
    CHECK_OK(opened);
    return std::move(*opened);
  }
  TemporaryDirectory temp;
  UniqueFd engine;
};

/// A reader looks for a file that was not there at most every 10 ms.
void wait_out_the_pause() { std::this_thread::sleep_for(std::chrono::milliseconds{25}); }

}  // namespace

static void what_is_published_is_found_by_every_reader_at_once() {
  Fixture f;
  const auto board = f.board();
  ChallengeReader early{f.temp.path()};
  CHECK(!early.find("token").has_value());
  CHECK_OK(board->publish("token", "token.thumbprint"));
  ChallengeReader late{f.temp.path()};
  CHECK(early.find("token") == "token.thumbprint");
  CHECK(late.find("token") == "token.thumbprint");
  CHECK_OK(board->publish("other", "other.thumbprint"));
  CHECK_OK(board->publish("other", "other.thumbprint"));
  CHECK(early.find("other") == "other.thumbprint");
  board->withdraw("token");
  board->withdraw("never-there");
  CHECK(!early.find("token").has_value());
  CHECK(!late.find("token").has_value());
  CHECK(late.find("other") == "other.thumbprint");
  struct stat facts {};
  CHECK_EQ(::stat((f.temp / "engine/challenges").c_str(), &facts), 0);
  CHECK_EQ(facts.st_mode & 07777U, 0600U);
}

static void a_name_is_live_beside_tokens() {
  Fixture f;
  const auto board = f.board();
  ChallengeReader reader{f.temp.path()};
  CHECK(!reader.find_tls_alpn("example.com").has_value());
  CHECK_OK(board->publish_tls_alpn("example.com", "alpn-token.thumbprint"));
  CHECK_OK(board->publish("token", "token.thumbprint"));
  CHECK_OK(board->publish_tls_alpn("2001:db8::1", "six.thumbprint"));
  CHECK_OK(board->publish_tls_alpn("192.0.2.7", "four.thumbprint"));
  wait_out_the_pause();
  CHECK(reader.find_tls_alpn("example.com") == "alpn-token.thumbprint");
  CHECK(reader.find_tls_alpn("2001:db8::1") == "six.thumbprint");
  CHECK(reader.find_tls_alpn("192.0.2.7") == "four.thumbprint");
  CHECK(reader.find("token") == "token.thumbprint");
  // What one kind of challenge has live says nothing to the other.
  for (const char* no_token : {"example.com", "@example.com", "alpn-token"}) CHECK(!reader.find(no_token).has_value());
  for (const char* no_name : {"token", "@example.com", "www.example.com", "EXAMPLE.com", ""}) {
    CHECK(!reader.find_tls_alpn(no_name).has_value());
  }
  board->withdraw_tls_alpn("example.com");
  board->withdraw("2001:db8::1");
  CHECK(!reader.find_tls_alpn("example.com").has_value());
  CHECK(reader.find_tls_alpn("2001:db8::1").has_value());
  board->withdraw_tls_alpn("2001:db8::1");
  board->withdraw_tls_alpn("192.0.2.7");
  CHECK(reader.find("token").has_value());
}

static void a_name_has_one_answer() {
  Fixture f;
  const auto board = f.board();
  CHECK_OK(board->publish_tls_alpn("example.com", "first.t"));
  CHECK_OK(board->publish_tls_alpn("example.com", "first.t"));
  const auto second = board->publish_tls_alpn("example.com", "second.t");
  CHECK(!second && second.error().kind == ErrorKind::internal);
  CHECK(ChallengeReader{f.temp.path()}.find_tls_alpn("example.com") == "first.t");
  board->withdraw_tls_alpn("example.com");
  CHECK_OK(board->publish_tls_alpn("example.com", "second.t"));
  // An engine that follows goes on with it, or has another order for that name.
  const auto next = f.board();
  CHECK(ChallengeReader{f.temp.path()}.find_tls_alpn("example.com") == "second.t");
  CHECK_OK(next->publish_tls_alpn("example.com", "third.t"));
  CHECK_EQ(next->publish_tls_alpn("example.com", "fourth.t").ok(), false);
  CHECK(ChallengeReader{f.temp.path()}.find_tls_alpn("example.com") == "third.t");
}

static void what_is_no_name_is_not_published() {
  Fixture f;
  const auto board = f.board();
  const std::string before = slurp(f.temp / "engine/challenges");
  for (const std::string& bad : {std::string{}, std::string{"a b"}, std::string{"a\nb"}, std::string{"*.example.com"},
                                 std::string{"Example.com"}, std::string{"@x"}, std::string(254, 'a')}) {
    CHECK_EQ(board->publish_tls_alpn(bad, "x.t").ok(), false);
  }
  CHECK_EQ(board->publish_tls_alpn("example.com", "x\n@evil evil").ok(), false);
  CHECK_EQ(slurp(f.temp / "engine/challenges"), before);
}

static void no_bytes_of_a_request_do_harm() {
  Fixture f;
  const auto board = f.board();
  CHECK_OK(board->publish("token", "token.thumbprint"));
  ChallengeReader reader{f.temp.path()};
  const std::string binary{"tok\0en", 6};
  for (const std::string& bad :
       {std::string{}, std::string{"tok en"}, std::string{"../lock"}, std::string{"token\n"}, std::string{"token "},
        std::string{"t%6fken"}, std::string(129, 'a'), binary, std::string(1000000, 'x'),
        std::string{"#acme-challenges 1"}, std::string{"#acme-challenges"}}) {
    CHECK(!reader.find(bad).has_value());
  }
  CHECK(reader.find("token").has_value());
}

static void what_is_no_token_is_not_published() {
  Fixture f;
  const auto board = f.board();
  const std::string before = slurp(f.temp / "engine/challenges");
  CHECK_EQ(board->publish("", "x").ok(), false);
  CHECK_EQ(board->publish("a b", "x").ok(), false);
  CHECK_EQ(board->publish("a\nb", "x").ok(), false);
  CHECK_EQ(board->publish("token", "").ok(), false);
  CHECK_EQ(board->publish("token", "x\nevil evil").ok(), false);
  CHECK_EQ(board->publish("token", std::string(600, 'x')).ok(), false);
  CHECK_EQ(slurp(f.temp / "engine/challenges"), before);
}

static void many_orders_keep_the_file_small() {
  Fixture f;
  const auto board = f.board();
  ChallengeReader reader{f.temp.path()};
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 200; ++i) CHECK_OK(board->publish("token-" + std::to_string(i), std::string(87, 'k')));
    CHECK(reader.find("token-199").has_value());
    for (int i = 0; i < 200; ++i) board->withdraw("token-" + std::to_string(i));
    CHECK(!reader.find("token-0").has_value());
  }
  CHECK(std::filesystem::file_size(f.temp / "engine/challenges") < 128U * 1024U);
  CHECK_EQ(list_directory(f.engine.get())->size(), 1U);
}

static void an_engine_that_follows_keeps_validations_alive() {
  Fixture f;
  CHECK_OK(f.board()->publish("under-way", "under-way.t"));
  ChallengeReader reader{f.temp.path()};
  CHECK(reader.find("under-way").has_value());
  const auto next = f.board();
  CHECK(reader.find("under-way") == "under-way.t");
  CHECK_OK(next->publish("own", "own.t"));
  next->withdraw("own");
  CHECK(!reader.find("under-way").has_value());
}

static void what_an_engine_before_left_is_forgotten_when_nobody_needs_it() {
  Fixture f;
  CHECK_OK(f.board()->publish("left", "left.t"));
  CHECK_OK(f.board()->publish_tls_alpn("a.test", "alpn.t"));
  ChallengeReader reader{f.temp.path()};
  const auto next = f.board();
  CHECK(next->inherits());
  CHECK_OK(next->publish("own", "own.t"));
  next->forget_inherited();
  CHECK(!next->inherits());
  CHECK(!reader.find("left").has_value());
  CHECK(!reader.find_tls_alpn("a.test").has_value());
  CHECK(reader.find("own") == "own.t");
  CHECK(!f.board()->inherits() || !ChallengeReader{f.temp.path()}.find("left"));
}

static void an_old_file_is_not_taken_over() {
  Fixture f;
  CHECK_OK(f.board()->publish("old", "old.t"));
  const utimbuf hours_ago{::time(nullptr) - 7200, ::time(nullptr) - 7200};
  CHECK_EQ(::utime((f.temp / "engine/challenges").c_str(), &hours_ago), 0);
  const auto next = f.board();
  CHECK(!ChallengeReader{f.temp.path()}.find("old").has_value());
}

static void a_file_that_comes_later_is_found() {
  Fixture f;
  ChallengeReader reader{f.temp.path()};
  CHECK(!reader.find("token").has_value());
  const auto board = f.board();
  CHECK_OK(board->publish("token", "token.t"));
  wait_out_the_pause();
  CHECK(reader.find("token").has_value());
}

static void a_removed_file_or_directory_is_survived() {
  Fixture f;
  const auto board = f.board();
  ChallengeReader reader{f.temp.path()};
  CHECK_OK(board->publish("one", "one.t"));
  CHECK(reader.find("one").has_value());
  std::filesystem::remove(f.temp / "engine/challenges");
  CHECK(!reader.find("one").has_value());
  CHECK_OK(board->publish("two", "two.t"));
  wait_out_the_pause();
  CHECK(reader.find("one").has_value());
  CHECK(reader.find("two").has_value());
  std::filesystem::remove_all(f.temp / "engine");
  CHECK(!reader.find("two").has_value());
  CHECK_EQ(board->publish("three", "three.t").ok(), false);
  std::filesystem::create_directory(f.temp / "engine");
  const auto anew = open_directory(f.temp / "engine");
  const auto board_anew = open_challenge_board(anew->get());
  CHECK_OK(board_anew);
  CHECK_OK((*board_anew)->publish("four", "four.t"));
  wait_out_the_pause();
  CHECK(reader.find("four").has_value());
}

static void a_full_disk_fails_the_publish_and_heals() {
  Fixture f;
  const auto board = f.board();
  ChallengeReader reader{f.temp.path()};
  CHECK_OK(board->publish("first", "first.t"));
  {
    const acme_test::FileSizeLimit limit{std::filesystem::file_size(f.temp / "engine/challenges") + 5};
    CHECK_EQ(board->publish("second", "second.thumbprint").ok(), false);
  }
  CHECK(reader.find("first").has_value());
  CHECK(!reader.find("second").has_value());
  CHECK_OK(board->publish("third", "third.t"));
  CHECK(reader.find("first").has_value());
  CHECK(!reader.find("second").has_value());
  CHECK(reader.find("third").has_value());
  CHECK_EQ(list_directory(f.engine.get())->size(), 1U);
}

static void planted_files_are_never_live() {
  Fixture f;
  spill(f.temp / "elsewhere", "#acme-challenges 1\ntoken token.t\n");
  std::filesystem::create_symlink("../elsewhere", f.temp / "engine/challenges");
  CHECK(!ChallengeReader{f.temp.path()}.find("token").has_value());
  std::filesystem::remove(f.temp / "engine/challenges");
  CHECK_EQ(::mkfifo((f.temp / "engine/challenges").c_str(), 0600), 0);
  CHECK(!ChallengeReader{f.temp.path()}.find("token").has_value());
  std::filesystem::remove(f.temp / "engine/challenges");
  spill(f.temp / "engine/challenges", "something else\ntoken token.t\n");
  CHECK(!ChallengeReader{f.temp.path()}.find("token").has_value());
  spill(f.temp / "engine/challenges", "#acme-challenges 1\ntoken token.t extra\nbad token.<t>\nhalf half.");
  ChallengeReader reader{f.temp.path()};
  for (const char* token : {"token", "bad", "half"}) CHECK(!reader.find(token).has_value());
  spill(f.temp / "engine/challenges", std::string(9 * 1024 * 1024, '\n'));
  CHECK(!reader.find("token").has_value());
}

static void threads_read_while_the_engine_writes() {
  Fixture f;
  const auto board = f.board();
  ChallengeReader reader{f.temp.path()};
  CHECK_OK(board->publish("stays", "stays.t"));
  std::atomic<bool> stop{false};
  std::atomic<int> missing{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!stop) {
        if (reader.find("stays") != "stays.t") ++missing;
        (void)reader.find("token-7");
      }
    });
  }
  bool published = true;
  for (int i = 0; i < 3000; ++i) {
    const std::string token = "token-" + std::to_string(i % 10);
    published = published && board->publish(token, std::string(60, 'k')).ok();
    board->withdraw(token);
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  CHECK(published);
  CHECK_EQ(missing.load(), 0);
}

int main() {
  return acme_test::run(
      "challenge_board",
      {ACME_TEST(what_is_published_is_found_by_every_reader_at_once), ACME_TEST(a_name_is_live_beside_tokens),
       ACME_TEST(a_name_has_one_answer), ACME_TEST(what_is_no_name_is_not_published),
       ACME_TEST(no_bytes_of_a_request_do_harm), ACME_TEST(what_is_no_token_is_not_published),
       ACME_TEST(many_orders_keep_the_file_small), ACME_TEST(an_engine_that_follows_keeps_validations_alive),
       ACME_TEST(what_an_engine_before_left_is_forgotten_when_nobody_needs_it),
       ACME_TEST(an_old_file_is_not_taken_over), ACME_TEST(a_file_that_comes_later_is_found),
       ACME_TEST(a_removed_file_or_directory_is_survived), ACME_TEST(a_full_disk_fails_the_publish_and_heals),
       ACME_TEST(planted_files_are_never_live), ACME_TEST(threads_read_while_the_engine_writes)});
}
