// What serving processes read of the engine's status, and what they make of it: pages, JSON and metrics. The input is
// three texts, divided by a line "---": the certificate's record, the overview, the counters.
#include "common/base/text.hpp"
#include "common/report/metrics.hpp"
#include "common/report/status_index.hpp"
#include "common/report/status_page.hpp"
#include "common/report/stored_records.hpp"
#include "tests/fakes/memory_status.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;
using acme_test::MemoryStatus;

namespace {

constexpr UtcTime kNow{Seconds{1'800'000'000}};
constexpr std::size_t kLongestPage = 4 * 1024 * 1024;

std::string_view take_part(std::string_view& rest) {
  constexpr std::string_view kBorder = "\n---\n";
  const auto end = rest.find(kBorder);
  const auto part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + kBorder.size());
  return part;
}

template <class Record, class Parse>
Record stable(std::string_view text, Parse parse) {
  const auto read = parse(text);
  check_error_of(read);
  if (!read) return {};
  const std::string written = to_text(*read);
  CHECK(written.size() <= Json::kMaxSize);
  const auto again = parse(written);
  CHECK_OK(again);
  CHECK_EQ(to_text(*again), written);
  return *read;
}

void check_index(const CertificateSummary& summary) {
  const auto read = decode(encode(summary));
  CHECK(read.has_value());
  CHECK(encode(*read) == encode(summary));
  CHECK(read->version == summary.version && read->standing == summary.standing && read->names == summary.names);
}

std::string body_of(StatusSource& source, std::string_view query) {
  std::string body;
  const auto response = answer_status({"GET", "", query, "", kNow}, source);
  CHECK(response.status == 200 || response.status == 404 || response.status == 503);
  for (const auto& [name, value] : response.headers) CHECK(is_plain(name) && is_plain(value));
  for (const auto& piece : response.body) body += piece;
  CHECK(body.size() < kLongestPage);
  return body;
}

/// Nothing foreign is markup.
void check_page(std::string_view page) {
  CHECK(is_plain(page, '\n'));
  for (const char* never : {"<img", "<iframe", "<object", "<embed", "<script>alert"}) {
    CHECK(page.find(never) == std::string_view::npos);
  }
}

/// "name{label=\"value\",...} number" or a comment, as the format has it.
void check_metrics(const std::vector<std::string>& pieces) {
  std::string text;
  for (const auto& piece : pieces) text += piece;
  CHECK(is_plain(text, '\n'));
  for (const auto line : split(text, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    const auto labels = line.find('{');
    const auto end = labels == std::string_view::npos ? line.find(' ') : line.rfind("} ");
    CHECK(line.starts_with("acme_") && end != std::string_view::npos);
    CHECK(line.substr(end).find_first_not_of("} 0123456789.eE+-NaInf") == std::string_view::npos);
  }
}

}  // namespace

FUZZ_TARGET(status_records) {
  std::string_view rest = input;
  MemoryStatus source;
  auto detail = stable<CertificateDetail>(take_part(rest), parse_detail);
  source.shown = stable<Overview>(take_part(rest), parse_overview);
  const auto counters = parse_counters(rest);
  check_error_of(counters);
  if (counters) {
    source.counted = *counters;
    CHECK_EQ(counters_to_json(parse_counters(counters_to_json(*counters)).value()), counters_to_json(*counters));
  }
  check_index(detail.summary);
  detail.summary.id = "x";
  source.details.push_back(std::move(detail));
  source.count();
  check_page(body_of(source, ""));
  check_page(body_of(source, "certificate=x"));
  for (const char* query : {"format=json", "format=json&certificate=x"}) CHECK_OK(Json::parse(body_of(source, query)));
  for (const auto format : {MetricsFormat::open_metrics, MetricsFormat::prometheus}) {
    const auto metrics = metrics_text(source, format, kNow);
    CHECK_OK(metrics);
    check_metrics(*metrics);
  }
}
