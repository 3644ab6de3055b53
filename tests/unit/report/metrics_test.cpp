#include "common/report/metrics.hpp"

#include <chrono>

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/memory_status.hpp"
#include "tests/fakes/metric_sample.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

constexpr auto kOpen = MetricsFormat::open_metrics;
constexpr auto kPlain = MetricsFormat::prometheus;

std::string text_of(StatusSource& source, MetricsFormat format, UtcTime now = kSampleNow) {
  auto pieces = metrics_text(source, format, now);
  CHECK_OK(pieces);
  return join(*pieces, "");
}

bool has(const std::string& text, const std::string& part) {
  if (text.find(part) == std::string::npos) print_message("not there: %s\n", part.c_str());
  return text.find(part) != std::string::npos;
}

/// "" for a comment or a sample without braces.
std::string name_of(std::string_view line) { return std::string{line.substr(0, line.find_first_of("{ "))}; }

std::string value_of(const std::string& text, const std::string& sample) {
  const auto at = text.find("\n" + sample + " ");
  if (at == std::string::npos) return "";
  const auto from = at + sample.size() + 2;
  return text.substr(from, text.find('\n', from) - from);
}

}  // namespace

static void every_value_is_said() {
  MemoryStatus source;
  fill_sample(source);
  const std::string text = text_of(source, kOpen);
  const std::string one = R"({certificate="www.example.org-1a2b",name="www.example.org",issuer="letsencrypt")";
  CHECK_EQ(value_of(text, R"(acme_build_info{module="ngx_acme",version="0.1.0",server="nginx/1.22.1"})"), "1");
  CHECK_EQ(value_of(text, "acme_engine_up"), "1");
  CHECK_EQ(value_of(text, "acme_engine_start_time_seconds"), "1800000000");
  CHECK_EQ(value_of(text, "acme_status_written_timestamp_seconds"), "1800999990");
  CHECK_EQ(value_of(text, R"(acme_certificates{state="valid"})"), "1");
  CHECK_EQ(value_of(text, R"(acme_certificates{state="expired"})"), "0");
  CHECK_EQ(value_of(text, "acme_orders_in_flight"), "1");
  CHECK_EQ(value_of(text, "acme_certificate_info" + one + R"(,key_type="ecdsa:256"})"), "1");
  CHECK_EQ(value_of(text, "acme_certificate_not_before_timestamp_seconds" + one + "}"), "1799000000");
  CHECK_EQ(value_of(text, "acme_certificate_not_after_timestamp_seconds" + one + "}"), "1806776000");
  CHECK_EQ(value_of(text, "acme_certificate_next_renewal_timestamp_seconds" + one + "}"), "1804000000");
  CHECK_EQ(value_of(text, "acme_certificate_state" + one + R"(,state="valid"})"), "1");
  CHECK_EQ(value_of(text, "acme_certificate_served" + one + "}"), "1");
  CHECK_EQ(value_of(text, "acme_certificate_consecutive_failures" + one + "}"), "0");
  CHECK_EQ(value_of(text, R"(acme_attempts_total{issuer="letsencrypt",outcome="success"})"), "7");
  CHECK_EQ(value_of(text, R"(acme_attempts_total{issuer="letsencrypt",outcome="rateLimited"})"), "2");
  CHECK_EQ(value_of(text, R"(acme_issuer_requests_total{issuer="letsencrypt",code="429"})"), "2");
  CHECK_EQ(value_of(text, R"(acme_issuer_up{issuer="letsencrypt"})"), "1");
  CHECK_EQ(value_of(text, R"(acme_issuer_up{issuer="spare"})"), "0");
  CHECK_EQ(value_of(text, R"(acme_issuer_limit_allowed{issuer="letsencrypt",limit="new_orders"})"), "300");
  CHECK_EQ(value_of(text, R"(acme_issuer_limit_remaining{issuer="letsencrypt",limit="new_orders"})"), "180");
  CHECK_EQ(value_of(text, R"(acme_issuer_limit_remaining{issuer="spare",limit="failed_validations"})"), "0");
  CHECK_EQ(value_of(text, R"(acme_reloads_total{outcome="asked"})"), "3");
  CHECK_EQ(value_of(text, "acme_reload_pending"), "1");
  CHECK_EQ(value_of(text, R"(acme_notices_total{kind="webhook",outcome="failed"})"), "1");
}

static void what_is_not_known_has_no_sample() {
  MemoryStatus source;
  CertificateSummary none;
  none.id = "new";
  source.add(none);
  const std::string text = text_of(source, kOpen);
  CHECK(has(text, "acme_certificate_state{certificate=\"new\""));
  for (const char* absent :
       {"not_after", "not_before", "next_renewal", "acme_certificate_served", "acme_issuer", "_nan"}) {
    CHECK(text.find(absent) == std::string::npos);
  }
  for (const auto served : {ServedState::other, ServedState::unreachable}) {
    source.details[0].summary.served = served;
    CHECK(has(text_of(source, kOpen), "acme_certificate_served{certificate=\"new\",name=\"\",issuer=\"\"} 0\n"));
  }
}

static void an_engine_that_is_silent_is_down() {
  MemoryStatus source;
  source.shown.written = kSampleNow;
  for (const Seconds away : {0s, 90s, -90s}) {
    CHECK_EQ(value_of(text_of(source, kPlain, kSampleNow + away), "acme_engine_up"), "1");
  }
  for (const Seconds away : {91s, -91s, 86400s * 365}) {
    CHECK_EQ(value_of(text_of(source, kPlain, kSampleNow + away), "acme_engine_up"), "0");
  }
}

static void buckets_are_cumulative() {
  MemoryStatus source;
  fill_sample(source);
  const std::string text = text_of(source, kPlain);
  const std::string bucket = R"(acme_order_duration_seconds_bucket{issuer="letsencrypt",le=")";
  CHECK_EQ(value_of(text, bucket + R"(0.5"})"), "0");
  CHECK_EQ(value_of(text, bucket + R"(1.0"})"), "1");
  CHECK_EQ(value_of(text, bucket + R"(2.5"})"), "2");
  CHECK_EQ(value_of(text, bucket + R"(900.0"})"), "2");
  CHECK_EQ(value_of(text, bucket + R"(+Inf"})"), "3");
  CHECK_EQ(value_of(text, R"(acme_order_duration_seconds_sum{issuer="letsencrypt"})"), "1003.045");
  CHECK_EQ(value_of(text, R"(acme_order_duration_seconds_count{issuer="letsencrypt"})"), "3");
}

static void counts_begin_with_zero() {
  MemoryStatus source;
  source.shown.issuers.resize(1);
  source.shown.issuers[0].name = "ca";
  const std::string text = text_of(source, kPlain);
  CHECK_EQ(value_of(text, R"(acme_attempts_total{issuer="ca",outcome="success"})"), "0");
  CHECK_EQ(value_of(text, R"(acme_order_duration_seconds_count{issuer="ca"})"), "0");
  CHECK_EQ(value_of(text, R"(acme_order_duration_seconds_sum{issuer="ca"})"), "0.000");
  CHECK_EQ(value_of(text, R"(acme_issuer_requests_total{issuer="ca",code="none"})"), "0");
  for (const char* outcome : {"asked", "hindered", "failed"}) {
    CHECK_EQ(value_of(text, cat("acme_reloads_total{outcome=\"", outcome, "\"}")), "0");
  }
}

static void both_formats_are_themselves() {
  MemoryStatus source;
  fill_sample(source);
  const std::string open = text_of(source, kOpen);
  CHECK(open.ends_with("\n# EOF\n"));
  CHECK(has(open, "# TYPE acme_attempts counter\n"));
  CHECK(has(open, "# TYPE acme_build info\n"));
  CHECK(has(open, "# UNIT acme_order_duration_seconds seconds\n"));
  const std::string plain = text_of(source, kPlain);
  CHECK(plain.find("# EOF") == std::string::npos && plain.find("# UNIT") == std::string::npos);
  CHECK(has(plain, "# TYPE acme_attempts_total counter\n"));
  CHECK(has(plain, "# HELP acme_attempts_total "));
  CHECK(has(plain, "# TYPE acme_build_info gauge\n"));
  CHECK(plain.ends_with("\n"));
  CHECK(std::string_view{metrics_content_type(kOpen)}.starts_with("application/openmetrics-text; version=1.0.0"));
  CHECK(std::string_view{metrics_content_type(kPlain)}.starts_with("text/plain; version=0.0.4"));
}

/// Each family once, its TYPE before its samples, none of another among them; each sample once; no line empty.
static void families_are_whole() {
  for (const auto format : {kOpen, kPlain}) {
    MemoryStatus source;
    fill_sample(source);
    const std::string text = text_of(source, format);
    std::string family;
    std::map<std::string, int> families;
    std::map<std::string, int> samples;
    for (const auto line : split(std::string_view{text}.substr(0, text.size() - 1), '\n')) {
      CHECK(!line.empty() && line.back() != ' ');
      if (line.starts_with("# HELP ")) family = name_of(line.substr(7));
      if (line.starts_with("# HELP ")) ++families[family];
      if (line.starts_with("# TYPE ")) CHECK_EQ(name_of(line.substr(7)), family);
      if (line[0] == '#') continue;
      CHECK(name_of(line).starts_with(family));
      ++samples[std::string{line.substr(0, line.rfind(' '))}];
    }
    CHECK_EQ(families.size(), 27U);
    for (const auto& [name, count] : families) CHECK_EQ(count, 1);
    for (const auto& [name, count] : samples) CHECK_EQ(count, 1);
  }
}

static void hostile_texts_stay_label_values() {
  MemoryStatus source;
  CertificateSummary hostile;
  hostile.id = "a\"} 1\nevil_metric{x=\"";
  hostile.name = "back\\slash \xff \x01 \xe2\x80\xae";
  hostile.issuer = std::string(1024 * 1024, 'x');
  source.add(hostile);
  source.counted.attempts[{"\n# EOF\n", "\"\\"}] = 1;
  source.shown.server = "\"{}\n";
  const std::string text = text_of(source, kOpen);
  CHECK(text.size() < 10000);
  CHECK(text.find("\nevil") == std::string::npos);
  CHECK_EQ(text.find("# EOF\n"), text.size() - 6);
  CHECK(has(text, R"(certificate="a\"} 1?evil_metric{x=\"",name="back\\slash ? ? ?",issuer="xxx)"));
  CHECK(has(text, R"(acme_attempts_total{issuer="?# EOF?",outcome="\"\\"} 1)"));
}

static void what_cannot_be_read_is_an_error() {
  MemoryStatus source;
  source.broken = Error{ErrorKind::not_found, "nothing was written yet"};
  auto text = metrics_text(source, kOpen, kSampleNow);
  CHECK(!text);
  CHECK(text.error().kind == ErrorKind::not_found);
}

static void ten_thousand_come_in_pieces() {
  MemoryStatus source;
  fill_sample(source);
  CertificateSummary one = source.details[0].summary;
  for (int i = 0; i < 10000; ++i) {
    one.id = cat("www", i, ".example.net-0123456789abcdef");
    one.name = cat("www", i, ".example.net");
    source.add(one);
  }
  auto pieces = metrics_text(source, kOpen, kSampleNow);
  CHECK_OK(pieces);
  std::size_t size = 0;
  for (const auto& piece : *pieces) {
    CHECK(piece.size() < 70 * 1024);
    size += piece.size();
  }
  CHECK(size > 7 * 10000 * 100 && size < 12 * 1024 * 1024);
}

int main() {
  return acme_test::run("metrics",
                        {ACME_TEST(every_value_is_said), ACME_TEST(what_is_not_known_has_no_sample),
                         ACME_TEST(an_engine_that_is_silent_is_down), ACME_TEST(buckets_are_cumulative),
                         ACME_TEST(counts_begin_with_zero), ACME_TEST(both_formats_are_themselves),
                         ACME_TEST(families_are_whole), ACME_TEST(hostile_texts_stay_label_values),
                         ACME_TEST(what_cannot_be_read_is_an_error), ACME_TEST(ten_thousand_come_in_pieces)});
}
