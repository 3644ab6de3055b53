// Identifiers as the subjectAltName of certificates and CSRs holds them (RFC 5280 §4.2.1.6).
// For common/crypto only.
#pragma once

#include <vector>

#include "common/base/identifier.hpp"
#include "common/base/result.hpp"
#include "common/crypto/openssl_handles.hpp"

namespace acme {

/// ErrorKind::crypto; ErrorKind::malformed for an address that is none.
Result<GeneralNamesPtr> to_general_names(const std::vector<Identifier>& names);

/// The dNSNames in lower case and the iPAddresses; names of other types and those that hold control
/// characters are left out. Null gives none.
std::vector<Identifier> from_general_names(const GENERAL_NAMES* names);

}  // namespace acme
