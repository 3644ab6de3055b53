#include "ngx_acme/headers.hpp"

#include "common/base/text.hpp"

namespace acme {

namespace {

template <class Header>
void end_of_list(Header& header) {
  if constexpr (requires { header.next; }) header.next = nullptr;
}

/// Until `visit` says true.
template <class Visit>
void each_header(const ngx_list_t& headers, std::string_view name, Visit visit) {
  for (const ngx_list_part_t* part = &headers.part; part != nullptr; part = part->next) {
    const auto* header = static_cast<const ngx_table_elt_t*>(part->elts);
    for (ngx_uint_t i = 0; i < part->nelts; ++i) {
      if (header[i].hash != 0 && equals_no_case(view(header[i].key), name) && visit(header[i])) return;
    }
  }
}

}  // namespace

const ngx_table_elt_t* find_header(const ngx_list_t& headers, std::string_view name) {
  const ngx_table_elt_t* found = nullptr;
  each_header(headers, name, [&](const ngx_table_elt_t& header) {
    found = &header;
    return true;
  });
  return found;
}

std::string joined_header(const ngx_list_t& headers, std::string_view name) {
  std::string joined;
  each_header(headers, name, [&](const ngx_table_elt_t& header) {
    joined += cat(joined.empty() ? "" : ",", view(header.value));
    return false;
  });
  return joined;
}

ngx_table_elt_t* add_header(ngx_http_request_t* request, std::string_view name, std::string_view value) {
  ngx_str_t key;
  ngx_str_t text;
  if (!copy_to_pool(request->pool, name, key) || !copy_to_pool(request->pool, value, text)) return nullptr;
  auto* header = static_cast<ngx_table_elt_t*>(ngx_list_push(&request->headers_out.headers));
  if (header == nullptr) return nullptr;
  header->hash = 1;
  header->key = key;
  header->value = text;
  header->lowcase_key = nullptr;
  end_of_list(*header);
  return header;
}

}  // namespace acme
