// HttpEngine: a CurlLoop with its scheduler on the real clock, and send_one() for a single exchange.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/scheduler.hpp"
#include "common/transport/curl_loop.hpp"

namespace acme_test {

using Results = std::vector<acme::Result<acme::HttpResponse>>;

struct HttpEngine {
  HttpEngine();
  /// The answer comes into `results` while the loop runs.
  void start(acme::HttpRequest request);
  void run() { loop->run(); }

  acme::SystemClock clock;
  acme::Scheduler scheduler{clock};
  std::unique_ptr<acme::CurlLoop> loop;
  Results results;
};

acme::Result<acme::HttpResponse> send_one(acme::HttpRequest request);

/// A GET to a plain http URL, which must be a loopback one.
acme::HttpRequest plain(const std::string& url);

/// The message or the hint holds `text`; says what they are when not.
bool has(const acme::Error& error, const std::string& text);

std::chrono::milliseconds since(std::chrono::steady_clock::time_point start);

}  // namespace acme_test
