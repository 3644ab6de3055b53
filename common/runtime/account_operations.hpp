// An issuer's account, looked at and changed by an operator's word.
#pragma once

#include "common/runtime/operations.hpp"

namespace acme {

/// A row for each issuer (request.issuer: for that one), with what its CA says of the account. Registers nothing.
Task<ControlEnd> show_accounts(const OperationTools& tools, const ControlRequest& request, Conversation& conversation);

/// Both wait until no order of the issuer is under way, and let none begin meanwhile. `turn`: one at a time.
Task<ControlEnd> roll_over(const OperationTools& tools, const ControlRequest& request, Conversation& conversation,
                           Semaphore& turn);
Task<ControlEnd> deactivate(const OperationTools& tools, const ControlRequest& request, Conversation& conversation,
                            Semaphore& turn);

}  // namespace acme
