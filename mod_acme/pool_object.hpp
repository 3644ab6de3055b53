// C++ objects that live as long as an APR pool: made with `new`, deleted when the pool is cleared.
#pragma once

#include <unistd.h>

#include <memory>
#include <utility>

#include "mod_acme/httpd.hpp"

namespace acme {

namespace detail {
/// A child that exits clears copies of its parent's pools: it must not run destructors of objects whose
/// threads, files and processes are the parent's.
template <class T>
struct PoolOwned {
  pid_t owner = getpid();
  T object;

  template <class... Arguments>
  explicit PoolOwned(Arguments&&... arguments) : object{std::forward<Arguments>(arguments)...} {}

  static apr_status_t destroy(void* data) noexcept {
    auto* self = static_cast<PoolOwned*>(data);
    if (self->owner == getpid()) delete self;
    return APR_SUCCESS;
  }
};
}  // namespace detail

/// Valid until `pool` is cleared.
template <class T, class... Arguments>
T& make_in_pool(apr_pool_t* pool, Arguments&&... arguments) {
  auto owned = std::make_unique<detail::PoolOwned<T>>(std::forward<Arguments>(arguments)...);
  apr_pool_cleanup_register(pool, owned.get(), detail::PoolOwned<T>::destroy, apr_pool_cleanup_null);
  return owned.release()->object;
}

}  // namespace acme
