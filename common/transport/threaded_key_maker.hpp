// ThreadedKeyMaker: ECDSA keys at once (50 us), RSA keys one after the other in one helper thread,
// started when the first is asked for and aborted in the middle of a key when the engine stops.
#pragma once

#include <memory>

#include "common/base/scheduler.hpp"
#include "common/transport/curl_loop.hpp"
#include "common/transport/key_maker.hpp"

namespace acme {

class ThreadedKeyMaker final : public KeyMaker {
 public:
  ThreadedKeyMaker(Scheduler& scheduler, CurlLoop& loop);
  /// Joins the helper thread; call after the loop has ended and before the loop is destroyed.
  ~ThreadedKeyMaker() override;
  Task<Result<PrivateKey>> make(KeyType type) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace acme
