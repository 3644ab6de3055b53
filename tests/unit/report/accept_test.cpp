#include "common/report/accept.hpp"

#include "tests/check.hpp"

using namespace acme;

namespace {

constexpr auto kHtml = StatusFormat::html;
constexpr auto kJson = StatusFormat::json;
constexpr auto kOpen = StatusFormat::open_metrics;
constexpr auto kPlain = StatusFormat::prometheus;

struct Row {
  std::string accept;
  StatusFormat format;
};

void check_rows(std::initializer_list<Row> rows) {
  for (const auto& row : rows) {
    const auto format = preferred_format(row.accept);
    if (format != row.format) {
      throw acme_test::Failure{__FILE__, __LINE__, row.accept + " gives " + std::to_string(static_cast<int>(format))};
    }
  }
}

}  // namespace

static void what_clients_really_send_is_understood() {
  check_rows({
      // Firefox, Chromium, Safari
      {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", kHtml},
      {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
       "application/signed-exchange;v=b3;q=0.7",
       kHtml},
      {"*/*", kHtml},  // curl, wget
      {"", kHtml},
      // Prometheus 2.20, 2.50, 3.0, with protobuf
      {"application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", kPlain},
      {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
       "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
       kOpen},
      {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
       "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
       "text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
       kOpen},
      {"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
       "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
       "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
       "text/plain;version=0.0.4;q=0.2,/;q=0.1",
       kOpen},
      {"text/plain;version=0.0.4;q=1,*/*;q=0.1", kPlain},  // vmagent
      {"application/json, text/plain, */*", kJson},        // axios
      {"application/json", kJson},
      {"application/json, */*;q=0.5", kJson},  // httpie
      {"text/plain", kPlain},
  });
}

static void weights_and_specificity_follow_rfc9110() {
  check_rows({
      {"text/html;q=0.5, application/json;q=0.6", kJson},
      {"text/*;q=0.3, text/html;q=0.2, application/json;q=0.25", kPlain},
      {"text/*", kHtml},
      {"application/*", kJson},
      {"text/html;q=0, */*", kJson},
      {"text/html;q=0, application/json;q=0, */*;q=0.1", kOpen},
      {"TEXT/HTML;Q=0.1, Application/JSON;Q=0.2", kJson},
      {"text/html ; q=0.1 , application/json ; q=0.101", kJson},
      {"application/json;q=1.000, text/html", kHtml},
      {"text/html;level=1;q=0.4, application/json;q=0.5", kJson},
      {"text/plain;version=\"0.0.4\"", kPlain},
      {"application/json;q=0.1, application/json;q=0.9, text/html;q=0.5", kJson},
  });
}

static void nothing_acceptable_and_nonsense_give_html() {
  check_rows({{"image/png", kHtml},
              {"text/html;q=0", kHtml},
              {"*/*;q=0", kHtml},
              {"text/plain;version=1.0.0", kHtml},
              {",,,", kHtml},
              {"/", kHtml},
              {"*/json", kHtml},
              {";q=1", kHtml},
              {"application/json;q=abc", kHtml},
              {"application/json;q=1.5", kHtml},
              {"application/json;q=", kHtml},
              {"application/json;q=-1", kHtml},
              {"application/json;q=0.1234", kHtml},
              {"application/", kHtml},
              {"\xff\xfe/\x01", kHtml},
              {std::string("\0", 1), kHtml}});
  std::string many;
  for (int i = 0; i < 100000; ++i) many += "a/b,";
  check_rows({{many + "application/json", kHtml}, {std::string(1'000'000, 'x'), kHtml}});
}

static void the_metric_format_is_the_named_one() {
  const struct {
    const char* accept;
    StatusFormat format;
  } rows[] = {{"", kPlain},
              {"*/*", kPlain},
              {"text/html,*/*;q=0.8", kPlain},
              {"application/openmetrics-text", kOpen},
              {"application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.6", kPlain},
              {"application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", kOpen},
              {"application/openmetrics-text;q=0", kPlain}};
  for (const auto& row : rows) CHECK(preferred_metrics(row.accept) == row.format);
}

int main() {
  return acme_test::run(
      "accept", {ACME_TEST(what_clients_really_send_is_understood), ACME_TEST(weights_and_specificity_follow_rfc9110),
                 ACME_TEST(nothing_acceptable_and_nonsense_give_html), ACME_TEST(the_metric_format_is_the_named_one)});
}
