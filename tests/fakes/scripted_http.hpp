// ScriptedHttp: an HttpClient whose answers a test writes as a function. It keeps every request.
#pragma once

#include <functional>
#include <vector>

#include "common/base/scheduler.hpp"
#include "common/transport/http_client.hpp"

namespace acme_test {

class ScriptedHttp final : public acme::HttpClient {
 public:
  using Handler = std::function<acme::Result<acme::HttpResponse>(const acme::HttpRequest&)>;

  ScriptedHttp(acme::Scheduler& scheduler, Handler handler);

  /// Asks the handler at once and hands its answer over after the delay, on the scheduler's clock.
  acme::Task<acme::Result<acme::HttpResponse>> send(acme::HttpRequest request) override;

  void set_handler(Handler handler) { handler_ = std::move(handler); }
  /// How long each answer takes from now on; 0 still goes through the scheduler.
  void set_delay(acme::Duration delay) { delay_ = delay; }

  const std::vector<acme::HttpRequest>& requests() const noexcept { return requests_; }
  /// How many requests went to URLs that end in `ending`.
  std::size_t count(std::string_view ending) const;
  /// The most that were ever under way at once.
  std::size_t most_at_once() const noexcept { return most_at_once_; }

 private:
  acme::Scheduler& scheduler_;
  Handler handler_;
  acme::Duration delay_{0};
  std::vector<acme::HttpRequest> requests_;
  std::size_t under_way_ = 0;
  std::size_t most_at_once_ = 0;
};

/// An answer in one expression: answer(201, body, {{"replay-nonce", "n1"}}). Names in lower case.
acme::HttpResponse answer(int status, std::string body = {},
                          std::vector<std::pair<std::string, std::string>> headers = {});

}  // namespace acme_test
