// CurlLoop: the engine's event loop, one thread. It drives one curl_multi (connections are reused,
// HTTP/2 is multiplexed), the scheduler's timers, the descriptors that tasks wait for, and wake-ups from other threads.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/base/descriptors.hpp"
#include "common/base/scheduler.hpp"
#include "common/transport/http_client.hpp"

namespace acme {

class CurlLoop final : public HttpClient {
 public:
  /// `user_agent`: "mod_acme/0.1 httpd/2.4.71". ErrorKind::internal when libcurl cannot be set up
  /// or was linked against another OpenSSL than ours.
  static Result<std::unique_ptr<CurlLoop>> create(Scheduler& scheduler, std::string user_agent);
  ~CurlLoop() override;

  /// At most 8 connections are open to one host; what waits for one counts into the time-out.
  Task<Result<HttpResponse>> send(HttpRequest request) override;

  /// Runs until every task of the scheduler has ended. After request_stop() all waits are cancelled
  /// first, hung transfers and name look-ups included, so it returns within milliseconds.
  /// SIGPIPE is blocked in the calling thread from then on.
  void run();

  /// Any thread, any number of times; a signal handler too.
  void request_stop() noexcept;
  /// Any thread: `work` runs on the loop's thread soon. Dropped once the loop has ended.
  void post(std::function<void()> work);
  /// What its tasks wait for beside HTTP; used on the loop's thread.
  Descriptors& descriptors() noexcept;

 private:
  struct State;
  explicit CurlLoop(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace acme
