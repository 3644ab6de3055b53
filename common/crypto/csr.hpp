// Certificate signing requests (RFC 2986) as a CA wants them in an order's finalize.
#pragma once

#include <string>
#include <vector>

#include "common/base/identifier.hpp"
#include "common/crypto/digest.hpp"
#include "common/crypto/key.hpp"

namespace acme {

struct CsrOptions {
  CsrOptions() = default;
  /// Put the first DNS name of at most 64 characters into the subject's CN; otherwise the subject is empty.
  bool common_name = false;
  /// Ask for the TLS feature status_request, "must staple" (RFC 7633).
  bool must_staple = false;
};

/// DER. All names go into subjectAltName (dNSName, iPAddress); no key usage extensions.
Result<Bytes> make_csr(const PrivateKey& key, const std::vector<Identifier>& names, const CsrOptions& options);

}  // namespace acme
