// NoticeDesk: looks every few seconds what is wrong with the engine's certificates, and has people told (acme_notify).
//
// What they are told is decided in report/notice_book.hpp, how it reaches them in notice_sender.hpp; both are kept in
// engine/notices.json, so that a restart neither repeats nor loses anything. Without receivers it does nothing.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/report/notice_book.hpp"
#include "common/runtime/certificate_event.hpp"
#include "common/runtime/notice_sender.hpp"

namespace acme {

class NoticeDesk {
 public:
  struct Services {
    Scheduler* scheduler = nullptr;
    Logger* log = nullptr;
    /// All that is wrong now.
    std::function<std::vector<Trouble>()> troubles;
    NoticeBook::FactsOf facts_of;
    /// Keeps the text for the next life.
    std::function<Status(const std::string&)> save;
  };

  /// `before`: what an earlier life saved; may be empty or damaged.
  NoticeDesk(std::unique_ptr<NoticeSender> sender, const std::string& before, Services services);

  void happened(const CertificateEvent& event);
  /// Until stop() or the scheduler's cancel_all(). After Engine::load().
  Task<void> run();
  void stop();
  NoticeSender& sender() noexcept { return *sender_; }

 private:
  void look();
  void save();
  Task<void> watch();
  Task<void> keep();

  std::unique_ptr<NoticeSender> sender_;
  Services services_;
  NoticeBook book_;
  Signal stopped_;
  Signal delivered_;
  std::string told_;      // why it could not be saved
  bool unsaved_ = false;  // the last try failed
  bool stopping_ = false;
};

inline constexpr const char* kNoticeFile = "notices.json";
inline constexpr std::size_t kMostNoticeBytes = 16 * 1024 * 1024;

}  // namespace acme
