#include "mod_acme/status.hpp"

#include <algorithm>
#include <cstring>

#include "common/base/guard.hpp"
#include "common/base/seldom.hpp"
#include "mod_acme/directory_config.hpp"
#include "mod_acme/host_config.hpp"
#include "mod_acme/load.hpp"
#include "mod_acme/server_status.hpp"

extern "C" {
#include <http_request.h>
#include <mod_core.h>
}

namespace acme {

namespace {

bool is_local_address(const apr_sockaddr_t* address) {
  return address && is_this_machine(reinterpret_cast<const sockaddr&>(address->sa));
}

bool is_local(const request_rec* request) {
  const bool passed_on = std::any_of(kForwardingHeaders.begin(), kForwardingHeaders.end(), [&](std::string_view name) {
    return apr_table_get(request->headers_in, name.data()) != nullptr;
  });
  return !passed_on && is_local_address(request->connection->client_addr) && is_local_address(request->useragent_addr);
}

void set_headers(request_rec* request, const StatusResponse& response) {
  request->status = response.status;
  ap_set_content_type(request, apr_pstrdup(request->pool, response.content_type.c_str()));
  apr_off_t length = 0;
  for (const std::string& piece : response.body) length += static_cast<apr_off_t>(piece.size());
  ap_set_content_length(request, length);
  for (const auto& [name, value] : response.headers) {
    apr_table_set(request->headers_out, name.c_str(), value.c_str());
  }
}

/// Piece by piece: each is copied when the one before is with the filters, which wait for a slow client.
int send(request_rec* request, const StatusResponse& response) {
  set_headers(request, response);
  apr_bucket_alloc_t* buckets = request->connection->bucket_alloc;
  apr_bucket_brigade* brigade = apr_brigade_create(request->pool, buckets);
  for (const std::string& piece : response.body) {
    if (request->header_only) break;
    APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_heap_create(piece.data(), piece.size(), nullptr, buckets));
    if (ap_pass_brigade(request->output_filters, brigade) != APR_SUCCESS) return OK;  // the client has gone
    apr_brigade_cleanup(brigade);
  }
  APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(buckets));
  ap_pass_brigade(request->output_filters, brigade);
  return OK;
}

/// A flood of such requests is the access log's matter: the error log is told once a minute.
int refuse_stranger(request_rec* request) {
  static Seldom told{Seconds{60}};
  const int level = told.is_due(SystemClock{}.steady_now()) ? APLOG_ERR : APLOG_INFO;
  ap_log_rerror(APLOG_MARK, level, 0, request,
                "acme: the status page answers clients on this machine only (\"AcmeStatus open\" would leave that to "
                "Require and the like)");
  return HTTP_FORBIDDEN;
}

int answer(request_rec* request) {
  const DirectoryConfig& directory = directory_config(request);
  if (directory.status != StatusAccess::open && !is_local(request)) return refuse_stranger(request);
  ap_allow_standard_methods(request, REPLACE_ALLOW, M_GET, M_OPTIONS, -1);
  if (request->method_number == M_OPTIONS) return ap_send_http_options(request);
  const auto below = directory.location.empty() ? std::string_view{} : below_location(request->uri, directory.location);
  if (!below) return HTTP_NOT_FOUND;
  if (const int discarded = ap_discard_request_body(request); discarded != OK) return discarded;
  const char* accept = apr_table_get(request->headers_in, "Accept");
  StatusRequest question;
  question.method = request->header_only ? "HEAD" : request->method;
  question.path = *below;
  question.query = request->args ? request->args : "";
  question.accept = accept ? accept : "";
  question.now = SystemClock{}.now();
  const Load* load = Load::of(request->server);
  const SharedStatusResponse response =
      load && load->server() ? load->server()->status(question) : Server::status_of_nothing(question);
  return response ? send(request, *response) : HTTP_INTERNAL_SERVER_ERROR;
}

/// Not asked again when it is there already.
void tell_standing(request_rec* request) {
  const HostConfig& config = host_config(request->server);
  if (!config.host || !config.load || !config.load->server()) return;
  if (apr_table_get(request->subprocess_env, "ACME_STATUS")) return;
  const auto standing = config.load->server()->standing(*config.host);
  if (!standing) return;
  apr_table_set(request->subprocess_env, "ACME_STATUS", standing->word.c_str());
  if (!standing->expires.empty()) apr_table_set(request->subprocess_env, "ACME_EXPIRES", standing->expires.c_str());
}

extern "C" {

int acme_status_handler(request_rec* request) noexcept {
  if (!request->handler || std::strcmp(request->handler, "acme-status") != 0) return DECLINED;
  return guard(HTTP_INTERNAL_SERVER_ERROR, [&] { return answer(request); });
}

int acme_tell_fixups(request_rec* request) noexcept {
  guard([&] { tell_standing(request); });
  return DECLINED;
}

void acme_tell_error(request_rec* request) noexcept {
  guard([&] { tell_standing(request); });
}

/// A request that was refused early has passed no fixups.
int acme_tell_log(request_rec* request) noexcept {
  guard([&] {
    for (request_rec* each = request; each; each = each->next) tell_standing(each);
  });
  return DECLINED;
}

}  // extern "C"

}  // namespace

void register_status_hooks() {
  ap_hook_handler(acme_status_handler, nullptr, nullptr, APR_HOOK_MIDDLE);
  ap_hook_fixups(acme_tell_fixups, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  ap_hook_insert_error_filter(acme_tell_error, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  ap_hook_log_transaction(acme_tell_log, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  register_server_status_hook();
}

}  // namespace acme
