// Revoking by an operator's word: the certificate that is served, an older version of it, or a foreign one.
#pragma once

#include "common/runtime/operations.hpp"

namespace acme {

/// By the certificate's own key when the reason is keyCompromise (the CA then refuses the key for ever), else by the
/// account, and by the key when the account may not. Then a new certificate, always with a new key, is ordered and
/// waited for, unless request.order_new is false.
Task<ControlEnd> revoke(const OperationTools& tools, const ControlRequest& request, Conversation& conversation);

}  // namespace acme
