// guard: the border to C. We throw nothing, but bad_alloc and the standard library still can; no
// exception may cross a frame of nginx, httpd, APR, curl or OpenSSL. Every function whose address
// reaches C is `noexcept` with a body of one guard(...) call.
#pragma once

#include <utility>

namespace acme {

/// Runs `body`; returns `on_exception` when anything is thrown.
template <class Body, class T>
T guard(T on_exception, Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (...) {
    return on_exception;
  }
}

/// The same for a body without a result.
template <class Body>
void guard(Body&& body) noexcept {
  try {
    std::forward<Body>(body)();
  } catch (...) {  // NOLINT: nothing sensible is left to do at a C border
  }
}

}  // namespace acme
