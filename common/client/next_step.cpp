#include "common/client/next_step.hpp"

namespace acme {

OrderStep next_step(const OrderObject& order, bool proving, bool finalized) {
  switch (order.status) {
    // Without authorizations it is not all there yet: looked at again, and then perhaps with something to prove.
    case OrderStatus::pending:
      return proving || order.authorizations.empty() ? OrderStep::wait : OrderStep::prove_names;
    case OrderStatus::ready: return finalized ? OrderStep::wait : OrderStep::finalize;
    case OrderStatus::processing: return OrderStep::wait;
    // Valid without a certificate URL is a CA's slip of timing: it will be there at the next look.
    case OrderStatus::valid: return order.certificate.empty() ? OrderStep::wait : OrderStep::download;
    case OrderStatus::invalid: return OrderStep::give_up;
  }
  return OrderStep::give_up;
}

}  // namespace acme
