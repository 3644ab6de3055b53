// The network of one engine process: each exchange takes its time, and what the engine gives up is not answered.
#pragma once

#include <functional>

#include "common/base/scheduler.hpp"
#include "common/dns/dns_lookup.hpp"
#include "common/transport/http_client.hpp"
#include "tests/simulation/chance.hpp"

namespace acme_test {

/// How the DNS is, for all.
enum class DnsWeather : std::uint8_t { calm, no_names, failing, silent, forbids };

/// Answers what has arrived.
using Deliver = std::function<acme::Result<acme::HttpResponse>(const acme::HttpRequest&)>;

class SimulatedNetwork final : public acme::HttpClient, public acme::DnsLookup {
 public:
  /// All borrowed.
  SimulatedNetwork(acme::Scheduler& scheduler, Chance& chance, Deliver deliver, const DnsWeather& dns)
      : scheduler_{scheduler}, chance_{chance}, deliver_{std::move(deliver)}, dns_{dns} {}

  acme::Task<acme::Result<acme::HttpResponse>> send(acme::HttpRequest request) override;
  acme::Task<acme::Result<acme::DnsAnswer>> ask(acme::DnsQuestion question) override;

  /// Exchanges and questions that have not ended.
  std::size_t under_way() const noexcept { return under_way_; }

 private:
  acme::Duration latency();

  acme::Scheduler& scheduler_;
  Chance& chance_;
  Deliver deliver_;
  const DnsWeather& dns_;
  std::size_t under_way_ = 0;
};

}  // namespace acme_test
