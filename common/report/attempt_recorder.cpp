#include "common/report/attempt_recorder.hpp"

#include <algorithm>
#include <utility>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::size_t kShortText = 120;
constexpr std::size_t kNameText = 255;
constexpr std::size_t kLongText = 512;

}  // namespace

AttemptRecorder::AttemptRecorder(const Clock& clock, std::function<void()> changed)
    : clock_{clock}, changed_{std::move(changed)} {}

void AttemptRecorder::begin(const std::string& issuer, const std::string& reason,
                            const std::vector<std::string>& names) {
  before_ = std::move(attempt_);
  Attempt attempt;
  attempt.begun = clock_.now();
  attempt.issuer = cleaned(issuer, kShortText);
  attempt.reason = cleaned(reason, kShortText);
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) {
    NameProgress progress;
    progress.name = cleaned(names[i], kNameText);
    attempt.names.push_back(std::move(progress));
  }
  attempt_ = std::move(attempt);
  begun_ = clock_.steady_now();
  under_way_ = true;
  step("waiting for its turn");
}

void AttemptRecorder::take_back() {
  if (!under_way_) return;
  attempt_ = std::exchange(before_, std::nullopt);
  under_way_ = false;
  tell();
}

void AttemptRecorder::step(const std::string& what, const std::string& detail) {
  if (!under_way_) return;
  auto& steps = attempt_->steps;
  const bool full = steps.size() >= kMostSteps;
  if (!full) {
    end_step();
    steps.emplace_back();
    steps.back().begun = clock_.now();
    step_begun_ = clock_.steady_now();
  }
  steps.back().what = cleaned(what, kShortText);
  steps.back().detail = cleaned(detail, kLongText);
  tell();
}

void AttemptRecorder::name(const std::string& name, NameStage stage, const std::string& challenge,
                           const std::string& detail) {
  if (!under_way_) return;
  auto& names = attempt_->names;
  const std::string shown = cleaned(name, kNameText);
  auto found = std::find_if(names.begin(), names.end(), [&](const NameProgress& one) { return one.name == shown; });
  if (found == names.end()) {
    if (names.size() >= kMostNames) return;
    names.emplace_back();
    found = std::prev(names.end());
    found->name = shown;
  }
  // "proved before" stays.
  if (found->stage == NameStage::valid && stage == NameStage::valid && detail.empty()) return;
  found->stage = stage;
  if (!challenge.empty()) found->challenge = cleaned(challenge, kShortText);
  found->detail = cleaned(detail, kLongText);
  tell();
}

void AttemptRecorder::end(const Status& outcome) {
  if (!under_way_) return;
  end_step();
  Attempt& attempt = *attempt_;
  attempt.took = since(begun_);
  attempt.succeeded = static_cast<bool>(outcome);
  if (!outcome && !attempt.steps.empty()) {
    attempt.steps.back().failed = true;
    attempt.steps.back().detail = cleaned(outcome.error().message, kLongText);
  }
  if (outcome) {
    for (auto& one : attempt.names) one.stage = NameStage::valid;
  }
  attempt.steps.shrink_to_fit();
  attempt.names.shrink_to_fit();
  before_.reset();
  under_way_ = false;
  tell();
}

std::chrono::milliseconds AttemptRecorder::since(SteadyTime moment) const {
  return std::chrono::round<std::chrono::milliseconds>(clock_.steady_now() - moment);
}

void AttemptRecorder::end_step() {
  if (attempt_->steps.empty()) return;
  attempt_->steps.back().took = since(step_begun_);
}

void AttemptRecorder::tell() const {
  if (changed_) changed_();
}

}  // namespace acme
