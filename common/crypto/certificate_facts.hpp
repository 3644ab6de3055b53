// What a leaf certificate says about itself.
#pragma once

#include <string>
#include <vector>

#include "common/base/identifier.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

struct x509_st;  // X509

namespace acme {

struct CertificateFacts {
  std::vector<Identifier> names;  // from subjectAltName, sorted, each once
  UtcTime not_before;
  UtcTime not_after;
  std::string serial;        // lower-case hex, as OpenSSL prints it without colons
  std::string fingerprint;   // SHA-256 over the DER, lower-case hex
  std::string issuer;        // the issuer's CN, else its O, cleaned for showing
  bool must_staple = false;  // RFC 7633
  std::string renewal_id;    // RFC 9773 §4.1: base64url(AKI keyIdentifier) "." base64url(serial); empty without AKI
};

/// ErrorKind::malformed when its dates or serial number cannot be read.
Result<CertificateFacts> read_facts(x509_st* certificate);

/// Does the leaf cover this name (exactly, or by a wildcard of its own level)?
bool covers(const CertificateFacts& facts, const Identifier& name);

/// The CN of a certificate's subject or issuer, else the O, else "a name without CN"; cleaned.
std::string subject_name(x509_st* certificate);
std::string issuer_name(x509_st* certificate);

}  // namespace acme
