// Ordering now, by an operator's word: the engine's own attempt, followed line by line.
#pragma once

#include "common/runtime/operations.hpp"

namespace acme {

/// Lets what is due, or failed, be tried now (request.force: all that is meant), and waits until each has a new
/// certificate or failed.
Task<ControlEnd> renew_now(const OperationTools& tools, const ControlRequest& request, Conversation& conversation);

/// How it went for certificates that were told to be ordered: waits until each is.
struct RenewalOutcome {
  std::size_t renewed = 0;
  std::size_t not_due = 0;
  std::size_t failed = 0;
  std::string first_failure;
  std::string first_hint;
  bool cut_off = false;  // the engine stops, or nobody waits any more
};
struct AwaitedCertificate {
  TendedCertificate* tended = nullptr;
  std::uint64_t version_before = 0;
  bool attempted = false;
};
Task<RenewalOutcome> await_renewals(const OperationTools& tools, std::vector<AwaitedCertificate> awaited,
                                    Conversation& conversation);

/// Follows the log on behalf of a conversation: the lines about these certificates and their issuers.
EngineLog::Following follow_certificates(const OperationTools& tools,
                                         const std::vector<TendedCertificate*>& certificates,
                                         Conversation& conversation);

}  // namespace acme
