#include "common/base/idn.hpp"

#include <idn2.h>

#include <memory>

#include "common/base/text.hpp"

namespace acme {

namespace {

struct FreeName {
  void operator()(char* name) const noexcept { idn2_free(name); }
};
using Name = std::unique_ptr<char, FreeName>;

constexpr std::size_t kMaxWritten = 1024;  // libidn2 is not asked about what cannot be a name of 253 characters

}  // namespace

Result<std::string> to_ascii_name(std::string_view utf8) {
  char* converted = nullptr;
  int status = IDN2_TOO_BIG_DOMAIN;
  if (utf8.size() <= kMaxWritten && utf8.find('\0') == std::string_view::npos) {
    status = idn2_to_ascii_8z(std::string{utf8}.c_str(), &converted, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  }
  const Name name{converted};
  if (status == IDN2_OK && name) return std::string{name.get()};
  return Error{ErrorKind::configuration, cat("\"", cleaned(utf8, 260), "\" is no domain name: ", idn2_strerror(status)),
               "write it in UTF-8, or in its xn-- form"};
}

std::string to_unicode_name(std::string_view ascii) {
  std::string same{ascii};
  char* converted = nullptr;
  if (same.find("xn--") == std::string::npos || same.size() > kMaxWritten) return same;
  const int status = idn2_to_unicode_8z8z(same.c_str(), &converted, IDN2_NONTRANSITIONAL);
  const Name name{converted};
  if (status != IDN2_OK || !name || cleaned(name.get()) != name.get()) return same;
  const auto back = to_ascii_name(name.get());
  return back && *back == same ? std::string{name.get()} : same;
}

}  // namespace acme
