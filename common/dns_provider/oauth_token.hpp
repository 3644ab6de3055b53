// OauthToken: an access token that is fetched with a grant (RFC 6749 §4), kept until shortly before it expires, and put
// into each request.
#pragma once

#include <functional>
#include <string>

#include "common/base/sync.hpp"
#include "common/dns_provider/api_client.hpp"

namespace acme {

class OauthToken final : public ApiAuthorizer {
 public:
  /// The form of a token request, with the time at which it is made; it may fail (a signature).
  using Grant = std::function<Result<std::string>(UtcTime now)>;

  /// `endpoint` speaks to the token endpoint itself.
  OauthToken(ApiClient endpoint, Grant grant);

  Task<Status> complete(HttpRequest& request) override;
  void refused() override { token_ = {}; }

 private:
  Task<Status> fetch();

  ApiClient endpoint_;
  Grant grant_;
  Semaphore fetching_;
  Secret token_;
  SteadyTime until_{};
};

}  // namespace acme
