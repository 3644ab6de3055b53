#include "mod_acme/https.hpp"

#include <cstring>

#include "common/base/guard.hpp"
#include "common/base/text.hpp"
#include "mod_acme/host_config.hpp"
#include "mod_acme/load.hpp"

extern "C" {
#include <http_request.h>
}

namespace acme {

namespace {

constexpr const char* kFilterName = "ACME_HSTS";

RequireHttps required(const request_rec* request) {
  return host_config(request->server).require_https.value_or(RequireHttps::off);
}

std::optional<std::uint16_t> https_port(const request_rec* request) {
  const Load* load = Load::of(request->server);
  if (!load || !load->server() || !request->hostname) return std::nullopt;
  return load->server()->https_hosts().port_of(request->hostname);
}

int redirect(request_rec* request) {
  const RequireHttps require = required(request);
  if (require == RequireHttps::off || request->main || request->prev) return DECLINED;
  // "OPTIONS *" and CONNECT have no path; what lies below the prefix of challenges is another client's.
  if (!request->uri || *request->uri != '/' || std::string_view{request->uri}.starts_with(kHttp01Prefix))
    return DECLINED;
  if (ap_ssl_conn_is_ssl(request->connection)) return DECLINED;
  const auto port = https_port(request);
  if (!port) return DECLINED;
  const std::string target = request->args ? cat(request->uri, "?", request->args) : std::string{request->uri};
  apr_table_setn(request->headers_out, "Location",
                 apr_pstrdup(request->pool, https_url(request->hostname, *port, target).c_str()));
  return redirect_status(require, request->method_number == M_GET);  // HEAD is M_GET with header_only
}

void add_filter(request_rec* request) {
  if (request->main || required(request) != RequireHttps::permanent) return;
  if (!ap_ssl_conn_is_ssl(request->connection) || !https_port(request)) return;
  ap_add_output_filter(kFilterName, nullptr, request, request->connection);
}

extern "C" {

int acme_redirect_to_https(request_rec* request, int lookup) noexcept {
  if (lookup) return DECLINED;
  return guard(DECLINED, [&] { return redirect(request); });
}

void acme_insert_hsts(request_rec* request) noexcept {
  guard([&] { add_filter(request); });
}

apr_status_t acme_hsts(ap_filter_t* filter, apr_bucket_brigade* brigade) noexcept {
  request_rec* request = filter->r;
  const bool there = apr_table_get(request->headers_out, kHstsName.data()) ||
                     apr_table_get(request->err_headers_out, kHstsName.data());
  if (!there) apr_table_setn(request->headers_out, kHstsName.data(), kHstsValue.data());
  ap_remove_output_filter(filter);
  return ap_pass_brigade(filter->next, brigade);
}

}  // extern "C"

}  // namespace

void register_https_hooks() {
  ap_hook_quick_handler(acme_redirect_to_https, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  // Behind the filters of mod_headers, which are of the type named here.
  ap_register_output_filter(kFilterName, acme_hsts, nullptr, static_cast<ap_filter_type>(AP_FTYPE_CONTENT_SET + 1));
  ap_hook_insert_filter(acme_insert_hsts, nullptr, nullptr, APR_HOOK_REALLY_LAST);
  ap_hook_insert_error_filter(acme_insert_hsts, nullptr, nullptr, APR_HOOK_REALLY_LAST);
}

}  // namespace acme
