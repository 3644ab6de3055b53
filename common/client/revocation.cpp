#include "common/client/revocation.hpp"

#include "common/base/text.hpp"
#include "common/protocol/requests.hpp"

namespace acme {

namespace {

/// The types say the same of orders, where other things are to be checked.
Error refused_revocation(Error error, bool by_certificate_key) {
  if (error.problem_type == "unauthorized") {
    error.hint = by_certificate_key
                     ? "the CA does not take this key for the certificate's: give the key that the certificate was "
                       "made with"
                     : "this account did not order the certificate: revoke it with the certificate's own key, from "
                       "the machine that ordered it, or in the CA's customer portal";
  }
  return std::move(error).with_context("revocation");
}

Task<Result<HttpResponse>> send(Session& session, std::string url, std::string payload,
                                std::optional<PrivateKey> certificate_key) {
  if (!certificate_key) return session.post(std::move(url), std::move(payload));
  return session.post_as(*std::move(certificate_key), "", std::move(url), std::move(payload));
}

}  // namespace

Task<Result<Revoked>> revoke_certificate(Session& session, std::vector<std::uint8_t> certificate_der, int reason,
                                         std::optional<PrivateKey> certificate_key) {
  auto directory_task = session.directory();
  auto directory = co_await std::move(directory_task);
  if (!directory) co_return std::move(directory).error();
  if (directory->revoke_cert.empty()) {
    co_return Error{ErrorKind::configuration,
                    cat(session.endpoint().issuer, " offers no revocation over ACME (no revokeCert in its directory)"),
                    "revoke the certificate in the CA's customer portal"};
  }
  const bool by_certificate_key = certificate_key.has_value();
  std::string payload = revocation_request(certificate_der, reason);
  auto task = send(session, directory->revoke_cert, std::move(payload), std::move(certificate_key));
  auto response = co_await std::move(task);
  if (response) co_return Revoked::now;
  if (response.error().problem_type == "alreadyRevoked") co_return Revoked::before;
  co_return refused_revocation(std::move(response).error(), by_certificate_key);
}

}  // namespace acme
