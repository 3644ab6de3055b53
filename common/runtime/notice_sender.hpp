// NoticeSender: brings notices to those who are to be told (acme_notify).
//
// Each notice to each receiver by itself: what fails is tried again after 5 s, 1 min, 10 min, 1 h and 6 h and then
// given up; a receiver that hangs delays no other. What is not delivered yet is remembered (lines(), take_up()). A
// receiver is told only so often an hour; what is beyond that becomes one notice that sums it up.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <string>
#include <vector>

#include "common/base/join.hpp"
#include "common/base/log.hpp"
#include "common/base/random.hpp"
#include "common/base/sync.hpp"
#include "common/report/counters.hpp"
#include "common/report/notice.hpp"

namespace acme {

class NoticeSender {
 public:
  struct Services {
    Scheduler* scheduler = nullptr;
    Random* random = nullptr;
    Logger* log = nullptr;
    Counters* counters = nullptr;  // may be absent
    /// One try. The error says why, without what is secret.
    std::function<Task<Status>(const NotifyConfig&, Notice)> deliver;
    std::string host;
    std::string server;  // "ngx_acme/0.1 nginx/1.22.1"
  };

  /// `receivers` are borrowed.
  NoticeSender(const std::vector<NotifyConfig>& receivers, Services services);
  ~NoticeSender();
  NoticeSender(const NoticeSender&) = delete;
  NoticeSender& operator=(const NoticeSender&) = delete;

  /// For those who want this event.
  void tell(Notice notice);
  /// Sends what was held back and may go now; called now and then.
  void look_again();
  /// Anybody who wants `renewed`?
  bool wants(NoticeEvent event) const;
  std::size_t receivers() const noexcept { return receivers_.size(); }
  /// "webhook chat.example", "mail root": without what may be secret.
  std::string name_of(std::size_t receiver) const;
  /// One try of a test notice, and nothing else. `receiver` < receivers().
  Task<Status> test(std::size_t receiver);

  /// Called when a delivery has ended, or is to be tried again.
  void on_change(std::function<void()> told) { told_change_ = std::move(told); }
  bool changed() const noexcept { return changed_; }
  std::vector<std::string> lines();
  /// One line of an earlier sender; of any other, or for a receiver that is not configured any more, nothing.
  void take_up(const Json& line);

  /// Begins with what is there; ends after stop(), when no try is under way any more.
  Task<void> run();
  void stop();

 private:
  struct Delivery {
    Notice notice;
    std::uint32_t attempts = 0;  // that failed
    std::optional<UtcTime> next_try;
  };
  struct Receiver {
    Receiver(const NotifyConfig& of, std::string its_key, Scheduler& scheduler)
        : config{of}, key{std::move(its_key)}, turn{scheduler, 1} {}
    const NotifyConfig& config;
    std::string key;  // the same after a restart, and no secret
    Semaphore turn;
    std::list<Delivery> deliveries;
    std::vector<UtcTime> told;  // within the last hour
    bool failing = false;
    // What came too fast.
    std::vector<std::string> held_titles;
    std::size_t held = 0;
    NoticeEvent held_event = NoticeEvent::failed;
    NoticeSeverity held_severity = NoticeSeverity::info;
  };

  std::string receiver_line(const Receiver& receiver) const;
  void add(Receiver& receiver, Notice notice);
  void begin(Receiver& receiver, std::list<Delivery>::iterator delivery);
  void hold(Receiver& receiver, const Notice& notice);
  bool may_tell(Receiver& receiver);
  void finish(Notice& notice) const;
  Task<void> serve(Receiver& receiver, std::list<Delivery>::iterator delivery);
  Task<bool> wait_for_turn(const Delivery& delivery);
  Task<Status> attempt(Receiver& receiver, Notice notice);
  bool note_failure(Receiver& receiver, Delivery& delivery, const Error& error);

  Services services_;
  std::list<Receiver> receivers_;
  Signal changed_signal_;
  TaskGroup tasks_;
  std::function<void()> told_change_;
  bool changed_ = false;
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace acme
