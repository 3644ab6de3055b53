// Handle<T, free_fn>: owns one C object, the size of a pointer, no virtuals.
// Each C library has one header that names its handles (crypto/openssl_handles.hpp, ...).
#pragma once

#include <memory>

namespace acme {

template <auto FreeFn>
struct Freer {
  template <class T>
  void operator()(T* object) const noexcept {
    FreeFn(object);
  }
};

template <class T, auto FreeFn>
using Handle = std::unique_ptr<T, Freer<FreeFn>>;

}  // namespace acme
