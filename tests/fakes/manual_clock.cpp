#include "tests/fakes/manual_clock.hpp"

namespace acme_test {

using namespace acme;

namespace {

/// Not zero, so that a mix-up of a steady time with a duration shows.
constexpr SteadyTime kSteadyStart{std::chrono::hours{1000}};

}  // namespace

ManualClock::ManualClock(UtcTime start) : start_{start} {}

UtcTime ManualClock::now() const { return start_ + std::chrono::floor<Seconds>(elapsed_); }

SteadyTime ManualClock::steady_now() const { return kSteadyStart + elapsed_; }

void ManualClock::advance(Duration duration) { elapsed_ += duration; }

void ManualClock::advance_to(SteadyTime time) {
  if (time > steady_now()) advance(time - steady_now());
}

void ManualClock::set_wall(UtcTime time) { start_ += time - now(); }

}  // namespace acme_test
