// What every page of the status page has around its content: head, skip link, header, footer, and the headers of the
// answer that keep it from being stored, framed or made to run anything foreign.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/report/html_text.hpp"
#include "common/report/status_request.hpp"

namespace acme {

struct PageFrame {
  std::string title;       // foreign text may be in it
  int refresh = 10;        // seconds until the script asks again
  bool under_way = false;  // an order is: without a script the page loads itself anew
};

/// Up to and with <main>.
void begin_page(Html& html, const PageFrame& frame);
/// From </main> on, with a link to the same as JSON.
void end_page(Html& html, const StatusQuestion& question);

/// A page of one message: an error of the source or of the request. `message` and `hint` may hold foreign text.
std::vector<std::string> message_page(const std::string& title, const std::string& message, const std::string& hint);

using HeaderLines = std::vector<std::pair<std::string, std::string>>;
/// With a Content-Security-Policy that allows the page's one style sheet and one script by their hashes, and requests
/// to where the page came from.
HeaderLines html_headers();
/// For JSON and metrics.
HeaderLines data_headers();

}  // namespace acme
