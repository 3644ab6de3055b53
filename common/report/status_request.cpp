#include "common/report/status_request.hpp"

#include <algorithm>

#include "common/base/percent.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

/// The largest page number that is taken at its word; none of an index of that size exists.
constexpr std::uint64_t kLastPage = 10'000'000;

std::string all_states() {
  std::string names;
  for (std::size_t i = 0; i < kStandings; ++i) {
    names += cat(i == 0 ? "" : ", ", standing_name(static_cast<CertificateStanding>(i)));
  }
  return names;
}

std::optional<StatusFormat> parse_format(std::string_view value) {
  if (value == "html") return StatusFormat::html;
  if (value == "json") return StatusFormat::json;
  if (value == "metrics") return StatusFormat::prometheus;
  return std::nullopt;
}

Status take_format(StatusQuestion& question, std::string_view value) {
  question.format = parse_format(value);
  if (question.format) return {};
  return Error{ErrorKind::malformed, cat("There is no format \"", cleaned(value, 64), "\"."),
               "Formats are html, json and metrics."};
}

Status take_states(StatusQuestion& question, std::string_view value) {
  for (const auto piece : split(value, ',')) {
    const std::string name = to_lower(trim(piece));
    if (name.empty()) continue;
    const auto standing = parse_standing(name);
    if (!standing) {
      return Error{ErrorKind::malformed, cat("There is no state \"", cleaned(name, 64), "\"."),
                   cat("States are ", all_states(), ".")};
    }
    auto& taken = question.standings;
    if (std::find(taken.begin(), taken.end(), *standing) == taken.end()) taken.push_back(*standing);
  }
  return {};
}

std::size_t bounded_number(std::string_view value, std::uint64_t least, std::uint64_t most, std::size_t otherwise) {
  const bool digits = !value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos;
  if (!digits) return otherwise;
  return static_cast<std::size_t>(std::clamp(parse_number(value).value_or(most), least, most));
}

Status take_parameter(StatusQuestion& question, std::string_view name, const std::string& value) {
  if (value.empty()) return {};
  if (name == "format") return take_format(question, value);
  if (name == "state") return take_states(question, value);
  if (name == "certificate") question.certificate = value.substr(0, kLongestWord);
  if (name == "q") question.search = trim(value).substr(0, kLongestWord);
  if (name == "page") question.page = bounded_number(value, 1, kLastPage, 1);
  if (name == "per_page") question.per_page = bounded_number(value, kFewestPerPage, kMostPerPage, kUsualPerPage);
  return {};
}

void add(std::string& link, std::string_view name, std::string_view value) {
  link += cat(link.size() > 1 ? "&" : "", name, "=", value);
}

const char* format_word(StatusFormat format) {
  if (format == StatusFormat::html) return "html";
  return format == StatusFormat::json ? "json" : "metrics";
}

}  // namespace

Result<StatusQuestion> parse_status_query(std::string_view query) {
  StatusQuestion question;
  for (const auto piece : split(query, '&')) {
    const auto equals = piece.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string name = form_decoded(piece.substr(0, equals));
    const Status taken = take_parameter(question, name, form_decoded(piece.substr(equals + 1)));
    if (!taken) return taken.error();
  }
  return question;
}

std::optional<StatusFormat> asked_format(std::string_view query) {
  std::optional<StatusFormat> format;
  for (const auto piece : split(query, '&')) {
    if (piece.starts_with("format=")) format = parse_format(form_decoded(piece.substr(7)));
  }
  return format;
}

std::string link_to(const StatusQuestion& question) {
  std::string link = "?";
  if (question.format) add(link, "format", format_word(*question.format));
  if (!question.certificate.empty()) add(link, "certificate", percent_encoded(question.certificate));
  std::string states;
  for (const auto standing : question.standings) states += cat(states.empty() ? "" : ",", standing_name(standing));
  if (!states.empty()) add(link, "state", states);
  if (!question.search.empty()) add(link, "q", percent_encoded(question.search));
  if (question.page != 1) add(link, "page", cat(question.page));
  if (question.per_page != kUsualPerPage) add(link, "per_page", cat(question.per_page));
  return link;
}

std::string link_to_certificate(const std::string& id) {
  StatusQuestion question;
  question.certificate = id;
  return link_to(question);
}

}  // namespace acme
