#include "common/crypto/trusted_roots.hpp"

#include <openssl/err.h>

#include "common/base/operator_file.hpp"
#include "common/base/text.hpp"
#include "common/crypto/openssl_handles.hpp"

namespace acme {

namespace {

/// A system's whole bundle is a quarter of it.
constexpr std::size_t kMost = 1024 * 1024;
constexpr const char* kExpected = "a PEM file with the root certificates of the CA's own server";

Error unusable(const std::string& path, const std::string& why) {
  return {ErrorKind::configuration, cat("\"", path, "\"", why), kExpected};
}

}  // namespace

Status check_trusted_roots(const std::string& path) {
  const auto file = read_trusted_file(path, kMost);
  if (!file) return file.error();
  if (file->size() == 0) return unusable(path, " is empty");
  const BioPtr bio{BIO_new_mem_buf(file->view().data(), static_cast<int>(file->size()))};
  if (!bio) return Error{ErrorKind::internal, "out of memory"};
  std::size_t count = 0;
  while (X509Ptr{PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr)}) ++count;
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) return unusable(path, cat(": certificate ", count + 1, " in it cannot be read"));
  if (count == 0) return unusable(path, " has no certificate in it");
  return {};
}

}  // namespace acme
