// Payloads of ACME requests, as JSON text for sign_jws().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/identifier.hpp"
#include "common/base/time.hpp"

namespace acme {

/// RFC 8555 §7.3.
struct NewAccountRequest {
  std::vector<std::string> contact;
  bool terms_of_service_agreed = false;
  bool only_return_existing = false;
  std::string external_account_binding;  // JSON text of external_account_binding(), or empty
};
std::string to_json(const NewAccountRequest& request);

/// RFC 8555 §7.4.
struct NewOrderRequest {
  std::vector<Identifier> identifiers;
  std::string profile;   // empty: none
  std::string replaces;  // RFC 9773 certificate id; empty: none
  std::optional<UtcTime> not_after;
};
std::string to_json(const NewOrderRequest& request);

/// {"csr": base64url(DER)}
std::string finalize_request(const std::vector<std::uint8_t>& csr_der);

/// {"certificate": base64url(DER), "reason": n} (RFC 8555 §7.6); the reason is left out when it is 0, "unspecified".
std::string revocation_request(const std::vector<std::uint8_t>& certificate_der, int reason);

}  // namespace acme
