// nginx's lists of headers, as a handler or a filter looks into them and adds to them.
#pragma once

#include "ngx_acme/nginx.hpp"

namespace acme {

/// The first with this name, in any case; nullptr: there is none.
const ngx_table_elt_t* find_header(const ngx_list_t& headers, std::string_view name);
/// The values of all with this name, joined by ",".
std::string joined_header(const ngx_list_t& headers, std::string_view name);

/// To the response; nullptr: no memory.
ngx_table_elt_t* add_header(ngx_http_request_t* request, std::string_view name, std::string_view value);

}  // namespace acme
