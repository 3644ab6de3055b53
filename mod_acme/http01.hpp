// http-01 (RFC 8555 §8.3), answered before anything else of httpd looks at a request: redirects,
// rewrites, access rules, authentication and proxying never see it, on any listener and virtual host.
#pragma once

#include "mod_acme/httpd.hpp"

namespace acme {

/// Hook post_read_request, the very first. DONE: a live token was asked for and answered. DECLINED:
/// everything else, untouched; a request that is no challenge costs one comparison of prefixes.
int acme_answer_http01(request_rec* request) noexcept;

}  // namespace acme
