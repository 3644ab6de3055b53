#include "common/runtime/counting_http.hpp"

namespace acme {

Task<Result<HttpResponse>> CountingHttp::send(HttpRequest request) {
  auto task = http_.send(std::move(request));
  auto response = co_await std::move(task);
  // A stop cancels requests that the CA may well have answered.
  const bool cancelled = !response && response.error().kind == ErrorKind::cancelled;
  if (counters_ != nullptr && !cancelled) counters_->request(issuer_, response ? response->status : 0);
  co_return response;
}

}  // namespace acme
