#include "common/store/ledger.hpp"

#include <sys/stat.h>

#include "common/store/file_io.hpp"
#include "tests/fakes/temporary_directory.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;
using acme_test::slurp;
using acme_test::spill;
using acme_test::TemporaryDirectory;

namespace {

const UtcTime kNow{Seconds{1795348800}};  // 2026-11-22T12:00:00Z

std::unique_ptr<Ledger> opened(int directory, UtcTime now = kNow) {
  auto ledger = open_ledger(directory, now);
  CHECK_OK(ledger);
  return std::move(*ledger);
}

}  // namespace

static void entries_survive_a_reopening() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  CHECK_OK(opened(directory->get())->append({kNow, LedgerEvent::engine_start, "", ""}));
  {
    const auto ledger = opened(directory->get());
    CHECK_OK(ledger->append({kNow + Seconds{1}, LedgerEvent::new_order, "letsencrypt", "example.org-1"}));
    CHECK_OK(ledger->append({kNow + Seconds{2}, LedgerEvent::failed_validation, "letsencrypt", "a\tb\nc"}));
    CHECK_EQ(ledger->entries().size(), 3U);
  }
  CHECK_EQ(slurp(temp / "ledger"),
           "2026-11-22T12:00:00Z\tengine_start\t\t\n"
           "2026-11-22T12:00:01Z\tnew_order\tletsencrypt\texample.org-1\n"
           "2026-11-22T12:00:02Z\tfailed_validation\tletsencrypt\ta?b?c\n");
  const auto again = opened(directory->get(), kNow + Seconds{3});
  CHECK_EQ(again->entries().size(), 3U);
  CHECK(again->entries()[1].event == LedgerEvent::new_order);
  CHECK_EQ(again->entries()[1].issuer, "letsencrypt");
  CHECK_EQ(again->entries()[2].subject, "a?b?c");
  CHECK(again->entries()[2].time == kNow + Seconds{2});
}

static void unreadable_and_old_lines_are_dropped_at_opening() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  const std::string good = "2026-11-22T11:00:00Z\tissued\tle\texample.org\n";
  spill(temp / "ledger", "2026-11-14T11:59:59Z\tissued\tle\told\n" + good +
                             "garbage\n\n2026-11-22T11:00:00Z\tunknown\tle\tx\n2026-13-22T11:00:00Z\tissued\tle\tx\n"
                             "2026-11-22T11:00:00Z\tissued\tle\ttoo\tmany\n"
                             "2026-11-22T11:59:59Z\tnew_or");
  const auto ledger = opened(directory->get());
  CHECK_EQ(ledger->entries().size(), 1U);
  CHECK_EQ(slurp(temp / "ledger"), good);
  CHECK_OK(ledger->append({kNow, LedgerEvent::engine_start, "", ""}));
  CHECK_EQ(slurp(temp / "ledger"), good + "2026-11-22T12:00:00Z\tengine_start\t\t\n");
}

static void what_is_of_the_future_was_written_now_at_the_latest() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  const std::string past = "2026-11-22T11:00:00Z\tissued\tle\ta\n";
  spill(temp / "ledger", past + "2126-11-22T11:00:00Z\tissued\tle\tb\n2026-11-22T11:30:00Z\tissued\tle\tc\n");
  // A clock that nobody has set yet proves nothing of what was written before.
  CHECK((*open_ledger(directory->get(), UtcTime{Seconds{3600}}))->entries()[1].time > kNow);
  const auto ledger = opened(directory->get());
  CHECK_EQ(ledger->entries().size(), 3U);
  CHECK(ledger->entries()[1].time == kNow);
  CHECK(ledger->entries()[2].time == kNow - std::chrono::minutes{30});
  CHECK_EQ(slurp(temp / "ledger"), past + "2026-11-22T12:00:00Z\tissued\tle\tb\n2026-11-22T11:30:00Z\tissued\tle\tc\n");
}

static void every_event_is_read_back_as_itself() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  const std::vector<LedgerEvent> events{LedgerEvent::engine_start, LedgerEvent::engine_stop, LedgerEvent::new_order,
                                        LedgerEvent::failed_validation, LedgerEvent::issued};
  const auto ledger = opened(directory->get());
  for (const auto event : events) CHECK_OK(ledger->append({kNow, event, "le", "x"}));
  const auto again = opened(directory->get());
  CHECK_EQ(again->entries().size(), events.size());
  for (std::size_t i = 0; i < events.size(); ++i) CHECK(again->entries()[i].event == events[i]);
}

static void it_forgets_while_it_runs_and_never_grows_without_end() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  const auto ledger = opened(directory->get());
  for (int hour = 0; hour < 20000; ++hour) {
    CHECK_OK(ledger->append({kNow + std::chrono::hours{hour}, LedgerEvent::new_order, "le", std::string(60, 'x')}));
  }
  CHECK(ledger->entries().size() > 8U * 24U && ledger->entries().size() < 10U * 24U);
  CHECK(std::filesystem::file_size(temp / "ledger") < 300U * 1024U);
  CHECK_EQ(list_directory(directory->get())->size(), 1U);
}

static void a_failed_append_leaves_whole_lines_and_does_not_count() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  const auto ledger = opened(directory->get());
  CHECK_OK(ledger->append({kNow, LedgerEvent::engine_start, "", ""}));
  const std::string before = slurp(temp / "ledger");
  const acme_test::FileSizeLimit limit{before.size() + 10};
  CHECK_EQ(ledger->append({kNow, LedgerEvent::new_order, "letsencrypt", "example.org"}).ok(), false);
  CHECK_EQ(slurp(temp / "ledger"), before);
  CHECK_EQ(ledger->entries().size(), 1U);
}

static void a_removed_ledger_is_written_anew_with_all_that_counts() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  const auto ledger = opened(directory->get());
  CHECK_OK(ledger->append({kNow, LedgerEvent::engine_start, "", ""}));
  std::filesystem::remove(temp / "ledger");
  CHECK_OK(ledger->append({kNow, LedgerEvent::new_order, "le", "x"}));
  CHECK_EQ(opened(directory->get())->entries().size(), 2U);
}

static void what_is_in_the_way_is_an_error() {
  const TemporaryDirectory temp;
  const auto directory = open_directory(temp.path());
  CHECK_EQ(::mkfifo((temp / "ledger").c_str(), 0600), 0);
  CHECK_EQ(open_ledger(directory->get(), kNow).ok(), false);
}

int main() {
  return acme_test::run(
      "ledger",
      {ACME_TEST(entries_survive_a_reopening), ACME_TEST(unreadable_and_old_lines_are_dropped_at_opening),
       ACME_TEST(what_is_of_the_future_was_written_now_at_the_latest), ACME_TEST(every_event_is_read_back_as_itself),
       ACME_TEST(it_forgets_while_it_runs_and_never_grows_without_end),
       ACME_TEST(a_failed_append_leaves_whole_lines_and_does_not_count),
       ACME_TEST(a_removed_ledger_is_written_anew_with_all_that_counts), ACME_TEST(what_is_in_the_way_is_an_error)});
}
