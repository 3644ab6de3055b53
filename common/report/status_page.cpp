#include "common/report/status_page.hpp"

#include "common/base/text.hpp"
#include "common/report/accept.hpp"
#include "common/report/certificate_html.hpp"
#include "common/report/metrics.hpp"
#include "common/report/overview_html.hpp"
#include "common/report/page_frame.hpp"
#include "common/report/status_facts.hpp"
#include "common/report/status_json.hpp"

namespace acme {

namespace {

constexpr const char* kHtmlType = "text/html; charset=utf-8";
constexpr const char* kJsonType = "application/json";
constexpr const char* kPlainType = "text/plain; charset=utf-8";

bool is_metrics(StatusFormat format) {
  return format == StatusFormat::open_metrics || format == StatusFormat::prometheus;
}

StatusResponse html_response(int status, std::vector<std::string> body) {
  return {status, kHtmlType, html_headers(), std::move(body)};
}

StatusResponse json_response(int status, std::vector<std::string> body) {
  return {status, kJsonType, data_headers(), std::move(body)};
}

/// What went wrong, in the format that was asked for.
StatusResponse error_response(int status, StatusFormat format, const Error& error, const std::string& title,
                              UtcTime now) {
  if (format == StatusFormat::html) return html_response(status, message_page(title, error.message, error.hint));
  if (format == StatusFormat::json) return json_response(status, error_json(error, now));
  return {status, kPlainType, data_headers(), {cat(cleaned(error.message), "\n", cleaned(error.hint), "\n")}};
}

StatusResponse metrics_response(StatusFormat format, StatusSource& source, UtcTime now) {
  const auto kind = format == StatusFormat::open_metrics ? MetricsFormat::open_metrics : MetricsFormat::prometheus;
  auto text = metrics_text(source, kind, now);
  if (!text) return error_response(503, format, explained(std::move(text).error()), "No metrics", now);
  return {200, metrics_content_type(kind), data_headers(), *std::move(text)};
}

StatusResponse overview_response(StatusFormat format, const StatusQuestion& question, StatusSource& source,
                                 UtcTime now) {
  auto facts = read_overview(question, source, now);
  if (!facts) return error_response(200, format, explained(std::move(facts).error()), "No status", now);
  if (format == StatusFormat::json) return json_response(200, overview_json(*facts));
  return html_response(200, overview_html(*facts));
}

StatusResponse certificate_response(StatusFormat format, const std::string& id, StatusSource& source, UtcTime now) {
  auto facts = read_certificate(id, source, now);
  if (!facts && facts.error().hint.empty()) {
    return error_response(404, format, std::move(facts).error(), "No such certificate", now);
  }
  if (!facts) return error_response(200, format, std::move(facts).error(), "No status", now);
  if (format == StatusFormat::json) return json_response(200, certificate_json(*facts));
  return html_response(200, certificate_html(*facts));
}

/// The request as a whole cannot be answered.
std::optional<StatusResponse> refused(const StatusRequest& request) {
  const StatusFormat format = status_format(request);
  const auto refuse = [&](int status, const char* message, const char* hint, const char* title) {
    return error_response(status, format, {ErrorKind::malformed, message, hint}, title, request.now);
  };
  if (request.method != "GET" && request.method != "HEAD") {
    auto response = refuse(405, "This page is read-only.", "Ask for it with GET or HEAD.", "Not allowed");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  if (!request.path.empty() && request.path != "/") {
    return refuse(404, "There is nothing below the status page.", "", "Not found");
  }
  if (request.query.size() > kLongestQuery) {
    return refuse(414, "The query is too long.", "Search for a part of the name.", "Too long");
  }
  return std::nullopt;
}

}  // namespace

StatusFormat status_format(const StatusRequest& request) {
  const auto asked = asked_format(request.query);
  if (!asked) return preferred_format(request.accept);
  return is_metrics(*asked) ? preferred_metrics(request.accept) : *asked;
}

StatusResponse answer_status(const StatusRequest& request, StatusSource& source) {
  if (auto response = refused(request)) return *std::move(response);
  const StatusFormat format = status_format(request);
  const auto question = parse_status_query(request.query);
  if (!question) return error_response(400, format, question.error(), "Not understood", request.now);
  if (is_metrics(format)) return metrics_response(format, source, request.now);
  if (question->certificate.empty()) return overview_response(format, *question, source, request.now);
  return certificate_response(format, question->certificate, source, request.now);
}

}  // namespace acme
