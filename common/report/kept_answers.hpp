// KeptAnswers: what a flood of questions may cost a process that serves the status page.
//
// The page of many certificates takes milliseconds to make, their metrics megabytes. So that whoever may ask cannot
// take the processor or the memory from those who visit the site:
//   - who asks the same within one second gets the same answer, and one is made at a time;
//   - making takes a twentieth of one processor at most, half a second of it at once;
//   - answers that are being sent are 64 MiB at most, however slowly they are read.
// Whoever comes beyond that is told to ask again a second later, with status 503.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "common/base/time.hpp"
#include "common/report/status_page.hpp"

namespace acme {

inline constexpr int kPartForAnswers = 20;  // one twentieth
inline constexpr Duration kAnswersAtOnce = std::chrono::milliseconds{500};
inline constexpr std::size_t kMostBeingSent = std::size_t{64} * 1024 * 1024;
/// Larger ones are shared while somebody is sent them, and not kept besides.
inline constexpr std::size_t kLargestKept = std::size_t{256} * 1024;

/// May be used by several threads at once.
class KeptAnswers {
 public:
  /// `clock` must outlive this; `spent`: processor time of the calling thread.
  explicit KeptAnswers(const Clock& clock, std::function<Duration()> spent = processor_time,
                       std::size_t most_being_sent = kMostBeingSent);

  /// What answer_status() says, of this moment or of a little earlier in the same second.
  SharedStatusResponse answer(const StatusRequest& request, StatusSource& source);

  static Duration processor_time();

 private:
  struct Kept {
    std::string question;
    UtcTime second;
    std::weak_ptr<const StatusResponse> shared;
    SharedStatusResponse kept;  // of one that is not large
  };
  SharedStatusResponse find(const std::string& question, UtcTime second) const;
  SharedStatusResponse make(const StatusRequest& request, StatusSource& source);
  bool may_make() const;

  const Clock& clock_;
  std::function<Duration()> spent_;
  const std::size_t most_being_sent_;                     // bytes
  std::shared_ptr<std::atomic<std::size_t>> being_sent_;  // bytes; outlives this when an answer does
  std::mutex mutex_;                                      // guards what follows
  SteadyTime paid_until_;
  std::array<Kept, 8> answers_;
  std::size_t oldest_ = 0;
};

}  // namespace acme
