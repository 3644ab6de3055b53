// ThreadedKeyMaker: ECDSA keys at once (50 us), RSA keys (0.1 to 5 s) in helper threads: one for each processor, four
// at most, started when they are needed, behind everything else that wants the processor, and aborted in the middle of
// a key when the engine stops.
#pragma once

#include <memory>

#include "common/base/scheduler.hpp"
#include "common/transport/curl_loop.hpp"
#include "common/transport/key_maker.hpp"

namespace acme {

class ThreadedKeyMaker final : public KeyMaker {
 public:
  ThreadedKeyMaker(Scheduler& scheduler, CurlLoop& loop);
  /// Joins the helper threads; call after the loop has ended and before the loop is destroyed.
  ~ThreadedKeyMaker() override;
  Task<Result<PrivateKey>> make(KeyType type) override;
  /// At most 64 keys are made ahead; one that is never asked for is kept for the next certificate.
  void expect(KeyType type) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace acme
