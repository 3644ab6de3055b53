// OrderGate: lets new orders to one issuer through as fast as its limit allows (renew/limits.hpp), in order of asking.
#pragma once

#include <string>

#include "common/base/log.hpp"
#include "common/base/sync.hpp"
#include "common/base/task.hpp"
#include "common/renew/limits.hpp"

namespace acme {

class OrderGate {
 public:
  struct Services {
    Scheduler* scheduler = nullptr;
    Logger* log = nullptr;
    const Limits* limits = nullptr;
  };

  /// `limited`: this issuer has a limit; another's gate is always open.
  OrderGate(std::string issuer, bool limited, Services services);

  /// True: go on, and leave() when the order is made, or is not. False: the engine stops. First issuances wait in a
  /// lane of their own, behind which no renewal ever stands.
  Task<bool> enter(bool first_issuance);
  void leave();
  /// All who wait are let go with false, now and later.
  void stop();

 private:
  struct Lane {
    Lane(Scheduler& scheduler, std::size_t allowed) : turn{scheduler, 1}, limit{allowed} {}
    Semaphore turn;
    std::size_t limit;
    bool told = false;
  };
  void tell(Lane& lane, UtcTime slot);

  std::string issuer_;
  bool limited_;
  Services services_;
  Lane first_;
  Lane renewals_;
  Signal moved_;
  std::size_t inside_ = 0;
  bool stopping_ = false;
};

}  // namespace acme
