// What an answer of a provider's API means: JSON, or an Error that an operator can read. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/time.hpp"
#include "common/json/json.hpp"
#include "common/transport/http_client.hpp"

namespace acme {

/// The words of an error in JSON, wherever the API puts them ("message", "error", "detail", "errors": [...]), cleaned
/// and cut; "" when there are none.
std::string json_error_text(const HttpResponse& response);

/// The error of an answer that is no success. `text` is what the API says of it, "" for nothing.
/// problem: 4xx; http_status tells which. server_error: 429 (with retry_after), 5xx, redirects, and whatever says HTML
/// where JSON belongs: the message then names the content type.
Error api_error(std::string_view provider, const HttpResponse& response, const std::string& text, UtcTime now);

/// ErrorKind::server_error: no JSON. The message names the content type or what is wrong with the text.
Result<Json> api_json(std::string_view provider, const HttpResponse& response);

/// An answer that lacks what it must have: ErrorKind::server_error.
Error missing_member(std::string_view provider, std::string_view what);

}  // namespace acme
