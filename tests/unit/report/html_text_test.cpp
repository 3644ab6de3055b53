#include "common/report/html_text.hpp"

#include "tests/check.hpp"

using namespace acme;

static std::string joined(std::vector<std::string> pieces) {
  std::string text;
  for (const auto& piece : pieces) text += piece;
  return text;
}

static std::string escaped(std::string_view text, std::size_t limit = kShownText) {
  Html html;
  html.text(text, limit);
  return joined(std::move(html).pieces());
}

static void foreign_text_is_escaped_cleaned_and_cut() {
  CHECK_EQ(escaped("a<b>&\"c'"), "a&lt;b&gt;&amp;&quot;c&#39;");
  CHECK_EQ(escaped("&amp;"), "&amp;amp;");
  CHECK_EQ(escaped("x\ny\x1b\xff"), "x?y??");
  CHECK_EQ(escaped("<<<<<<<<<<", 6), "&lt;&lt;&lt;...");
  CHECK_EQ(escaped(""), "");
}

static std::string advised(std::string_view advice) {
  Html html;
  add_advice(html, advice);
  return joined(std::move(html).pieces());
}

static void what_to_type_stands_out_in_an_advice() {
  CHECK_EQ(advised("set `key=rsa:2048` (Apache: `<b>`)"),
           "set <code>key=rsa:2048</code> (Apache: <code>&lt;b&gt;</code>)");
  CHECK_EQ(advised("no end ` and none` of `"), "no end <code> and none</code> of `");
  CHECK_EQ(advised("nothing `` here"), "nothing `` here");
  CHECK_EQ(advised(std::string(5000, '`')), std::string(kShownText, '`'));
  CHECK_EQ(advised(""), "");
}

static void a_page_is_made_of_small_pieces() {
  Html html;
  for (int i = 0; i < 20'000; ++i) html.tag("<p>").text("<").number(7).tag("</p>");
  const auto pieces = std::move(html).pieces();
  CHECK(pieces.size() > 10);
  std::size_t size = 0;
  for (const auto& piece : pieces) {
    CHECK(piece.size() <= 16 * 1024);
    size += piece.size();
  }
  CHECK_EQ(size, 20'000U * 12);
}

static void times_are_relative_and_absolute() {
  const UtcTime now{Seconds{1'800'000'000}};
  CHECK_EQ(relative_time(now, now), "now");
  CHECK_EQ(relative_time(now + Seconds{45}, now), "in 45 s");
  CHECK_EQ(relative_time(now - std::chrono::days{3}, now), "3 days ago");
  CHECK_EQ(absolute_time(now), "2027-01-15 08:00:00");
  CHECK_EQ(absolute_time(UtcTime::max()), "9999-12-31 23:59:59");
  CHECK_EQ(absolute_time(UtcTime::min()), "0001-01-01 00:00:00");
  Html html;
  add_relative(html, now + Seconds{600}, now);
  CHECK_EQ(joined(std::move(html).pieces()),
           "<time datetime=\"2027-01-15T08:10:00Z\" title=\"2027-01-15 08:10:00\">in 10 min</time>");
}

static void durations_have_their_unit() {
  using std::chrono::milliseconds;
  const std::pair<milliseconds, const char*> rows[] = {
      {milliseconds{0}, "0 ms"},     {milliseconds{999}, "999 ms"},  {milliseconds{1000}, "1.0 s"},
      {milliseconds{9999}, "9.9 s"}, {milliseconds{10'000}, "10 s"}, {milliseconds{600'000}, "10 min"},
      {milliseconds{-5}, "0 ms"},    {milliseconds::min(), "0 ms"},
  };
  for (const auto& [took, words] : rows) CHECK_EQ(duration_words(took), words);
}

int main() {
  return acme_test::run(
      "html_text", {ACME_TEST(foreign_text_is_escaped_cleaned_and_cut), ACME_TEST(what_to_type_stands_out_in_an_advice),
                    ACME_TEST(a_page_is_made_of_small_pieces), ACME_TEST(times_are_relative_and_absolute),
                    ACME_TEST(durations_have_their_unit)});
}
