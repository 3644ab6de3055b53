#include "common/store/reload_record.hpp"

#include "common/base/text.hpp"
#include "common/store/file_io.hpp"
#include "tests/check.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using acme_test::TemporaryDirectory;

static void what_is_saved_is_loaded() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  CHECK(load_reload_record(directory->get()).asked.empty());
  const ReloadRecord saved{"load-1", UtcTime{Seconds{1800000000}}, UtcTime{Seconds{1800000060}}, {{"a.test-1", 3}}};
  CHECK_OK(save_reload_record(directory->get(), saved));
  const auto loaded = load_reload_record(directory->get());
  CHECK_EQ(loaded.load_id, "load-1");
  CHECK(loaded.requested_at == saved.requested_at && loaded.last_request == saved.last_request);
  CHECK(loaded.asked == saved.asked);
}

static void what_is_damaged_is_left_out() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  // Each difference of two times that are read must be one that can be reckoned.
  for (const char* time : {"-9223372036854775808", "9223372036854775807", "-1", "253402300800", "\"now\"", "null"}) {
    const auto text =
        cat(R"({"load":7,"requestedAt":)", time, R"(,"lastRequest":)", time, R"(,"asked":{"a":-1,"b":"x","c":2}})");
    CHECK_OK(write_file_at(directory->get(), "reloads.json", text, 0600, Durability::volatile_));
    const auto loaded = load_reload_record(directory->get());
    CHECK(loaded.load_id.empty() && !loaded.requested_at && !loaded.last_request);
    CHECK(loaded.asked == (std::map<std::string, std::uint64_t>{{"c", 2}}));
  }
}

int main() {
  return acme_test::run("reload_record", {ACME_TEST(what_is_saved_is_loaded), ACME_TEST(what_is_damaged_is_left_out)});
}
