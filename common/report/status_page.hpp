// The answer to a request for the status page: which format, which part, which bytes. Pure but for the source.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/time.hpp"
#include "common/report/status_request.hpp"
#include "common/report/status_source.hpp"

namespace acme {

/// Any bytes may be in its texts.
struct StatusRequest {
  std::string_view method;  // "GET"
  std::string_view path;    // below the location: "" or "/..." (anything but "" and "/" is a 404)
  std::string_view query;   // without "?"
  std::string_view accept;  // the header; several are joined by ","
  UtcTime now;
};

struct StatusResponse {
  int status = 200;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;  // Cache-Control, Content-Security-Policy, Allow, ...
  std::vector<std::string> body;                             // in pieces, so that none is large; also for HEAD
};

using SharedStatusResponse = std::shared_ptr<const StatusResponse>;

/// What the query asks for, else what the Accept header prefers.
StatusFormat status_format(const StatusRequest& request);

/// Never fails: a source that cannot be read is a page that says so, with status 200 for people and 503 for the
/// metrics.
StatusResponse answer_status(const StatusRequest& request, StatusSource& source);

}  // namespace acme
