#include "mod_acme/retained.hpp"

#include <type_traits>

#include "mod_acme/httpd.hpp"

namespace acme {

namespace {

constexpr const char* kKey = "mod_acme 1";
constexpr std::time_t kUnknownStartMargin = 10;

/// Tells two generations of the module apart: another loaded file has it at another address.
const void* this_image() { return &acme_module; }

}  // namespace

Retained& Retained::get() {
  static_assert(std::is_trivially_default_constructible_v<Retained>);
  void* memory = ap_retained_data_get(kKey);
  if (!memory) memory = ap_retained_data_create(kKey, sizeof(Retained));
  return *static_cast<Retained*>(memory);
}

const Server* Retained::previous() const { return image_ == this_image() ? server_ : nullptr; }

Server& Retained::replace(std::unique_ptr<Server> server) {
  // Another generation's Server is left alone: its destructor is not ours.
  if (image_ == this_image()) delete server_;
  image_ = this_image();
  server_ = server.release();
  return *server_;
}

std::time_t Retained::load_started() const {
  return load_started_ != 0 ? load_started_ : std::time(nullptr) - kUnknownStartMargin;
}

void Retained::next_load_starts_now() { load_started_ = std::time(nullptr); }

}  // namespace acme
