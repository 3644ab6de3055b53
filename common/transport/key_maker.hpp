// KeyMaker: makes private keys for the engine without stopping it: RSA-4096 takes seconds.
#pragma once

#include <memory>

#include "common/base/task.hpp"
#include "common/crypto/key.hpp"

namespace acme {

class KeyMaker {
 public:
  virtual ~KeyMaker() = default;
  /// ErrorKind::crypto or ::cancelled.
  virtual Task<Result<PrivateKey>> make(KeyType type) = 0;
  /// One more key of this type will be asked for soon: what takes long may begin now.
  virtual void expect(KeyType /*type*/) {}
};

}  // namespace acme
