#include "common/report/notice_book.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/config/notify_words.hpp"
#include "tests/check.hpp"

using namespace acme;
using namespace std::chrono_literals;

namespace {

constexpr Seconds kHour = std::chrono::hours{1};
constexpr Seconds kDay = std::chrono::days{1};
const UtcTime kBegin{Seconds{1800000000}};

/// Certificates as an engine would have them, and a book that is asked every few seconds.
struct World {
  TroubledCertificate& add(const std::string& name, Seconds lifetime = 90 * kDay) {
    TroubledCertificate& facts = all[name];
    facts.id = facts.name = name;
    facts.issuer = "ca";
    if (lifetime.count() > 0) renew(name, lifetime);
    return facts;
  }
  void renew(const std::string& name, Seconds lifetime = 90 * kDay) {
    TroubledCertificate& facts = all[name];
    ++facts.version;
    facts.not_before = now;
    facts.not_after = now + lifetime;
    wrong.erase(name);
  }
  Trouble& fail(const std::string& name, const std::string& cause, bool passing = false) {
    Trouble& trouble = wrong[name];
    trouble.cause = cause;
    trouble.passing = passing;
    trouble.detail = cat(name, ": it failed");
    trouble.hint = "open port 80";
    ++trouble.attempts;
    return trouble;
  }
  std::vector<Notice> look() {
    std::vector<Trouble> troubles;
    for (auto& [name, trouble] : wrong) {
      trouble.certificate = all.at(name);
      troubles.push_back(trouble);
    }
    return book.follow(
        troubles,
        [this](const std::string& id) {
          const auto found = all.find(id);
          return found == all.end() ? std::nullopt : std::optional{found->second};
        },
        now);
  }
  /// What is told within this time, as "day:event:title" or short.
  std::vector<Notice> pass(Seconds time, Seconds step = 5s) {
    std::vector<Notice> told;
    for (const UtcTime end = now + time; now < end; now += step) {
      for (auto& notice : look()) told.push_back(std::move(notice));
    }
    return told;
  }
  void restart() {
    NoticeBook next;
    for (const auto& line : book.lines()) {
      const auto json = Json::parse(line);
      CHECK_OK(json);
      next.take_up(*json);
    }
    book = std::move(next);
  }

  UtcTime now = kBegin;
  std::map<std::string, TroubledCertificate> all;
  std::map<std::string, Trouble> wrong;
  NoticeBook book;
};

std::string days(const std::vector<Notice>& notices) {
  std::string text;
  for (const auto& notice : notices) {
    text += cat(text.empty() ? "" : " ", (notice.time - kBegin) / kDay, ":", notice_event_name(notice.event));
  }
  return text;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

static void one_trouble_is_told_once_and_its_end_once() {
  World world;
  world.add("a.test");
  world.now += 60 * kDay + kHour;
  world.fail("a.test", "connection");
  auto told = world.pass(kHour);
  CHECK_EQ(told.size(), 1U);
  CHECK(told[0].event == NoticeEvent::failed);
  CHECK(told[0].severity == NoticeSeverity::warning);
  CHECK_EQ(told[0].title, "a.test: cannot be renewed from ca");
  for (const char* part : {"a.test: it failed", "What to do: open port 80", "Since ", "valid to ", "29 days left",
                           "acmectl certificates a.test"}) {
    CHECK(has(told[0].text, part));
  }
  CHECK_EQ(told[0].trouble, "order/ca/connection");
  CHECK(world.pass(kDay, 60s).empty());
  world.renew("a.test");
  told = world.pass(kHour);
  CHECK_EQ(told.size(), 1U);
  CHECK(told[0].event == NoticeEvent::recovered);
  CHECK_EQ(told[0].title, "a.test: works again");
  CHECK_EQ(told[0].trouble, "order/ca/connection");
  CHECK(told[0].certificates.at(0).not_after == world.all["a.test"].not_after);
  CHECK(world.pass(kDay, 60s).empty());
  CHECK_EQ(world.book.size(), 0U);
}

static void a_passing_failure_that_ends_is_told_nobody() {
  World world;
  world.add("a.test");
  world.now += 60 * kDay + kHour;
  world.fail("a.test", "passing", true);
  CHECK(world.pass(kDay, 60s).empty());
  world.renew("a.test");
  CHECK(world.pass(kDay, 60s).empty());
  CHECK_EQ(world.book.size(), 0U);
}

/// A year, each lifetime: a CA that is gone for good.
static void it_is_escalated_while_a_year_goes_by() {
  struct Row {
    int lifetime;
    std::string passing;
    std::string not_passing;
  };
  // The renewal is due, and fails, at a third; the first certificate was issued on day 0.
  const std::vector<Row> rows{{6, "4:failed 4:expiring 5:expiring 6:expiring 13:expiring 20:expiring",
                               "4:failed 4:expiring 5:expiring 6:expiring 13:expiring 20:expiring"},
                              {90, "61:failed 72:expiring 81:expiring 90:expiring 97:expiring 104:expiring",
                               "60:failed 72:expiring 81:expiring 90:expiring 97:expiring 104:expiring"},
                              {398, "271:failed 318:expiring 358:expiring 398:expiring 405:expiring 412:expiring",
                               "265:failed 318:expiring 358:expiring 398:expiring 405:expiring 412:expiring"}};
  for (const auto& row : rows) {
    for (const bool passing : {true, false}) {
      World world;
      world.add("a.test", row.lifetime * kDay);
      world.now += row.lifetime * kDay * 2 / 3;
      world.fail("a.test", passing ? "passing" : "connection", passing);
      const auto told = world.pass(row.lifetime * kDay / 3 + 15 * kDay, 60s);
      CHECK_EQ(days(told), passing ? row.passing : row.not_passing);
      CHECK(told.at(1).severity == NoticeSeverity::error);
      CHECK(told.at(2).severity == NoticeSeverity::critical);
      CHECK(has(told.at(3).title, "expired"));
      for (std::size_t i = 1; i < told.size(); ++i) CHECK(told[i].escalation > told[i - 1].escalation);
      // For the rest of the year: weekly, no more.
      CHECK(world.pass(364 * kDay, 600s).size() <= 52);
    }
  }
}

static void what_blocks_all_is_escalated_as_well() {
  World world;
  world.add("a.test");
  world.now += 61 * kDay;
  Trouble& trouble = world.fail("a.test", "userActionRequired");
  trouble.event = NoticeEvent::blocked;
  CHECK_EQ(days(world.pass(25 * kDay, 60s)), "61:blocked 72:expiring 81:expiring");
  // The cause is another one, what is left of the lifetime is not.
  world.fail("a.test", "dns").event = NoticeEvent::failed;
  CHECK_EQ(days(world.pass(10 * kDay, 60s)), "86:expiring 90:expiring");
}

static void a_first_issuance_has_no_lifetime_to_follow() {
  World world;
  world.add("new.test", 0s);
  world.fail("new.test", "passing", true);
  CHECK(world.pass(kHour - 10s).empty());
  auto told = world.pass(kHour);
  CHECK_EQ(days(told), "0:failed");
  CHECK(told[0].severity == NoticeSeverity::error);
  CHECK_EQ(told[0].title, "new.test: no certificate could be had from ca");
  CHECK(has(told[0].text, "placeholder"));
  CHECK_EQ(days(world.pass(20 * kDay, 60s)), "1:failed 8:failed 15:failed");
  world.renew("new.test");
  CHECK_EQ(world.pass(60s).size(), 1U);
}

static void another_cause_is_told_the_same_again_is_not() {
  World world;
  world.add("a.test");
  world.now += 50 * kDay;
  for (const char* cause : {"dns", "connection", "dns", "connection"}) {
    world.fail("a.test", cause);
    const auto told = world.pass(2 * kHour, 30s);
    CHECK_EQ(told.size(), world.now < kBegin + 50 * kDay + 5 * kHour ? 1U : 0U);
  }
  world.fail("a.test", "passing", true);
  CHECK(world.pass(2 * kHour, 30s).empty());
}

static void many_of_one_cause_are_one_notice() {
  World world;
  for (int i = 0; i < 50; ++i) world.add(cat("n", i, ".test"));
  world.now += 61 * kDay;
  std::vector<Notice> told;
  for (int i = 0; i < 50; ++i) {
    world.fail(cat("n", i, ".test"), "connection");
    if (i % 10 == 0) CHECK(world.pass(2s, 1s).empty());
  }
  told = world.pass(kHour);
  CHECK_EQ(told.size(), 1U);
  CHECK_EQ(told[0].title, "50 certificates: cannot be renewed from ca");
  CHECK_EQ(told[0].affected, 50U);
  CHECK_EQ(told[0].certificates.size(), kNoticeNames);
  CHECK(has(told[0].text, "and 30 more"));
  for (int i = 0; i < 50; ++i) world.renew(cat("n", i, ".test"));
  told = world.pass(kHour);
  CHECK_EQ(told.size(), 1U);
  CHECK_EQ(told[0].title, "50 certificates: work again");
}

static void a_drizzle_is_a_notice_an_hour() {
  World world;
  for (int i = 0; i < 240; ++i) world.add(cat("n", i, ".test"));
  world.now += 61 * kDay;
  std::vector<Notice> told;
  for (int i = 0; i < 240; ++i) {
    world.fail(cat("n", i, ".test"), "connection");
    for (auto& notice : world.pass(60s)) told.push_back(std::move(notice));
  }
  CHECK(told.size() >= 4 && told.size() <= 6);
  CHECK(has(told.back().text, "In all "));
}

static void those_of_another_issuer_or_cause_are_told_apart() {
  World world;
  for (const char* name : {"a.test", "b.test", "c.test"}) world.add(name);
  world.all["c.test"].issuer = "other";
  world.now += 61 * kDay;
  world.fail("a.test", "dns");
  world.fail("b.test", "connection");
  world.fail("c.test", "connection");
  CHECK_EQ(world.pass(60s).size(), 3U);
}

static void a_restart_repeats_nothing_and_loses_nothing() {
  World world;
  for (const char* name : {"a.test", "b.test", "c.test"}) world.add(name);
  world.now += 61 * kDay;
  world.fail("a.test", "dns");
  CHECK_EQ(world.pass(60s).size(), 1U);
  world.restart();
  CHECK(world.pass(kHour).empty());
  // Failing for a while already, and not told yet.
  world.fail("b.test", "passing", true);
  CHECK(world.pass(kDay, 60s).empty());
  world.restart();
  CHECK_EQ(days(world.pass(kDay, 60s)), "62:failed");
  // Renewed, and the engine ended before it could be told.
  world.renew("a.test");
  CHECK(world.look().empty());
  world.restart();
  auto told = world.pass(60s);
  CHECK_EQ(told.size(), 1U);
  CHECK_EQ(told[0].title, "a.test: works again");
  world.restart();
  CHECK(world.pass(60s).empty());
  CHECK(world.book.lines().size() == 1);
  CHECK(!world.book.changed());
}

static void what_only_looks_ended_is_not_told() {
  World world;
  world.add("a.test");
  world.now += 61 * kDay;
  world.fail("a.test", "dns");
  CHECK_EQ(world.pass(60s).size(), 1U);
  // An operator's "now" takes the failure back for a moment; there is no new certificate.
  world.wrong.clear();
  CHECK(world.pass(60s).empty());
  world.fail("a.test", "dns");
  CHECK(world.pass(60s).empty());
  // Configured no more.
  world.wrong.clear();
  world.all.clear();
  CHECK(world.pass(60s).empty());
  CHECK_EQ(world.book.size(), 0U);
}

static void another_certificate_that_is_served_is_told_after_some_patience() {
  World world;
  world.add("a.test").live = false;
  Trouble& trouble = world.fail("a.test", "other");
  trouble.aspect = Aspect::serving;
  trouble.event = NoticeEvent::not_live;
  trouble.patience = 120s;
  CHECK(world.pass(120s).empty());
  auto told = world.pass(60s);
  CHECK_EQ(told.size(), 1U);
  CHECK(told[0].event == NoticeEvent::not_live);
  world.wrong.clear();
  CHECK(world.pass(60s).empty());
  world.all["a.test"].live = true;
  told = world.pass(60s);
  CHECK_EQ(told.size(), 1U);
  CHECK(told[0].event == NoticeEvent::recovered);
}

static void renewals_are_gathered() {
  World world;
  for (int i = 0; i < 3; ++i) {
    world.book.renewed(world.add(cat("n", i, ".test")), world.now);
    CHECK(world.pass(3s, 1s).empty());
  }
  world.restart();
  const auto told = world.pass(60s);
  CHECK_EQ(told.size(), 1U);
  CHECK(told[0].event == NoticeEvent::renewed);
  CHECK_EQ(told[0].title, "3 certificates: renewed from ca");
  CHECK_EQ(world.book.size(), 0U);
}

static void hostile_words_are_cleaned_and_cut() {
  World world;
  world.add("a.test");
  world.now += 61 * kDay;
  Trouble& trouble = world.fail("a.test", "unauth\r\norized");
  trouble.detail = cat("evil\r\nBcc: x@example.com\r\n\x1b[31m\0<script>", std::string(1 << 20, 'x'), "\xff");
  trouble.hint = "do\nthis";
  const auto told = world.pass(60s);
  CHECK_EQ(told.size(), 1U);
  CHECK(told[0].text.size() < 4000);
  CHECK(!has(told[0].text, "\nBcc") && !has(told[0].text, "\r") && !has(told[0].text, "\x1b"));
  CHECK(!has(told[0].trouble, "\n") && !has(told[0].title, "\n") && !has(told[0].hint, "\n"));
  Notice notice = told[0];
  notice.id = "1";
  const auto json = Json::parse(to_json(notice).text());
  CHECK_OK(json);
  const auto again = parse_notice(*json);
  CHECK_OK(again);
  CHECK_EQ(to_json(*again).text(), to_json(notice).text());
}

static void damaged_lines_are_no_memory() {
  NoticeBook book;
  for (const char* line :
       {"{}", "[]", R"({"trouble":"order"})", R"({"trouble":"x","event":"failed","since":1,"id":"a"})",
        R"({"trouble":"order","event":"failed","since":"1","id":"a"})",
        R"({"trouble":null,"event":null,"since":null,"id":null})"}) {
    book.take_up(*Json::parse(line));
  }
  CHECK_EQ(book.size(), 0U);
  book.take_up(*Json::parse(R"({"trouble":"order","event":"failed","since":1,"id":"a","level":-7,"version":-1})"));
  CHECK_EQ(book.size(), 1U);
  for (const char* since : {"-1", "253402300800", "9223372036854775807", "-9223372036854775808"}) {
    book.take_up(*Json::parse(cat(R"({"trouble":"order","event":"failed","id":"b","since":)", since, "}")));
  }
  CHECK_EQ(book.size(), 1U);
  for (const char* line : {"{}", R"({"version":1,"event":"failed"})", R"({"version":2,"event":"failed","id":"1"})"}) {
    CHECK(!parse_notice(*Json::parse(line)));
  }
}

static void times_beyond_all_years_are_none() {
  for (const char* time : {"-9223372036854775808", "-1", "253402300800", "9223372036854775807"}) {
    for (const char* key : {"told", "notBefore", "notAfter"}) {
      World world;
      world.add("a");
      world.book.take_up(
          *Json::parse(cat(R"({"trouble":"order","event":"failed","since":1,"id":"a","level":0,"version":1,")", key,
                           R"(":)", time, "}")));
      CHECK_EQ(world.book.size(), 1U);
      for (const auto& line : world.book.lines()) CHECK(!has(line, time));
      world.fail("a", "dns");
      world.pass(1min);
      world.renew("a");
      world.pass(1min);
    }
  }
}

static void those_told_before_are_counted() {
  World world;
  for (const char* name : {"a", "b", "c"}) {
    world.add(name);
    world.fail(name, "caa");
  }
  world.add("other");
  world.fail("other", "dns");
  const auto first = world.pass(1min);
  CHECK_EQ(first.size(), 2U);
  CHECK_EQ(first[0].affected + first[1].affected, 4U);
  world.add("d");
  world.fail("d", "caa");
  const auto later = world.pass(2h);
  CHECK_EQ(later.size(), 1U);
  CHECK_EQ(later[0].certificates.size(), 1U);
  CHECK_EQ(later[0].affected, 4U);
}

int main() {
  return acme_test::run(
      "notice_book",
      {ACME_TEST(one_trouble_is_told_once_and_its_end_once), ACME_TEST(a_passing_failure_that_ends_is_told_nobody),
       ACME_TEST(it_is_escalated_while_a_year_goes_by), ACME_TEST(what_blocks_all_is_escalated_as_well),
       ACME_TEST(a_first_issuance_has_no_lifetime_to_follow), ACME_TEST(another_cause_is_told_the_same_again_is_not),
       ACME_TEST(many_of_one_cause_are_one_notice), ACME_TEST(a_drizzle_is_a_notice_an_hour),
       ACME_TEST(those_of_another_issuer_or_cause_are_told_apart),
       ACME_TEST(a_restart_repeats_nothing_and_loses_nothing), ACME_TEST(what_only_looks_ended_is_not_told),
       ACME_TEST(another_certificate_that_is_served_is_told_after_some_patience), ACME_TEST(renewals_are_gathered),
       ACME_TEST(hostile_words_are_cleaned_and_cut), ACME_TEST(damaged_lines_are_no_memory),
       ACME_TEST(times_beyond_all_years_are_none), ACME_TEST(those_told_before_are_counted)});
}
