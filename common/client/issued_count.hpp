// What a CA has issued, in the ledger: its limit of certificates for the same names counts each one that was
// finalized, whatever became of it here.
#pragma once

#include <string>
#include <vector>

#include "common/client/order_flow.hpp"

namespace acme {

/// "a.example.org+2-1f3a...": the same for exactly the same names, readable, short enough for a line.
std::string name_set_key(const std::vector<Identifier>& names);

/// Notes that the order at `url` has become a certificate. As often as that is seen: the ledger that counts knows one
/// order again (runtime/counted_ledger.hpp).
void note_issued(const OrderContext& context, const OrderRequest& request, const std::string& url);

}  // namespace acme
