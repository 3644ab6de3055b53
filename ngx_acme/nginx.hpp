// nginx's own headers as C++ sees them, and the few conversions between its strings and ours.
// Include this before any C++ header: nginx's configuration headers set feature macros.
#pragma once

extern "C" {
// Each needs those before it.
// clang-format off
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>
#include <ngx_channel.h>
#include <ngx_http_ssl_module.h>
// clang-format on
}

#include <string>
#include <string_view>

namespace acme {

/// The result of a directive handler that has told its error.
inline char* const kConfError = static_cast<char*>(NGX_CONF_ERROR);

inline std::string_view view(const ngx_str_t& text) { return {reinterpret_cast<const char*>(text.data), text.len}; }
inline std::string text(const ngx_str_t& value) { return std::string{view(value)}; }

/// A copy in `pool`, with a NUL behind it as nginx expects of configuration strings; false: no memory.
inline bool copy_to_pool(ngx_pool_t* pool, std::string_view value, ngx_str_t& out) {
  auto* data = static_cast<u_char*>(ngx_pnalloc(pool, value.size() + 1));
  if (data == nullptr) return false;
  *ngx_copy(data, value.data(), value.size()) = '\0';
  out.data = data;
  out.len = value.size();
  return true;
}

/// The elements of an nginx array.
template <class T>
struct ArrayView {
  T* first;
  std::size_t count;
  T* begin() const { return first; }
  T* end() const { return first + count; }
};
template <class T>
ArrayView<T> elements(const ngx_array_t& array) {
  return {static_cast<T*>(array.elts), array.nelts};
}

/// Ties a C++ object to the life of an nginx pool; nullptr: no memory.
template <class T>
T* make_in_pool(ngx_pool_t* pool) {
  ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(pool, 0);
  if (cleanup == nullptr) return nullptr;
  auto* object = new T{};
  cleanup->data = object;
  cleanup->handler = [](void* data) { delete static_cast<T*>(data); };
  return object;
}

}  // namespace acme
