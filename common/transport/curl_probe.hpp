// What is special to a probe (HttpRequest::probe_address) of what libcurl is told, and of how it tells a failure.
#pragma once

#include "common/transport/curl_failure.hpp"
#include "common/transport/curl_handles.hpp"

namespace acme {

/// After all others: these take back what a request to a CA must have. `connect_to` outlives the transfer.
void set_probe_options(EasyOptions& options, curl_slist* connect_to);

/// One of probe_failure's words.
const char* probe_failure_word(const CurlFailure& failure);

}  // namespace acme
