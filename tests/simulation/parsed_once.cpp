#include "tests/simulation/parsed_once.hpp"

#include <openssl/x509.h>

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "common/crypto/openssl_handles.hpp"

namespace {

/// How a certificate holds a key.
struct KeyForm {
  acme::PkeyPtr key;  // lives, so that its address is no other's
  acme::Handle<X509_PUBKEY, X509_PUBKEY_free> form;
};

struct Parsed {
  std::unordered_map<std::string, acme::X509Ptr> certificates;
  std::unordered_map<const EVP_PKEY*, KeyForm> forms;
  std::unordered_map<std::string, X509_REQ*> requests;
  std::unordered_set<X509_REQ*> kept_requests;
  std::unordered_map<const EVP_PKEY*, const X509_PUBKEY*> forms_in_requests;
};

Parsed& parsed() {
  static Parsed all;
  return all;
}

std::string as_text(const void* bytes, long size) {
  return size > 0 ? std::string{static_cast<const char*>(bytes), static_cast<std::size_t>(size)} : std::string{};
}

bool is_of_curve(const acme::PkeyPtr& key) { return key && EVP_PKEY_is_a(key.get(), "EC") == 1; }

/// nullptr: it has none that can be copied.
const X509_PUBKEY* form_of(EVP_PKEY* key) {
  const auto in_request = parsed().forms_in_requests.find(key);
  if (in_request != parsed().forms_in_requests.end()) return in_request->second;
  KeyForm& known = parsed().forms[key];
  if (known.form) return known.form.get();
  X509_PUBKEY* made = nullptr;
  if (X509_PUBKEY_set(&made, key) != 1) return nullptr;
  EVP_PKEY_up_ref(key);
  known.key.reset(key);
  known.form.reset(made);
  return made;
}

/// As X509_PUBKEY_set() does, which also reads what it wrote; false: not a key on a curve that has a name.
bool put_key(X509_PUBKEY* place, EVP_PKEY* key) {
  const X509_PUBKEY* form = form_of(key);
  ASN1_OBJECT* type = nullptr;
  const unsigned char* bytes = nullptr;
  int size = 0;
  X509_ALGOR* algorithm = nullptr;
  if (form == nullptr || X509_PUBKEY_get0_param(&type, &bytes, &size, &algorithm, form) != 1) return false;
  const ASN1_OBJECT* same_type = nullptr;
  int kind = V_ASN1_UNDEF;
  const void* curve = nullptr;
  X509_ALGOR_get0(&same_type, &kind, &curve, algorithm);
  if (kind != V_ASN1_OBJECT) return false;
  auto* const copy = static_cast<unsigned char*>(OPENSSL_memdup(bytes, static_cast<std::size_t>(size)));
  return X509_PUBKEY_set0_param(place, OBJ_dup(type), V_ASN1_OBJECT, OBJ_dup(static_cast<const ASN1_OBJECT*>(curve)),
                                copy, size) == 1;
}

}  // namespace

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

X509_REQ* __real_d2i_X509_REQ(X509_REQ**, const unsigned char**, long);
X509_REQ* __wrap_d2i_X509_REQ(X509_REQ** place, const unsigned char** position, long size);
X509_REQ* __wrap_d2i_X509_REQ(X509_REQ** place, const unsigned char** position, long size) {
  if (place != nullptr) return __real_d2i_X509_REQ(place, position, size);
  const auto known = parsed().requests.find(as_text(*position, size));
  if (known != parsed().requests.end()) return *position += size, known->second;
  const unsigned char* const begin = *position;
  X509_REQ* const request = __real_d2i_X509_REQ(nullptr, position, size);
  if (request == nullptr || *position != begin + size) return request;
  parsed().requests.emplace(as_text(begin, size), request);
  parsed().kept_requests.insert(request);
  EVP_PKEY* const key = X509_REQ_get0_pubkey(request);
  if (key != nullptr) parsed().forms_in_requests.emplace(key, X509_REQ_get_X509_PUBKEY(request));
  return request;
}

void __real_X509_REQ_free(X509_REQ*);
void __wrap_X509_REQ_free(X509_REQ* request);
void __wrap_X509_REQ_free(X509_REQ* request) {
  if (!parsed().kept_requests.contains(request)) __real_X509_REQ_free(request);
}

int __real_X509_set_pubkey(X509*, EVP_PKEY*);
int __wrap_X509_set_pubkey(X509* certificate, EVP_PKEY* key);
int __wrap_X509_set_pubkey(X509* certificate, EVP_PKEY* key) {
  return put_key(X509_get_X509_PUBKEY(certificate), key) ? 1 : __real_X509_set_pubkey(certificate, key);
}

int __real_X509_REQ_set_pubkey(X509_REQ*, EVP_PKEY*);
int __wrap_X509_REQ_set_pubkey(X509_REQ* request, EVP_PKEY* key);
int __wrap_X509_REQ_set_pubkey(X509_REQ* request, EVP_PKEY* key) {
  return put_key(X509_REQ_get_X509_PUBKEY(request), key) ? 1 : __real_X509_REQ_set_pubkey(request, key);
}

}  // extern "C"

void acme_test::forget_what_was_parsed() {
  parsed().certificates.clear();
  for (X509_REQ* request : std::exchange(parsed().kept_requests, {})) __real_X509_REQ_free(request);
  parsed().requests.clear();
  parsed().forms_in_requests.clear();
  // Those of an elliptic curve are drawn again, and keep nothing of a simulation.
  std::erase_if(parsed().forms, [](const auto& one) { return !is_of_curve(one.second.key); });
}
