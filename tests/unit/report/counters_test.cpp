#include "common/report/counters.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"

using namespace acme;
using namespace std::chrono_literals;

namespace {

Status failed(ErrorKind kind, const char* type = "") {
  Error error{kind, "it failed"};
  error.problem_type = type;
  return error;
}

std::uint64_t total(const Histogram& histogram) {
  std::uint64_t sum = 0;
  for (const auto count : histogram.counts) sum += count;
  return sum;
}

}  // namespace

static void an_attempt_counts_by_what_came_of_it() {
  Counters counters;
  counters.attempt("ca", Status{}, 1500ms);
  counters.attempt("ca", Status{}, 2500ms);
  counters.attempt("ca", failed(ErrorKind::problem, "rateLimited"), 1s);
  counters.attempt("ca", failed(ErrorKind::validation, "dns"), 1s);
  counters.attempt("ca", failed(ErrorKind::transport), 1s);
  counters.attempt("ca", failed(ErrorKind::verification), 1s);
  counters.attempt("ca", failed(ErrorKind::cancelled), 1s);
  counters.attempt("other", Status{}, 1h);
  CHECK_EQ(counters.attempts.size(), 6U);
  CHECK_EQ((counters.attempts[{"ca", "success"}]), 2U);
  for (const char* outcome : {"rateLimited", "dns", "transport", "verification"}) {
    CHECK_EQ((counters.attempts[{"ca", outcome}]), 1U);
  }
  CHECK_EQ(counters.durations["ca"].counts[2], 2U);  // up to 2.5 s, which belongs to it
  CHECK(counters.durations["ca"].sum == 4s);
  CHECK_EQ(counters.durations["other"].counts.back(), 1U);
  CHECK_EQ(total(counters.durations["ca"]), 2U);
}

static void a_ca_cannot_make_labels() {
  Counters counters;
  for (int i = 0; i < 1000; ++i) {
    counters.attempt("ca", failed(ErrorKind::problem, cat("made up ", i).c_str()), 1s);
    counters.request("ca", i);
  }
  CHECK_EQ(counters.attempts.size(), 1U);
  CHECK_EQ((counters.attempts[{"ca", "other"}]), 1000U);
  CHECK(counters.requests.size() < 60);
  CHECK_EQ((counters.requests[{"ca", "none"}]), 1U);
  CHECK_EQ((counters.requests[{"ca", "429"}]), 1U);
  CHECK((counters.requests[{"ca", "other"}]) > 900);
}

static void they_go_on_from_their_stored_form() {
  Counters counters;
  counters.attempt("let's \"encrypt\"", Status{}, 700ms);
  counters.attempt("ca", failed(ErrorKind::problem, "caa"), 1s);
  counters.request("ca", 200);
  counters.request("ca", 0);
  counters.reload("asked");
  counters.notice("webhook", true);
  counters.notice("mail", false);
  auto read = parse_counters(counters_to_json(counters));
  CHECK_OK(read);
  CHECK(read->attempts == counters.attempts);
  CHECK(read->requests == counters.requests);
  CHECK(read->reloads == counters.reloads);
  CHECK(read->notices == counters.notices);
  CHECK_EQ(read->durations.size(), 1U);
  CHECK(read->durations.begin()->second.counts == counters.durations.begin()->second.counts);
  CHECK(read->durations.begin()->second.sum == 700ms);
  CHECK_EQ(counters_to_json(*read), counters_to_json(counters));
}

static void nothing_counted_is_stored_as_well() {
  auto read = parse_counters(counters_to_json(Counters{}));
  CHECK_OK(read);
  CHECK(read->attempts.empty() && read->durations.empty() && read->requests.empty());
  CHECK(read->reloads.empty() && read->notices.empty());
  CHECK_OK(parse_counters("{}"));
}

static void damage_is_left_out_or_an_error() {
  for (const char* bad : {"", "{", "[]", "7", "null", "{\"attempts\":", "\xff"}) {
    auto read = parse_counters(bad);
    CHECK(!read);
    CHECK(read.error().kind == ErrorKind::malformed);
  }
  auto read = parse_counters(
      R"({"attempts":{"a":{"success":-1,"dns":"7","caa":null,"tls":3,"io":1.5},"b":7,"c":null},"reloads":[1,2],)"
      R"("durations":{"a":{"0.5":4},"b":{"sum_ms":9,"1.0":-4,"+Inf":2},"c":[]},"requests":null,"unknown":{}})");
  CHECK_OK(read);
  CHECK_EQ(read->attempts.size(), 1U);
  CHECK_EQ((read->attempts[{"a", "tls"}]), 3U);
  CHECK_EQ(read->durations.size(), 1U);
  CHECK_EQ(total(read->durations["b"]), 2U);
  CHECK(read->reloads.empty() && read->requests.empty());
}

static void rows_are_bounded() {
  std::string many = R"({"requests":{)";
  for (int issuer = 0; issuer < 50; ++issuer) {
    many += cat(issuer == 0 ? "" : ",", "\"i", issuer, "\":{");
    for (int code = 0; code < 50; ++code) many += cat(code == 0 ? "" : ",", "\"", code, "\":1");
    many += "}";
  }
  many += cat(R"(},"reloads":{")", std::string(5000, 'x'), R"(":1,"asked":2}})");
  auto read = parse_counters(many);
  CHECK_OK(read);
  CHECK_EQ(read->requests.size(), 1000U);
  CHECK_EQ(read->reloads.size(), 1U);
}

int main() {
  return acme_test::run("counters",
                        {ACME_TEST(an_attempt_counts_by_what_came_of_it), ACME_TEST(a_ca_cannot_make_labels),
                         ACME_TEST(they_go_on_from_their_stored_form), ACME_TEST(nothing_counted_is_stored_as_well),
                         ACME_TEST(damage_is_left_out_or_an_error), ACME_TEST(rows_are_bounded)});
}
