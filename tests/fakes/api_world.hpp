// ApiWorld: a DNS provider's exchanges, recorded: each request byte by byte, in order, and what is answered.
#pragma once

#include <string>
#include <vector>

#include "common/dns_provider/dns_provider.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/scripted_http.hpp"

namespace acme_test {

struct ApiWorld {
  using Maker = acme::Result<std::unique_ptr<acme::DnsProvider>> (*)(const acme::DnsProviderConfig&,
                                                                     const acme::DnsProviderTools&);
  ApiWorld(std::string name, Maker maker);

  /// The next request must be `request`: "POST https://host/path\nHeader: value\n\nbody", headers in the order in which
  /// they are sent, Content-Type last and only with a body, the empty line always.
  void expect(std::string request, acme::HttpResponse answer);
  /// The same with an error instead of an answer.
  void expect(std::string request, acme::Error error);

  acme::Status present(std::vector<acme::TxtRecord> records);
  acme::Status clean_up(std::vector<acme::TxtRecord> records);
  /// The error of present(), which must fail, when the API answers `answer` to the request that comes after those
  /// already expected. No secret may be in it.
  acme::Error error_of(acme::HttpResponse answer);

  ManualClock clock;
  acme::Scheduler scheduler{clock};
  ScriptedHttp http;
  RecordingLogger log;
  acme::DnsProviderConfig config;

 private:
  struct Exchange {
    std::string request;  // "": any
    acme::Result<acme::HttpResponse> answer;
  };
  acme::DnsProvider& provider();
  acme::Result<acme::HttpResponse> exchange(const acme::HttpRequest& request);
  acme::Status checked(acme::Task<acme::Status> task);

  Maker maker_;
  std::unique_ptr<acme::DnsProvider> provider_;
  std::vector<Exchange> script_;
  std::size_t done_ = 0;
  std::string wrong_;
};

/// answer() with JSON in it.
acme::HttpResponse json_answer(int status, std::string body);
/// Answers that every API client must survive, each an error: HTML, truncated JSON, wrong types, a megabyte.
std::vector<acme::HttpResponse> nasty_answers();

}  // namespace acme_test
