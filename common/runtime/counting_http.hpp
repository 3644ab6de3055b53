// CountingHttp: counts what one issuer was asked, and what it answered.
#pragma once

#include <string>

#include "common/report/counters.hpp"
#include "common/transport/http_client.hpp"

namespace acme {

class CountingHttp final : public HttpClient {
 public:
  /// `http` and `counters` are borrowed; without counters nothing is counted.
  CountingHttp(HttpClient& http, std::string issuer, Counters* counters)
      : http_{http}, issuer_{std::move(issuer)}, counters_{counters} {}

  Task<Result<HttpResponse>> send(HttpRequest request) override;

 private:
  HttpClient& http_;
  std::string issuer_;
  Counters* counters_;
};

}  // namespace acme
