// ManualClock: time that stands still until a test moves it.
#pragma once

#include "common/base/time.hpp"

namespace acme_test {

class ManualClock final : public acme::Clock {
 public:
  /// Wall time begins at 2026-01-01 00:00 UTC unless told otherwise.
  explicit ManualClock(acme::UtcTime start = acme::UtcTime{std::chrono::seconds{1767225600}});

  acme::UtcTime now() const override;
  acme::SteadyTime steady_now() const override;

  /// Both clocks go on.
  void advance(acme::Duration duration);
  /// The same, to a steady time; never backwards.
  void advance_to(acme::SteadyTime time);
  /// Somebody sets the wall clock; steady time does not notice.
  void set_wall(acme::UtcTime time);

 private:
  acme::UtcTime start_;
  acme::Duration elapsed_{0};
};

}  // namespace acme_test
