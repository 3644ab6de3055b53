// next_step: what to do about an order, from what the CA says of it and nothing else. Resuming an
// order after any death is therefore the normal path.
#pragma once

#include <cstdint>

#include "common/protocol/objects.hpp"

namespace acme {

enum class OrderStep : std::uint8_t {
  prove_names,  // answer the authorizations that are not valid yet
  finalize,     // send the CSR
  wait,         // the CA is working: ask again later
  download,     // the certificate is there
  give_up,      // invalid: this order will never become a certificate
};

/// RFC 8555 §7.1.6. `proving`: all challenges of a pending order were answered in this life already.
/// `finalized`: so was the CSR; some CAs report `ready` for a moment longer.
OrderStep next_step(const OrderObject& order, bool proving, bool finalized);

}  // namespace acme
