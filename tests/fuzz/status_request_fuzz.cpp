// Requests for the status page: the first line is the query, the second the Accept header, the third the path, the
// fourth the method.
#include "common/report/status_request.hpp"

#include "common/report/accept.hpp"
#include "common/report/status_page.hpp"
#include "tests/fuzz/properties.hpp"
#include "tests/unit/report/sample_status.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

void check_question(std::string_view query) {
  const auto question = parse_status_query(query);
  check_error_of(question);
  if (!question) return;
  CHECK(question->per_page >= kFewestPerPage && question->per_page <= kMostPerPage && question->page >= 1);
  CHECK(question->search.size() <= kLongestWord && question->certificate.size() <= kLongestWord);
  const std::string link = link_to(*question);
  CHECK(link.starts_with('?') && link.size() <= kLongestLink);
  CHECK(is_of(link, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~%?&=,"));
  const auto again = parse_status_query(link.substr(1));
  CHECK_OK(again);
  CHECK(again->search == question->search && again->page == question->page && again->per_page == question->per_page);
  CHECK(again->certificate == question->certificate && again->standings == question->standings);
  CHECK(again->format == question->format && asked_format(query) == question->format);
}

void check_answer(const StatusRequest& request) {
  static auto source = acme_test::sample_status();
  const auto response = answer_status(request, source);
  const bool known = response.status == 200 || response.status == 400 || response.status == 404 ||
                     response.status == 405 || response.status == 503;
  CHECK(known && is_plain(response.content_type));
  for (const auto& [name, value] : response.headers) CHECK(is_plain(name) && is_plain(value));
  for (const auto& piece : response.body) CHECK(is_plain(piece, '\n'));
}

}  // namespace

FUZZ_TARGET(status_request) {
  Input rest{input};
  StatusRequest request;
  request.query = rest.line();
  request.accept = rest.line();
  request.path = rest.line();
  request.method = rest.empty() ? std::string_view{"GET"} : rest.line();
  request.now = acme_test::kSampleNow;
  check_question(request.query);
  const auto metrics = preferred_metrics(request.accept);
  CHECK(metrics == StatusFormat::open_metrics || metrics == StatusFormat::prometheus);
  CHECK(preferred_format(request.accept) <= StatusFormat::prometheus);
  check_answer(request);
}
