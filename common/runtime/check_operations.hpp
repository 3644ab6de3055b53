// `acmectl check`: all that an order needs, looked at now, from the machine to the CA.
#pragma once

#include "common/runtime/operations.hpp"

namespace acme {

/// Findings one after the other as they come; no order is made and nothing is changed. A name that is in no certificate
/// is looked at as a CA of the public web would.
Task<ControlEnd> check(const OperationTools& tools, const ControlRequest& request, Conversation& conversation);

}  // namespace acme
