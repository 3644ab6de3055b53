#include "common/report/lifetime_bar.hpp"

#include "tests/check.hpp"
#include "tests/unit/report/sample_status.hpp"

using namespace acme;
using namespace acme_test;
using std::chrono::days;

static std::string drawn(const CertificateSummary& certificate, const TimeAxis& axis) {
  Html html;
  add_lifetime_bar(html, certificate, axis, kSampleNow);
  std::string text;
  for (const auto& piece : std::move(html).pieces()) text += piece;
  return text;
}

static bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

static void a_bar_shows_life_window_choice_and_now() {
  // 60 of 90 days are over; the window is from day 69 to 71, the choice day 70.
  const auto certificate = sample_summary("a.example", CertificateStanding::valid);
  const std::string bar = drawn(certificate, axis_of(certificate));
  for (const char* part : {"class=\"life\" x=\"0\" width=\"1000\"", "class=\"past\" x=\"0\" width=\"666\"",
                           "class=\"window\" x=\"766\" width=\"22\"", "class=\"chosen\" x=\"777\" width=\"4\"",
                           "class=\"now\" x=\"666\""}) {
    CHECK(has(bar, part));
  }
}

static void what_is_not_known_is_not_drawn() {
  auto certificate = sample_summary("a.example", CertificateStanding::none);
  CHECK_EQ(drawn(certificate, axis_of(certificate)), "");
  certificate = sample_summary("a.example", CertificateStanding::valid);
  certificate.window_start.reset();
  certificate.renew_at.reset();
  const std::string bar = drawn(certificate, axis_of(certificate));
  CHECK(!has(bar, "window") && !has(bar, "chosen") && has(bar, "now"));
}

static void what_lies_outside_stays_at_the_edge() {
  auto certificate = sample_summary("a.example", CertificateStanding::valid);
  certificate.not_before = UtcTime::min();
  certificate.not_after = UtcTime::max();
  certificate.window_start = UtcTime::max();
  certificate.window_end = UtcTime::min();
  certificate.renew_at = UtcTime::max();
  const std::string bar = drawn(certificate, {kSampleNow - days{10}, kSampleNow + days{10}});
  CHECK(has(bar, "class=\"life\" x=\"0\" width=\"1000\"") && has(bar, "class=\"window\" x=\"996\" width=\"4\""));
  CHECK(has(bar, "class=\"chosen\" x=\"996\" width=\"4\"") && has(bar, "class=\"now\" x=\"500\""));
  certificate.not_after = certificate.not_before;
  CHECK(has(drawn(certificate, axis_of(certificate)), "class=\"life\" x=\"0\" width=\"4\""));
}

static void an_axis_for_several_holds_all_and_now_within_bounds() {
  std::vector<CertificateSummary> list{sample_summary("a.example", CertificateStanding::valid),
                                       sample_summary("b.example", CertificateStanding::none)};
  CHECK(axis_of(list, kSampleNow).begin == kSampleNow - days{60});
  CHECK(axis_of(list, kSampleNow).end == kSampleNow + days{30});
  list[0].not_after = kSampleNow - days{1};
  CHECK(axis_of(list, kSampleNow).end == kSampleNow);
  list[0].not_before = UtcTime::min();
  list[0].not_after = UtcTime::max();
  CHECK(axis_of(list, kSampleNow).begin == kSampleNow - days{400});
  CHECK(axis_of(list, kSampleNow).end == kSampleNow + days{400});
  CHECK(axis_of({}, kSampleNow).begin == kSampleNow && axis_of({}, kSampleNow).end == kSampleNow);
}

int main() {
  return acme_test::run(
      "lifetime_bar",
      {ACME_TEST(a_bar_shows_life_window_choice_and_now), ACME_TEST(what_is_not_known_is_not_drawn),
       ACME_TEST(what_lies_outside_stays_at_the_edge), ACME_TEST(an_axis_for_several_holds_all_and_now_within_bounds)});
}
