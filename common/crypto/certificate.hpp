// Certificates: reading a PEM chain, verifying what a CA returned, the placeholder.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/identifier.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/crypto/certificate_facts.hpp"
#include "common/crypto/digest.hpp"
#include "common/crypto/key.hpp"

namespace acme {

/// A leaf and its intermediates, parsed; immutable, cheap to copy.
class CertificateChain {
 public:
  /// 1 to 10 PEM certificates, leaf first; other PEM blocks and text between are ignored.
  /// At most 128 KiB. ErrorKind::malformed.
  static Result<CertificateChain> from_pem(std::string_view pem);

  const CertificateFacts& facts() const noexcept { return *facts_; }
  std::size_t size() const noexcept { return certificates_->size(); }
  /// Borrowed; index 0 is the leaf.
  x509_st* get(std::size_t index) const { return (*certificates_)[index].get(); }
  /// The chain written anew from what was parsed: only CERTIFICATE blocks, no foreign text.
  Result<std::string> to_pem() const;
  /// Only the leaf, only the intermediates (may be empty): for live/{cert,chain}.pem.
  Result<std::string> leaf_pem() const;
  Result<std::string> intermediates_pem() const;
  Result<Bytes> leaf_der() const;
  /// SHA-256 over the leaf's DER SubjectPublicKeyInfo.
  Result<Bytes> public_key_hash() const;
  /// The CN of the issuer of the chain's last certificate ("ISRG Root X1"), for preferred_chain.
  std::string topmost_issuer() const;

 private:
  using Certificates = std::vector<std::shared_ptr<x509_st>>;
  CertificateChain(Certificates certificates, CertificateFacts facts);
  Result<std::string> pem_of(std::size_t first, std::size_t end) const;

  std::shared_ptr<const Certificates> certificates_;
  std::shared_ptr<const CertificateFacts> facts_;
};

/// Is `chain` what was asked for: the leaf holds `key`'s public key, covers exactly or more than
/// `names`, each certificate is signed by the next, and `now` is inside its validity.
/// ErrorKind::verification; the message says which and shows what was found. A failure on dates
/// alone has problem_type "dates" (a wrong clock: the certificate is kept and checked again).
Status verify_issued(const CertificateChain& chain, const PrivateKey& key, const std::vector<Identifier>& names,
                     UtcTime now);

/// A self-signed certificate that no client trusts, for serving before the first real one:
/// CN "acme placeholder", no names, valid ten years.
Result<std::string> make_placeholder(const PrivateKey& key, UtcTime now);

}  // namespace acme
