#include "common/crypto/openssl_handles.hpp"

#include <openssl/err.h>

#include <climits>

#include "common/base/text.hpp"

namespace acme {

Error openssl_error(ErrorKind kind, std::string_view what) {
  std::string message{what};
  std::string_view separator = ": ";
  const char* data = nullptr;
  int flags = 0;
  while (const unsigned long code = ERR_get_error_all(nullptr, nullptr, nullptr, &data, &flags)) {
    const char* reason = ERR_reason_error_string(code);
    message += cat(separator, reason != nullptr ? std::string{reason} : cat("OpenSSL error ", code));
    if ((flags & ERR_TXT_STRING) != 0 && data != nullptr && *data != '\0') message += cat(" (", cleaned(data), ")");
    separator = "; ";
  }
  return {kind, std::move(message)};
}

BioPtr reading_bio(std::string_view text) {
  if (text.size() > INT_MAX) return nullptr;
  // OpenSSL refuses a null buffer, which an empty view may be.
  return BioPtr{BIO_new_mem_buf(text.empty() ? "" : text.data(), static_cast<int>(text.size()))};
}

std::string_view written(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string_view{data, static_cast<std::size_t>(size)} : std::string_view{};
}

}  // namespace acme
