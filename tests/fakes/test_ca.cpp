#include "tests/fakes/test_ca.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "common/crypto/openssl_handles.hpp"
#include "common/crypto/subject_names.hpp"

namespace acme_test {

using namespace acme;

namespace {

/// A test cannot go on without its CA: any failure ends it.
void must(bool done, const char* what) {
  if (!done) throw std::runtime_error{openssl_error(ErrorKind::crypto, what).message};
}

PrivateKey new_key() { return *PrivateKey::generate({KeyAlgorithm::ecdsa, 256}); }

void set_name(X509_NAME* name, const char* text) {
  must(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text), -1,
                                  -1, 0) == 1,
       "name");
}

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value)};
  must(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value);
}

/// Serial, dates and key; what is common to all certificates.
X509Ptr begin_certificate(EVP_PKEY* key, UtcTime from, UtcTime to) {
  X509Ptr certificate{X509_new()};
  const BignumPtr serial{BN_new()};
  must(BN_rand(serial.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1, "serial");
  must(BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate.get())) != nullptr, "serial");
  must(X509_set_version(certificate.get(), X509_VERSION_3) == 1, "version");
  must(ASN1_TIME_set(X509_getm_notBefore(certificate.get()), from.time_since_epoch().count()) != nullptr, "date");
  must(ASN1_TIME_set(X509_getm_notAfter(certificate.get()), to.time_since_epoch().count()) != nullptr, "date");
  must(X509_set_pubkey(certificate.get(), key) == 1, "key");
  return certificate;
}

void sign(X509* certificate, const PrivateKey& key) {
  must(X509_sign(certificate, key.get(), signature_digest(key.type())) > 0, "sign");
}

X509Ptr make_authority(const char* name, const PrivateKey& key, X509* issuer, const PrivateKey& issuer_key) {
  const UtcTime from{};  // 1970: valid at whatever time a test plays
  X509Ptr certificate = begin_certificate(key.get(), from, from + std::chrono::days{36500});
  X509* signer = issuer != nullptr ? issuer : certificate.get();
  set_name(X509_get_subject_name(certificate.get()), name);
  must(X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer)) == 1, "issuer");
  add_extension(certificate.get(), signer, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate.get(), signer, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(certificate.get(), signer, NID_subject_key_identifier, "hash");
  sign(certificate.get(), issuer_key);
  return certificate;
}

std::vector<Identifier> changed(std::vector<Identifier> names, const IssueOptions& options) {
  if (options.leave_out_a_name && !names.empty()) names.pop_back();
  for (auto& name : names) {
    for (char& c : name.value) {
      if (options.upper_case && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
  }
  return names;
}

std::vector<Identifier> names_of(X509_REQ* request) {
  const ExtensionStackPtr extensions{X509_REQ_get_extensions(request)};
  const GeneralNamesPtr names{
      static_cast<GENERAL_NAMES*>(X509V3_get_d2i(extensions.get(), NID_subject_alt_name, nullptr, nullptr))};
  return from_general_names(names.get());
}

bool asks_for_staple(X509_REQ* request) {
  const ExtensionStackPtr extensions{X509_REQ_get_extensions(request)};
  return X509v3_get_ext_by_NID(extensions.get(), NID_tlsfeature, -1) >= 0;
}

}  // namespace

struct TestCa::State {
  PrivateKey root_key = new_key();
  PrivateKey intermediate_key = new_key();
  X509Ptr root = make_authority(root_name(), root_key, nullptr, root_key);
  X509Ptr intermediate = make_authority(intermediate_name(), intermediate_key, root.get(), root_key);

  std::string issue(EVP_PKEY* key, const std::vector<Identifier>& names, const IssueOptions& options) const {
    const std::optional<PrivateKey> other =
        options.wrong_key || options.broken ? std::optional{new_key()} : std::nullopt;
    const X509Ptr leaf = begin_certificate(options.wrong_key ? other->get() : key, options.not_before,
                                           options.not_before + options.lifetime);
    must(X509_set_issuer_name(leaf.get(), X509_get_subject_name(intermediate.get())) == 1, "issuer");
    const auto general_names = to_general_names(changed(names, options));
    must(general_names.ok() &&
             X509_add1_ext_i2d(leaf.get(), NID_subject_alt_name, general_names->get(), 1, X509V3_ADD_DEFAULT) == 1,
         "names");
    add_extension(leaf.get(), intermediate.get(), NID_basic_constraints, "critical,CA:FALSE");
    if (!options.without_key_id) {
      add_extension(leaf.get(), intermediate.get(), NID_authority_key_identifier, "keyid:always");
    }
    if (options.must_staple) add_extension(leaf.get(), intermediate.get(), NID_tlsfeature, "status_request");
    sign(leaf.get(), options.broken ? *other : intermediate_key);

    std::vector<X509*> chain{leaf.get(), intermediate.get()};
    if (options.with_root) chain.push_back(root.get());
    if (options.reversed) std::reverse(chain.begin(), chain.end());
    const BioPtr bio{BIO_new(BIO_s_mem())};
    for (X509* certificate : chain) must(PEM_write_bio_X509(bio.get(), certificate) == 1, "PEM");
    return std::string{written(bio.get())};
  }
};

TestCa::TestCa() : state_{std::make_unique<State>()} {}
TestCa::~TestCa() = default;

std::string TestCa::issue(const PrivateKey& key, const std::vector<Identifier>& names, const IssueOptions& options) {
  return state_->issue(key.get(), names, options);
}

std::string TestCa::issue_for_csr(const Bytes& csr, const IssueOptions& options) {
  const unsigned char* position = csr.data();
  const X509ReqPtr request{d2i_X509_REQ(nullptr, &position, static_cast<long>(csr.size()))};
  EVP_PKEY* key = request ? X509_REQ_get0_pubkey(request.get()) : nullptr;
  if (key == nullptr || X509_REQ_verify(request.get(), key) != 1) return {};
  IssueOptions asked = options;
  if (!options.ignore_must_staple) asked.must_staple = asks_for_staple(request.get());
  return state_->issue(key, names_of(request.get()), asked);
}

const char* TestCa::root_name() { return "ACME Test Root"; }
const char* TestCa::intermediate_name() { return "ACME Test Intermediate"; }

}  // namespace acme_test
