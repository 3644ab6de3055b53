#include "common/store/hook_record.hpp"

#include "common/base/text.hpp"
#include "common/store/file_io.hpp"
#include "tests/check.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using acme_test::TemporaryDirectory;

static PendingHook pending(const std::string& program) {
  PendingHook hook;
  hook.argv = {program};
  hook.certificate_id = "b.test-1";
  return hook;
}

static void what_is_saved_is_loaded() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  CHECK(load_hook_record(directory->get()).empty());
  PendingHook full{HookEvent::expiring, {"/bin/x", "", "a b"}, "a.test-1", 4, "why", 2, UtcTime{Seconds{1800000000}}};
  PendingHook least = pending("/bin/y");
  CHECK_OK(save_hook_record(directory->get(), {full, least}));
  const auto loaded = load_hook_record(directory->get());
  CHECK_EQ(loaded.size(), 2U);
  CHECK(loaded[0].event == full.event && loaded[0].argv == full.argv && loaded[0].message == full.message);
  CHECK(loaded[0].certificate_id == full.certificate_id && loaded[0].version == 4 && loaded[0].attempts == 2);
  CHECK(loaded[0].next_try == full.next_try);
  CHECK(loaded[1].argv == least.argv && !loaded[1].next_try && loaded[1].version == 0);
}

static void what_cannot_be_read_is_nothing() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  const std::string good = R"({"event":"renewed","argv":["/x"],"certificate":"a"})";
  struct Row {
    std::string text;
    std::size_t read;
  };
  for (const auto& row :
       {Row{"", 0}, Row{"{", 0}, Row{"[]", 0}, Row{R"({"pending":null})", 0}, Row{R"({"pending":{}})", 0},
        Row{R"({"pending":[null,5,"x",{}]})", 0}, Row{cat(R"({"pending":[)", good, "]}"), 1},
        Row{R"({"pending":[{"event":"born","argv":["/x"],"certificate":"a"}]})", 0},
        Row{R"({"pending":[{"event":"renewed","argv":[],"certificate":"a"}]})", 0},
        Row{R"({"pending":[{"event":"renewed","argv":["/x"]}]})", 0},
        Row{R"({"pending":[{"event":"renewed","argv":["/x"],"certificate":"a","attempts":-4}]})", 1}}) {
    CHECK_OK(write_file_at(directory->get(), "hooks.json", row.text, 0600, Durability::volatile_));
    CHECK_EQ(load_hook_record(directory->get()).size(), row.read);
  }
}

static void a_time_that_nothing_can_be_reckoned_with_is_none() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  for (const char* time : {"-9223372036854775808", "9223372036854775807", "-1", "253402300800", "1.5"}) {
    const auto text = cat(R"({"pending":[{"event":"renewed","argv":["/x"],"certificate":"a","nextTry":)", time, "}]}");
    CHECK_OK(write_file_at(directory->get(), "hooks.json", text, 0600, Durability::volatile_));
    const auto loaded = load_hook_record(directory->get());
    CHECK(loaded.size() == 1 && !loaded[0].next_try);
  }
}

static void it_is_bounded() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  std::vector<PendingHook> many(1500, pending("/bin/y"));
  CHECK_OK(save_hook_record(directory->get(), many));
  CHECK_EQ(load_hook_record(directory->get()).size(), 1000U);
}

int main() {
  return acme_test::run("hook_record",
                        {ACME_TEST(what_is_saved_is_loaded), ACME_TEST(what_cannot_be_read_is_nothing),
                         ACME_TEST(a_time_that_nothing_can_be_reckoned_with_is_none), ACME_TEST(it_is_bounded)});
}
