#include "tests/fakes/scripted_http.hpp"

#include <algorithm>

namespace acme_test {

using namespace acme;

ScriptedHttp::ScriptedHttp(Scheduler& scheduler, Handler handler)
    : scheduler_{scheduler}, handler_{std::move(handler)} {}

Task<Result<HttpResponse>> ScriptedHttp::send(HttpRequest request) {
  if (scheduler_.cancelled()) co_return Error{ErrorKind::cancelled, "stopped"};
  requests_.push_back(request);
  most_at_once_ = std::max(most_at_once_, ++under_way_);
  auto result = handler_(request);
  if (result && result->effective_url.empty()) result->effective_url = request.url;
  auto delay = scheduler_.sleep_for(delay_);
  const Wake wake = co_await delay;
  --under_way_;
  if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "stopped"};
  co_return result;
}

std::size_t ScriptedHttp::count(std::string_view ending) const {
  return static_cast<std::size_t>(std::count_if(requests_.begin(), requests_.end(), [&](const HttpRequest& request) {
    return std::string_view{request.url}.ends_with(ending);
  }));
}

HttpResponse answer(int status, std::string body, std::vector<std::pair<std::string, std::string>> headers) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  return response;
}

}  // namespace acme_test
