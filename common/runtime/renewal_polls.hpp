// Asking CAs when they would like certificates renewed (RFC 9773 §4.3), beside the orders: a poll that fails, or
// hangs, is nobody's business.
#pragma once

#include "common/base/task.hpp"
#include "common/runtime/tended_certificate.hpp"

namespace acme {

/// Asks again and again for one certificate, until `stopping` or the scheduler is cancelled.
Task<void> follow_suggestions(Scheduler& scheduler, TendedCertificate& tended, const bool& stopping);

}  // namespace acme
