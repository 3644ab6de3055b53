#include "common/dns_provider/api_answer.hpp"

#include "common/base/text.hpp"
#include "common/protocol/headers.hpp"

namespace acme {

namespace {

constexpr std::size_t kMaxText = 300;
constexpr std::size_t kMaxWords = 4096;
constexpr std::size_t kMaxParts = 3;
constexpr int kMaxDepth = 4;

std::string words_of(const Json& value, int depth);

/// The first few that have something to say, once each.
std::string words_of_all(const std::vector<Json>& values, int depth) {
  std::string text;
  std::size_t parts = 0;
  for (const auto& value : values) {
    const std::string words = words_of(value, depth);
    if (words.empty() || text.find(words) != std::string::npos) continue;
    text += cat(text.empty() ? "" : "; ", words);
    if (++parts == kMaxParts) break;
  }
  return text;
}

/// {"subname": ["must not be empty"]}: members that name a field of the request.
std::string words_of_fields(const Json& object, int depth) {
  for (const auto& key : object.keys()) {
    const Json member = object[key.c_str()];
    if (!member.is_array()) continue;
    const std::string words = words_of(member, depth);
    if (!words.empty()) return cat(key, ": ", words);
  }
  return {};
}

std::string words_of(const Json& value, int depth) {
  if (auto text = value.string()) return *text;
  if (depth == 0) return {};
  if (value.is_array()) return words_of_all(value.items(), depth - 1);
  for (const char* key : {"error_description", "message", "detail", "title", "error", "errors"}) {
    const std::string words = words_of(value[key], depth - 1);
    if (!words.empty()) return words;
  }
  return words_of_fields(value, depth - 1);
}

std::string type_of(const HttpResponse& response) {
  const std::string_view header = response.header("content-type");
  const std::string_view type = trim(header.substr(0, header.find(';')));
  return type.empty() ? "no content type" : cleaned(type, 60);
}

bool is_json(const HttpResponse& response) {
  const std::string type = to_lower(type_of(response));
  return type.ends_with("json");
}

}  // namespace

std::string json_error_text(const HttpResponse& response) {
  if (!is_json(response)) return {};
  const auto json = Json::parse(response.body);
  return json ? cleaned(words_of(*json, kMaxDepth), kMaxWords) : std::string{};
}

Error api_error(std::string_view provider, const HttpResponse& response, const std::string& text, UtcTime now) {
  const int status = response.status;
  std::string message = cat(provider, " answered ", status);
  if (!text.empty()) {
    message += cat(": ", cleaned(text, kMaxText));
  } else if (!response.body.empty()) {
    message += cat(" with ", type_of(response));
  }
  const bool html = text.empty() && to_lower(type_of(response)).find("html") != std::string::npos;
  const bool refused = status / 100 == 4 && status != 429 && status != 408;
  const bool credentials = status == 401 || status == 403;
  Error error{refused && (credentials || !html) ? ErrorKind::problem : ErrorKind::server_error, std::move(message)};
  error.http_status = status;
  error.retry_after = parse_retry_after(response.header("retry-after"), now);
  if (status == 429) error.hint = "too many requests; they are tried again later";
  if (status / 100 == 3 || (html && status == 404)) error.hint = "is api_url the address of this API?";
  return error;
}

Result<Json> api_json(std::string_view provider, const HttpResponse& response) {
  auto json = Json::parse(response.body);
  if (json) return json;
  if (!is_json(response)) {
    Error error{ErrorKind::server_error,
                cat(provider, " answered ", response.status, " with ", type_of(response), ", no JSON"),
                "is api_url the address of this API, and no proxy in between?"};
    error.http_status = response.status;
    return error;
  }
  Error error = std::move(json).error().with_context(std::string{provider});
  error.kind = ErrorKind::server_error;
  return error;
}

Error missing_member(std::string_view provider, std::string_view what) {
  return {ErrorKind::server_error, cat(provider, ": the answer has no ", what)};
}

}  // namespace acme
