// The three symbols by which nginx loads a dynamic module. nginx's own build (the `config` file) writes
// them itself.
#include "ngx_acme/module.hpp"

#define ACME_EXPORT extern "C" __attribute__((visibility("default")))

ACME_EXPORT ngx_module_t* ngx_modules[];
ACME_EXPORT char* ngx_module_names[];
ACME_EXPORT char* ngx_module_order[];

namespace {
char acme_module_name[] = "ngx_http_acme_module";
char ssl_module_name[] = "ngx_http_ssl_module";
}  // namespace

ngx_module_t* ngx_modules[] = {&ngx_http_acme_module, nullptr};
char* ngx_module_names[] = {acme_module_name, nullptr};
// Our certificates must be there before ngx_http_ssl_module reads its own.
char* ngx_module_order[] = {acme_module_name, ssl_module_name, nullptr};
