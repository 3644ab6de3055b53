// The three symbols by which nginx loads a dynamic module. nginx's own build (the `config` file) writes
// them itself.
#include "ngx_acme/https.hpp"
#include "ngx_acme/module.hpp"

#define ACME_EXPORT extern "C" __attribute__((visibility("default")))

ACME_EXPORT ngx_module_t* ngx_modules[];
ACME_EXPORT char* ngx_module_names[];
ACME_EXPORT char* ngx_module_order[];

namespace {
char acme_module_name[] = "ngx_http_acme_module";
char ssl_module_name[] = "ngx_http_ssl_module";
char acme_headers_module_name[] = "ngx_http_acme_headers_module";
char headers_module_name[] = "ngx_http_headers_filter_module";
}  // namespace

ngx_module_t* ngx_modules[] = {&ngx_http_acme_module, &ngx_http_acme_headers_module, nullptr};
char* ngx_module_names[] = {acme_module_name, acme_headers_module_name, nullptr};
// Our certificates must be there before ngx_http_ssl_module reads its own; filters run in reverse, so ours after
// `add_header`.
char* ngx_module_order[] = {acme_module_name, ssl_module_name, acme_headers_module_name, headers_module_name, nullptr};
