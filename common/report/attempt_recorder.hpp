// AttemptRecorder: keeps what an attempt tells of itself, with times, within bounds: a CA's order of a hundred names,
// or one that goes on for hours, makes no large record.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/report/order_progress.hpp"

namespace acme {

class AttemptRecorder final : public OrderProgress {
 public:
  static constexpr std::size_t kMostSteps = 40;  // beyond: what is told is kept in the last one
  static constexpr std::size_t kMostNames = 100;

  /// `clock` is borrowed. `changed` is called after each change; may be empty, and must be cheap.
  AttemptRecorder(const Clock& clock, std::function<void()> changed);

  /// A new attempt, which waits for its turn first.
  void begin(const std::string& issuer, const std::string& reason, const std::vector<std::string>& names);
  /// It did not come to an attempt: the one before is there again.
  void take_back();
  /// Nothing happens outside of an attempt.
  void step(const std::string& what, const std::string& detail = {}) override;
  void name(const std::string& name, NameStage stage, const std::string& challenge = {},
            const std::string& detail = {}) override;
  /// The last step ends; by an error it failed.
  void end(const Status& outcome);

  bool under_way() const noexcept { return under_way_; }
  /// The last one, or that under way; nullptr: there was none.
  const Attempt* attempt() const noexcept { return attempt_ ? &*attempt_ : nullptr; }

 private:
  std::chrono::milliseconds since(SteadyTime moment) const;
  void end_step();
  void tell() const;

  const Clock& clock_;
  std::function<void()> changed_;
  std::optional<Attempt> attempt_;
  std::optional<Attempt> before_;
  SteadyTime begun_;
  SteadyTime step_begun_;
  bool under_way_ = false;
};

}  // namespace acme
