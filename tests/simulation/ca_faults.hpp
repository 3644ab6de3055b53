// CaFaults: a SimulatedCa and the way to it, which lose, delay, garble and refuse as long as there is trouble.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/transport/http_client.hpp"
#include "tests/fakes/simulated_ca.hpp"
#include "tests/simulation/chance.hpp"
#include "tests/simulation/history.hpp"

namespace acme_test {

enum class CaFault : std::uint8_t {
  no_connection,  // the CA never hears of it
  lost_answer,    // it does, and its answer is lost
  bad_gateway,    // HTML
  maintenance,    // HTML as if all were well
  internal_error,
  unavailable,  // with some Retry-After
  rate_limited,
  bad_nonce,
  any_problem,
  truncated,
  huge,
  wrong_type,
  garbage,
  nested,      // a thousand arrays deep
  foreign,     // every URL leads to plain http elsewhere
  no_headers,  // neither nonce nor Location
};
inline constexpr int kCaFaults = static_cast<int>(CaFault::no_headers) + 1;
const char* ca_fault_name(CaFault fault);

class CaFaults {
 public:
  /// Both borrowed; `clock` is the CA's.
  CaFaults(std::uint64_t seed, SimulatedCa& ca, std::string name, const acme::Clock& clock, History& history);

  acme::Result<acme::HttpResponse> exchange(const acme::HttpRequest& request);
  /// The trouble of each time has its own kinds and frequency.
  void begin_trouble();
  void end_trouble() { rate_ = 0; }
  bool in_trouble() const noexcept { return rate_ > 0; }

  /// What the last exchange was.
  CaRequest kind() const noexcept { return kind_; }

 private:
  CaFault draw();
  void before(CaFault fault);
  void after(CaFault fault, acme::Result<acme::HttpResponse>& answered);
  std::string some_retry_after();

  SimulatedCa& ca_;
  const std::string name_;
  const acme::Clock& clock_;
  History& history_;
  Chance chance_;
  double rate_ = 0;
  std::vector<CaFault> kinds_;
  std::optional<SimulatedCa::Answer> instead_;
  CaRequest kind_ = CaRequest::unknown;
};

const char* request_name(CaRequest kind);

}  // namespace acme_test
