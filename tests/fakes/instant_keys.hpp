// InstantKeys: a KeyMaker without a thread.
#pragma once

#include "common/transport/key_maker.hpp"

namespace acme_test {

class InstantKeys final : public acme::KeyMaker {
 public:
  acme::Task<acme::Result<acme::PrivateKey>> make(acme::KeyType type) override {
    ++made;
    co_return acme::PrivateKey::generate(type);
  }

  int made = 0;
};

}  // namespace acme_test
