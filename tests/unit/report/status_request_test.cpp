#include "common/report/status_request.hpp"

#include "tests/check.hpp"
#include "tests/fakes/garbage.hpp"

using namespace acme;
using acme_test::Garbage;

static StatusQuestion asked(std::string_view query) {
  auto question = parse_status_query(query);
  CHECK_OK(question);
  return *std::move(question);
}

static void parameters_are_read() {
  const auto question =
      asked("format=json&state=failing,expired&state=none&q=a%20b+c&page=3&per_page=20&x=y&certificate=i%2Fd");
  CHECK(question.format == StatusFormat::json);
  CHECK(question.standings ==
        (std::vector{CertificateStanding::failing, CertificateStanding::expired, CertificateStanding::none}));
  CHECK_EQ(question.search, "a b c");
  CHECK_EQ(question.page, 3U);
  CHECK_EQ(question.per_page, 20U);
  CHECK_EQ(question.certificate, "i/d");
}

static void nothing_and_nonsense_are_the_overview() {
  for (const char* query : {"", "&", "&&=&", "=", "page", "q=", "state=", "state=,,", "format=", "unknown=1", "%",
                            "Page=2", "page=0", "page=-1", "page=x", "page=1e3", "per_page=", "per_page=x"}) {
    const auto question = asked(query);
    CHECK(!question.format && !question.is_filtered() && question.certificate.empty());
    CHECK_EQ(question.page, 1U);
    CHECK_EQ(question.per_page, kUsualPerPage);
    CHECK_EQ(link_to(question), "?");
  }
}

static void numbers_become_the_nearest_possible() {
  CHECK_EQ(asked("per_page=1").per_page, 10U);
  CHECK_EQ(asked("per_page=9999").per_page, 200U);
  CHECK_EQ(asked("per_page=99999999999999999999999").per_page, 200U);
  CHECK_EQ(asked("page=99999999999999999999999").page, 10'000'000U);
  CHECK_EQ(asked("page=2&page=5").page, 5U);
}

static void what_does_not_exist_is_refused_in_words() {
  for (const char* query :
       {"format=xml", "format=HTML", "format=<script>", "format=%ff", "state=dead", "state=valid,x"}) {
    const auto question = parse_status_query(query);
    CHECK(!question.ok());
    CHECK(question.error().kind == ErrorKind::malformed && !question.error().hint.empty());
  }
}

static void long_words_are_cut() {
  CHECK_EQ(asked("q=" + std::string(5000, 'a')).search.size(), kLongestWord);
  CHECK_EQ(asked("certificate=" + std::string(5000, 'a')).certificate.size(), kLongestWord);
}

static void a_link_asks_the_same_again() {
  for (const char* query : {"?", "?format=json", "?format=metrics", "?state=failing,none", "?q=a%20b%26c%3D%22%3C",
                            "?certificate=x%00%FF", "?state=valid&q=x&page=7&per_page=100"}) {
    CHECK_EQ(link_to(asked(std::string_view{query}.substr(1))), query);
  }
  CHECK_EQ(link_to_certificate("a b\"<"), "?certificate=a%20b%22%3C");
}

static void damaged_queries_end_somehow() {
  Garbage garbage{7};
  for (int i = 0; i < 3000; ++i) {
    const auto query = garbage.of_text("format=json&state=failing,none&q=a%20b&page=2&per_page=20&certificate=x%2Fy");
    const auto question = parse_status_query(query);
    if (!question) continue;
    CHECK(question->page >= 1 && question->per_page >= kFewestPerPage && question->per_page <= kMostPerPage);
    CHECK(link_to(*question).size() <= kLongestLink);
    CHECK_EQ(link_to(asked(std::string_view{link_to(*question)}.substr(1))), link_to(*question));
  }
}

int main() {
  return acme_test::run(
      "status_request",
      {ACME_TEST(parameters_are_read), ACME_TEST(nothing_and_nonsense_are_the_overview),
       ACME_TEST(numbers_become_the_nearest_possible), ACME_TEST(what_does_not_exist_is_refused_in_words),
       ACME_TEST(long_words_are_cut), ACME_TEST(a_link_asks_the_same_again), ACME_TEST(damaged_queries_end_somehow)});
}
