#include "common/report/kept_answers.hpp"

#include <time.h>

#include <algorithm>

#include "common/base/text.hpp"
#include "common/report/page_frame.hpp"

namespace acme {

namespace {

/// All that an answer depends on, but for the time; of a question that is not read further, what is said about it.
std::string question_of(const StatusRequest& request) {
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  const auto format = static_cast<int>(status_format(request));
  const auto query = request.query.substr(0, kLongestQuery + 1);
  return cat(is_read ? "r" : "w", format, request.path.size() > 1 ? "b" : "p", query);
}

std::size_t size_of(const StatusResponse& response) {
  std::size_t size = sizeof response;
  for (const std::string& piece : response.body) size += piece.capacity();
  return size;
}

SharedStatusResponse too_often() {
  auto headers = data_headers();
  headers.emplace_back("Retry-After", "1");
  return std::make_shared<StatusResponse>(StatusResponse{
      503, "text/plain; charset=utf-8", std::move(headers), {"The status is asked for too often at the moment.\n"}});
}

}  // namespace

Duration KeptAnswers::processor_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds{time.tv_sec} + Duration{time.tv_nsec};
}

KeptAnswers::KeptAnswers(const Clock& clock, std::function<Duration()> spent, std::size_t most_being_sent)
    : clock_{clock},
      spent_{std::move(spent)},
      most_being_sent_{most_being_sent},
      being_sent_{std::make_shared<std::atomic<std::size_t>>(0)} {}

SharedStatusResponse KeptAnswers::find(const std::string& question, UtcTime second) const {
  for (const Kept& one : answers_) {
    if (one.second == second && one.question == question) return one.shared.lock();
  }
  return nullptr;
}

bool KeptAnswers::may_make() const {
  return paid_until_ <= clock_.steady_now() + kAnswersAtOnce * kPartForAnswers &&
         being_sent_->load(std::memory_order_relaxed) <= most_being_sent_;
}

/// Counts as being sent until nobody has it any more.
SharedStatusResponse KeptAnswers::make(const StatusRequest& request, StatusSource& source) {
  const Duration before = spent_();
  auto made = std::make_unique<StatusResponse>(answer_status(request, source));
  const std::size_t size = size_of(*made);
  auto forget = [size, total = being_sent_](const StatusResponse* response) {
    total->fetch_sub(size, std::memory_order_relaxed);
    delete response;
  };
  being_sent_->fetch_add(size, std::memory_order_relaxed);
  SharedStatusResponse shared{made.release(), std::move(forget)};
  paid_until_ = std::max(paid_until_, clock_.steady_now()) + (spent_() - before) * kPartForAnswers;
  return shared;
}

SharedStatusResponse KeptAnswers::answer(const StatusRequest& request, StatusSource& source) {
  auto question = question_of(request);
  const std::lock_guard held{mutex_};
  if (auto found = find(question, request.now)) return found;
  if (!may_make()) return too_often();
  auto made = make(request, source);
  Kept& place = answers_[oldest_];
  oldest_ = (oldest_ + 1) % answers_.size();
  place = {std::move(question), request.now, made, size_of(*made) <= kLargestKept ? made : nullptr};
  return made;
}

}  // namespace acme
