// OvhSigner: the signature of a request to OVHcloud, with the time of its servers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/sync.hpp"
#include "common/dns_provider/api_client.hpp"

namespace acme {

struct OvhKeys {
  std::string application_key;
  std::string_view application_secret;  // both of the configuration
  std::string_view consumer_key;
};

/// "$1$" and the SHA-1 of secret+consumer key+method+URL+body+time, joined by plus signs. Errors: crypto.
Result<std::string> ovh_signature(const OvhKeys& keys, const HttpRequest& request, std::int64_t time);

class OvhSigner final : public ApiAuthorizer {
 public:
  /// `plain` speaks to the same API without a signature.
  OvhSigner(OvhKeys keys, ApiClient plain);

  Task<Status> complete(HttpRequest& request) override;
  /// The signature was refused: perhaps for its time.
  void refused() override { ahead_.reset(); }

 private:
  Task<Status> read_time();

  OvhKeys keys_;
  ApiClient plain_;
  Semaphore reading_;
  std::optional<Seconds> ahead_;  // the server's clock minus ours
};

}  // namespace acme
