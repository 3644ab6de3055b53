// An issuer before an order: its directory can be reached and is trusted, the clocks agree, the account can be used,
// nothing is paused.
#pragma once

#include <vector>

#include "common/report/finding.hpp"
#include "common/runtime/operations.hpp"

namespace acme {

/// `issuer` outlives the task. One GET of its directory; no request that is signed.
Task<std::vector<Finding>> check_issuer(const OperationTools& tools, IssuerRuntime& issuer);

/// Pure: "clock"; `difference`: of the CA's clock and ours.
Finding judge_clock(const std::string& issuer, Seconds difference);

}  // namespace acme
