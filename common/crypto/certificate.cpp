#include "common/crypto/certificate.hpp"

#include <openssl/err.h>

#include "common/base/text.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "common/crypto/self_signed.hpp"

namespace acme {

namespace {

constexpr std::size_t kMaxPem = 128 * 1024;
constexpr std::size_t kMaxCertificates = 10;
constexpr std::size_t kMaxShownNames = 10;
constexpr auto kPlaceholderLifetime = std::chrono::days{3650};
constexpr std::string_view kPlaceholderName = "acme placeholder";

struct PemBlock {
  OpensslText name;
  OpensslBytes data;
  long size = 0;
};

/// The next block, of whatever kind; a block without name at the end.
Result<PemBlock> next_block(BIO* bio) {
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  const int found = PEM_read_bio(bio, &name, &header, &data, &size);
  PemBlock block{OpensslText{name}, OpensslBytes{data}, size};
  const OpensslText owned_header{header};
  if (found == 1) return block;
  const unsigned long error = ERR_peek_last_error();
  const bool at_end = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  Error reason = openssl_error(ErrorKind::malformed, "cannot read the PEM text");
  if (at_end) return PemBlock{};
  return reason;
}

bool is_certificate(const char* name) {
  return std::string_view{name} == PEM_STRING_X509 || std::string_view{name} == PEM_STRING_X509_OLD;
}

Result<std::shared_ptr<X509>> parse_certificate(const PemBlock& block) {
  const unsigned char* position = block.data.get();
  std::shared_ptr<X509> certificate{d2i_X509(nullptr, &position, block.size), X509_free};
  if (!certificate || position != block.data.get() + block.size) {
    return openssl_error(ErrorKind::malformed, "cannot read a certificate");
  }
  // Makes OpenSSL read the extensions now, and not in the first handshake.
  X509_check_purpose(certificate.get(), -1, 0);
  ERR_clear_error();
  return certificate;
}

std::string shown(const std::vector<Identifier>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kMaxShownNames; ++i) {
    text += cat(i == 0 ? "" : ", ", cleaned(names[i].value, 253));
  }
  if (names.size() > kMaxShownNames) text += cat(" and ", names.size() - kMaxShownNames, " more");
  return text.empty() ? "no name" : text;
}

Status check_key(const CertificateChain& chain, const PrivateKey& key) {
  const std::size_t last = chain.size() - 1;
  const bool ours = X509_check_private_key(chain.get(0), key.get()) == 1;
  const bool reversed = !ours && last > 0 && X509_check_private_key(chain.get(last), key.get()) == 1;
  ERR_clear_error();
  if (ours) return {};
  if (reversed) {
    return Error{ErrorKind::verification, cat("the chain is in reverse order: it begins with \"",
                                              subject_name(chain.get(0)), "\" and ends with our certificate")};
  }
  return Error{ErrorKind::verification, cat("the certificate (serial ", chain.facts().serial, ", for ",
                                            shown(chain.facts().names), ") does not hold our key")};
}

Status check_names(const CertificateFacts& facts, const std::vector<Identifier>& names) {
  std::vector<Identifier> missing;
  for (const auto& name : names) {
    if (!covers(facts, name)) missing.push_back(name);
  }
  if (missing.empty()) return {};
  return Error{ErrorKind::verification,
               cat("the certificate does not cover ", shown(missing), "; it is for ", shown(facts.names))};
}

Status check_order(const CertificateChain& chain) {
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    X509* subject = chain.get(i);
    X509* issuer = chain.get(i + 1);
    EVP_PKEY* issuer_key = X509_get0_pubkey(issuer);
    const bool signed_by_next = X509_check_issued(issuer, subject) == X509_V_OK && issuer_key != nullptr &&
                                X509_verify(subject, issuer_key) == 1;
    ERR_clear_error();
    if (!signed_by_next) {
      return Error{ErrorKind::verification,
                   cat("the chain is broken or out of order: certificate ", i + 1, " (\"", subject_name(subject),
                       "\", issued by \"", issuer_name(subject), "\") is not signed by certificate ", i + 2, " (\"",
                       subject_name(issuer), "\")")};
    }
  }
  return {};
}

Status check_dates(const CertificateFacts& facts, UtcTime now) {
  if (now >= facts.not_before && now <= facts.not_after) return {};
  Error error{ErrorKind::verification,
              cat("the certificate is valid from ", format_for_people(facts.not_before), " to ",
                  format_for_people(facts.not_after), ", and it is ", format_for_people(now), " here"),
              "check this machine's clock"};
  error.problem_type = "dates";
  return error;
}

bool fill_placeholder(X509* certificate, const PrivateKey& key, UtcTime now) {
  return fill_self_signed(certificate, key.get(), kPlaceholderName, now, now + kPlaceholderLifetime) &&
         X509_sign(certificate, key.get(), signature_digest(key.type())) > 0;
}

}  // namespace

CertificateChain::CertificateChain(Certificates certificates, CertificateFacts facts)
    : certificates_{std::make_shared<const Certificates>(std::move(certificates))},
      facts_{std::make_shared<const CertificateFacts>(std::move(facts))} {}

Result<CertificateChain> CertificateChain::from_pem(std::string_view pem) {
  if (pem.size() > kMaxPem) {
    return Error{ErrorKind::malformed, cat("the certificate chain is too long: ", pem.size(), " bytes")};
  }
  const BioPtr bio = reading_bio(pem);
  if (!bio) return openssl_error(ErrorKind::malformed, "cannot read the PEM text");
  Certificates certificates;
  for (;;) {
    const auto block = next_block(bio.get());
    if (!block) return block.error();
    if (!block->name) break;
    if (!is_certificate(block->name.get())) continue;
    auto certificate = parse_certificate(*block);
    if (!certificate) return std::move(certificate).error();
    certificates.push_back(*std::move(certificate));
    if (certificates.size() > kMaxCertificates) {
      return Error{ErrorKind::malformed, cat("the chain has more than ", kMaxCertificates, " certificates")};
    }
  }
  if (certificates.empty()) return Error{ErrorKind::malformed, "there is no certificate in the PEM text"};
  auto facts = read_facts(certificates.front().get());
  if (!facts) return std::move(facts).error();
  return CertificateChain{std::move(certificates), *std::move(facts)};
}

Result<std::string> CertificateChain::pem_of(std::size_t first, std::size_t end) const {
  const BioPtr bio{BIO_new(BIO_s_mem())};
  for (std::size_t i = first; i < end; ++i) {
    if (!bio || PEM_write_bio_X509(bio.get(), get(i)) != 1) {
      return openssl_error(ErrorKind::crypto, "cannot write a certificate");
    }
  }
  return std::string{bio ? written(bio.get()) : std::string_view{}};
}

Result<std::string> CertificateChain::to_pem() const { return pem_of(0, size()); }
Result<std::string> CertificateChain::leaf_pem() const { return pem_of(0, 1); }
Result<std::string> CertificateChain::intermediates_pem() const { return pem_of(1, size()); }

Result<Bytes> CertificateChain::leaf_der() const {
  unsigned char* raw = nullptr;
  const int size = i2d_X509(get(0), &raw);
  const OpensslBytes der{raw};
  if (size <= 0) return openssl_error(ErrorKind::crypto, "cannot write a certificate");
  return Bytes(der.get(), der.get() + size);
}

Result<Bytes> CertificateChain::public_key_hash() const {
  unsigned char* raw = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(get(0)), &raw);
  const OpensslBytes der{raw};
  if (size <= 0) return openssl_error(ErrorKind::crypto, "cannot write a public key");
  const auto hash = sha256({reinterpret_cast<const char*>(der.get()), static_cast<std::size_t>(size)});
  if (!hash) return hash.error();
  return Bytes(hash->begin(), hash->end());
}

std::string CertificateChain::topmost_issuer() const { return issuer_name(get(size() - 1)); }

Status verify_issued(const CertificateChain& chain, const PrivateKey& key, const std::vector<Identifier>& names,
                     UtcTime now) {
  if (auto checked = check_key(chain, key); !checked) return checked;
  if (auto checked = check_names(chain.facts(), names); !checked) return checked;
  if (auto checked = check_order(chain); !checked) return checked;
  return check_dates(chain.facts(), now);
}

Result<std::string> make_placeholder(const PrivateKey& key, UtcTime now) {
  const X509Ptr certificate{X509_new()};
  const BioPtr bio{BIO_new(BIO_s_mem())};
  if (!certificate || !bio || !fill_placeholder(certificate.get(), key, now) ||
      PEM_write_bio_X509(bio.get(), certificate.get()) != 1) {
    return openssl_error(ErrorKind::crypto, "cannot make a placeholder certificate");
  }
  return std::string{written(bio.get())};
}

}  // namespace acme
