// Asking a CA when it would like a certificate renewed (ACME Renewal Information, RFC 9773 §4.1).
#pragma once

#include <string>

#include "common/client/session.hpp"
#include "common/protocol/renewal_info.hpp"

namespace acme {

/// `renewal_id` is the certificate's (CertificateFacts::renewal_id). No account is needed. ErrorKind::not_found: the
/// CA's directory names no renewalInfo, or the certificate has no id; otherwise those of Session and, for an answer
/// that is none, server_error. An error keeps the CA's retry_after, too.
Task<Result<RenewalInfo>> fetch_renewal_info(Session& session, std::string renewal_id);

}  // namespace acme
