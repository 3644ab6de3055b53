// What probes of a name by http-01 mean, in words: pure functions over what was observed.
#pragma once

#include <string>
#include <vector>

#include "common/preflight/http_probe.hpp"
#include "common/preflight/server_facts.hpp"
#include "common/report/finding.hpp"

namespace acme {

/// One finding for each probe, all of one name. `public_ca`: only public addresses can be reached by it. `holder`: who
/// holds port 80 of this machine (port_holder()) where this server does not listen there.
std::vector<Finding> judge_http(const std::vector<ProbeFacts>& probes, const ServerFacts& server, bool public_ca,
                                const std::string& holder);

}  // namespace acme
