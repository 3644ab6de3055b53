#include "mod_acme/http01.hpp"

#include <cstring>

#include "common/base/guard.hpp"
#include "mod_acme/load.hpp"

namespace acme {

namespace {

int answer(request_rec* request, const std::string& key_authorization) {
  ap_set_content_type(request, "application/octet-stream");
  ap_set_content_length(request, static_cast<apr_off_t>(key_authorization.size()));
  // After DONE from this hook httpd closes an HTTP/1 connection: say so. An HTTP/2 stream has a master.
  if (!request->connection->master) request->connection->keepalive = AP_CONN_CLOSE;
  apr_bucket_alloc_t* buckets = request->connection->bucket_alloc;
  apr_bucket_brigade* brigade = apr_brigade_create(request->pool, buckets);
  APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_pool_create(apr_pstrdup(request->pool, key_authorization.c_str()),
                                                          key_authorization.size(), request->pool, buckets));
  APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(buckets));
  ap_pass_brigade(request->output_filters, brigade);
  return DONE;
}

}  // namespace

int acme_answer_http01(request_rec* request) noexcept {
  if (!request->uri || std::strncmp(request->uri, kHttp01Prefix.data(), kHttp01Prefix.size()) != 0) return DECLINED;
  return guard(DECLINED, [&] {
    if (request->method_number != M_GET) return DECLINED;  // HEAD is M_GET with header_only
    Load* load = Load::of(request->server);
    if (!load || !load->server()) return DECLINED;
    const char* host = request->hostname ? request->hostname : "";
    const auto found = load->server()->http01_answer(request->uri + kHttp01Prefix.size(), host);
    return found ? answer(request, *found) : DECLINED;
  });
}

}  // namespace acme
