// How an order tells what it does: an OrderProgress may be absent.
#pragma once

#include <string>

#include "common/client/order_flow.hpp"

namespace acme {

inline void tell_step(const OrderContext& context, const std::string& what, const std::string& detail = {}) {
  if (context.progress != nullptr) context.progress->step(what, detail);
}

inline void tell_name(const OrderContext& context, const std::string& name, NameStage stage,
                      const std::string& challenge = {}, const std::string& detail = {}) {
  if (context.progress != nullptr) context.progress->name(name, stage, challenge, detail);
}

}  // namespace acme
