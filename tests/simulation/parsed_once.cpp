#include "tests/simulation/parsed_once.hpp"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <string>
#include <unordered_map>

#include "common/crypto/openssl_handles.hpp"

namespace {

struct Parsed {
  std::unordered_map<std::string, acme::X509Ptr> certificates;
  std::unordered_map<std::string, acme::PkeyPtr> keys;
};

Parsed& parsed() {
  static Parsed all;
  return all;
}

std::string as_text(const void* bytes, long size) {
  return size > 0 ? std::string{static_cast<const char*>(bytes), static_cast<std::size_t>(size)} : std::string{};
}

}  // namespace

void acme_test::forget_what_was_parsed() {
  parsed().certificates.clear();
  parsed().keys.clear();
}

extern "C" {

X509* __real_d2i_X509(X509**, const unsigned char**, long);
X509* __wrap_d2i_X509(X509** place, const unsigned char** position, long size);
X509* __wrap_d2i_X509(X509** place, const unsigned char** position, long size) {
  if (place != nullptr) return __real_d2i_X509(place, position, size);
  acme::X509Ptr& known = parsed().certificates[as_text(*position, size)];
  const unsigned char* const begin = *position;
  if (!known) known.reset(__real_d2i_X509(nullptr, position, size));
  // Only what fills its bytes is the same wherever it is found.
  if (!known) return nullptr;
  if (*position != begin && *position != begin + size) return known.release();
  *position = begin + size;
  X509_up_ref(known.get());
  return known.get();
}

EVP_PKEY* __real_PEM_read_bio_PrivateKey_ex(BIO*, EVP_PKEY**, pem_password_cb*, void*, OSSL_LIB_CTX*, const char*);
EVP_PKEY* __wrap_PEM_read_bio_PrivateKey_ex(BIO* bio, EVP_PKEY** place, pem_password_cb* ask, void* data,
                                            OSSL_LIB_CTX* library, const char* properties);
EVP_PKEY* __wrap_PEM_read_bio_PrivateKey_ex(BIO* bio, EVP_PKEY** place, pem_password_cb* ask, void* data,
                                            OSSL_LIB_CTX* library, const char* properties) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  acme::PkeyPtr& known = parsed().keys[as_text(text, size)];
  if (!known) known.reset(__real_PEM_read_bio_PrivateKey_ex(bio, place, ask, data, library, properties));
  if (!known) return nullptr;
  EVP_PKEY_up_ref(known.get());
  return known.get();
}

}  // extern "C"
