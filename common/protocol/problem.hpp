// Problem documents (RFC 7807) of a CA as Errors an operator can act on.
//
// All text of the CA is cleaned. The message is "type: detail", the hint the next step an operator
// of a web server can take. retry_after is left to who sees the headers.
#pragma once

#include <string_view>

#include "common/base/result.hpp"
#include "common/json/json.hpp"

namespace acme {

/// Never fails: ErrorKind::problem for a document with a type of ACME, for anything else
/// ErrorKind::server_error with what can be said ("HTTP 502, no ACME problem document: <html>...").
/// `http_status` is kept.
Error parse_problem(int http_status, std::string_view content_type, std::string_view body);

/// The `error` member of an order or a challenge: always ErrorKind::problem, http_status from its
/// `status`. At most 100 subproblems are kept.
Error to_error(const Json& problem);

/// The CA refused because the account itself is deactivated or revoked.
bool is_deactivation(const Error& error);

}  // namespace acme
