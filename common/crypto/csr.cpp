#include "common/crypto/csr.hpp"

#include "common/base/text.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "common/crypto/subject_names.hpp"

namespace acme {

namespace {

constexpr std::size_t kMaxCommonName = 64;  // RFC 5280, ub-common-name

const Identifier* name_for_subject(const std::vector<Identifier>& names) {
  for (const auto& name : names) {
    if (name.type == IdentifierType::dns && name.value.size() <= kMaxCommonName) return &name;
  }
  return nullptr;
}

bool set_common_name(X509_REQ* request, const std::string& name) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(name.data());
  return X509_NAME_add_entry_by_NID(X509_REQ_get_subject_name(request), NID_commonName, MBSTRING_UTF8, bytes,
                                    static_cast<int>(name.size()), -1, 0) == 1;
}

bool push_extension(stack_st_X509_EXTENSION* extensions, int nid, void* value) {
  ExtensionPtr extension{X509V3_EXT_i2d(nid, 0, value)};
  if (!extension || sk_X509_EXTENSION_push(extensions, extension.get()) <= 0) return false;
  static_cast<void>(extension.release());  // the stack owns it now
  return true;
}

bool push_must_staple(stack_st_X509_EXTENSION* extensions) {
  const TlsFeaturePtr features{sk_ASN1_INTEGER_new_null()};
  Asn1IntegerPtr feature{ASN1_INTEGER_new()};
  if (!features || !feature || ASN1_INTEGER_set(feature.get(), kStatusRequest) != 1) return false;
  if (sk_ASN1_INTEGER_push(features.get(), feature.get()) <= 0) return false;
  static_cast<void>(feature.release());
  return push_extension(extensions, NID_tlsfeature, features.get());
}

bool add_extensions(X509_REQ* request, GENERAL_NAMES* names, const CsrOptions& options) {
  const ExtensionStackPtr extensions{sk_X509_EXTENSION_new_null()};
  if (!extensions || !push_extension(extensions.get(), NID_subject_alt_name, names)) return false;
  if (options.must_staple && !push_must_staple(extensions.get())) return false;
  return X509_REQ_add_extensions(request, extensions.get()) == 1;
}

}  // namespace

Result<Bytes> make_csr(const PrivateKey& key, const std::vector<Identifier>& names, const CsrOptions& options) {
  if (names.empty()) return Error{ErrorKind::crypto, "a certificate needs at least one name"};
  const auto general_names = to_general_names(names);
  if (!general_names) return general_names.error();
  const X509ReqPtr request{X509_REQ_new()};
  bool done = request && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
              X509_REQ_set_pubkey(request.get(), key.get()) == 1 &&
              add_extensions(request.get(), general_names->get(), options);
  const Identifier* subject = options.common_name ? name_for_subject(names) : nullptr;
  if (done && subject != nullptr) done = set_common_name(request.get(), subject->value);
  done = done && X509_REQ_sign(request.get(), key.get(), signature_digest(key.type())) > 0;
  unsigned char* raw = nullptr;
  const int size = done ? i2d_X509_REQ(request.get(), &raw) : 0;
  const OpensslBytes der{raw};
  if (size <= 0) return openssl_error(ErrorKind::crypto, "cannot make a certificate signing request");
  return Bytes(der.get(), der.get() + size);
}

}  // namespace acme
