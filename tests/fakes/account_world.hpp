// AccountWorld: one account at one simulated CA, without an engine around it. Store and CA outlive
// the lives that a test begins and ends, at any exchange if it likes.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "common/client/account.hpp"
#include "tests/fakes/instant_keys.hpp"
#include "tests/fakes/memory_store.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/run.hpp"
#include "tests/fakes/scripted_http.hpp"
#include "tests/fakes/simulated_ca.hpp"

namespace acme_test {

class AccountWorld {
 public:
  AccountWorld() {
    issuer.name = "ca";
    issuer.uri = ca.directory_url();
    issuer.contact = {"mailto:admin@example.com"};
    start();
  }
  ~AccountWorld() { end(); }
  AccountWorld(const AccountWorld&) = delete;
  AccountWorld& operator=(const AccountWorld&) = delete;

  /// Ends the life that is, and begins the next with a new session.
  void start() {
    end();
    life_ = std::make_unique<Life>(*this);
  }
  /// Ends this life at the k-th exchange from now (1: the next): the CA has seen it, the answer is lost.
  void die_at_exchange(int k) { deadly_exchange_ = k; }
  bool has_died() const { return life_->scheduler.cancelled(); }
  /// The answer of the k-th exchange from now does not arrive; `processed`: but the CA did what was asked.
  void lose_exchange(int k, bool processed) {
    lost_exchange_ = k;
    lost_processed_ = processed;
  }

  acme::Session& session() { return life_->session; }
  ScriptedHttp& http() { return life_->http; }
  acme::AccountContext context() {
    acme::AccountContext context;
    context.issuer = &issuer;
    context.session = &life_->session;
    context.store = &store;
    context.keys = &keys;
    context.log = &log;
    return context;
  }
  template <class T>
  T run(acme::Task<T> task) {
    return acme_test::run(life_->scheduler, clock, std::move(task));
  }
  acme::Scheduler& scheduler() { return life_->scheduler; }
  std::optional<acme::StoredAccount> stored() {
    auto slot = acme::account_slot(issuer);
    if (!slot) return std::nullopt;
    auto loaded = store.load_account(*slot);
    return loaded ? std::move(*loaded) : std::nullopt;
  }

  ManualClock clock;
  MemoryStore store;
  RecordingLogger log;
  InstantKeys keys;
  SimulatedCa ca{"ca.test", clock, [](const std::string&) { return std::nullopt; }};
  acme::IssuerConfig issuer;

 private:
  struct Life {
    explicit Life(AccountWorld& world)
        : scheduler{world.clock},
          http{scheduler, [&world](const acme::HttpRequest& request) { return world.exchange(request); }},
          session{{world.issuer.name, world.issuer.uri, {}}, http, scheduler, world.log} {}
    acme::Scheduler scheduler;
    ScriptedHttp http;
    acme::Session session;
  };

  acme::Result<acme::HttpResponse> exchange(const acme::HttpRequest& request) {
    const bool lost = lost_exchange_ > 0 && --lost_exchange_ == 0;
    if (lost && !lost_processed_) return no_answer();
    auto answered = ca.handle(request);
    if (deadly_exchange_ > 0 && --deadly_exchange_ == 0) life_->scheduler.cancel_all();
    if (lost) return no_answer();
    return answered;
  }
  void end() {
    if (life_) stop(life_->scheduler);
    life_.reset();
    deadly_exchange_ = 0;
    lost_exchange_ = 0;
  }

  std::unique_ptr<Life> life_;
  int deadly_exchange_ = 0;
  int lost_exchange_ = 0;
  bool lost_processed_ = false;
};

}  // namespace acme_test
