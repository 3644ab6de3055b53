// `acmectl notify-test`: a test notice to each receiver of acme_notify, and what each answered.
#pragma once

#include "common/runtime/operations.hpp"

namespace acme {

/// All at once, so that one that hangs delays no other. Fails when one of them was not reached.
Task<ControlEnd> notify_test(const OperationTools& tools, Conversation& conversation);

}  // namespace acme
