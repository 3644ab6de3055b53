#include "common/runtime/notice_desk.hpp"

#include "common/base/join.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr Duration kLook = std::chrono::seconds{5};
/// Deliveries that end together are one write: hundreds to syslog end in one moment.
constexpr Duration kGathered = std::chrono::milliseconds{200};

}  // namespace

NoticeDesk::NoticeDesk(std::unique_ptr<NoticeSender> sender, const std::string& before, Services services)
    : sender_{std::move(sender)},
      services_{std::move(services)},
      stopped_{*services_.scheduler},
      delivered_{*services_.scheduler} {
  for (const auto line : split(before, '\n')) {
    const auto json = Json::parse(line);
    if (!json) continue;
    book_.take_up(*json);
    sender_->take_up(*json);
  }
  // A death a moment later repeats nothing.
  sender_->on_change([this] { stopping_ ? save() : delivered_.notify(); });
}

void NoticeDesk::happened(const CertificateEvent& event) {
  if (event.event != HookEvent::renewed || stopping_ || !sender_->wants(NoticeEvent::renewed)) return;
  const auto facts = services_.facts_of(event.certificate->id);
  if (facts) book_.renewed(*facts, services_.scheduler->clock().now());
}

Task<void> NoticeDesk::run() {
  if (sender_->receivers() == 0) co_return;
  std::vector<Task<void>> tasks;
  tasks.push_back(sender_->run());
  tasks.push_back(watch());
  tasks.push_back(keep());
  auto all = join_all(*services_.scheduler, std::move(tasks));
  co_await std::move(all);
  save();
}

void NoticeDesk::stop() {
  stopping_ = true;
  stopped_.notify();
  delivered_.notify();
  sender_->stop();
}

Task<void> NoticeDesk::watch() {
  while (!stopping_) {
    look();
    const Wake wake = co_await stopped_.wait_until(services_.scheduler->clock().steady_now() + kLook);
    if (wake == Wake::cancelled) co_return;
  }
}

/// Saves what became of deliveries.
Task<void> NoticeDesk::keep() {
  while (!stopping_) {
    const Wake told = co_await delivered_.wait_until(std::nullopt);
    if (told == Wake::cancelled || stopping_) co_return;
    const Wake wake = co_await stopped_.wait_until(services_.scheduler->clock().steady_now() + kGathered);
    if (wake == Wake::cancelled) co_return;
    save();
  }
}

void NoticeDesk::look() {
  for (auto& notice : book_.follow(services_.troubles(), services_.facts_of, services_.scheduler->clock().now())) {
    sender_->tell(std::move(notice));
  }
  sender_->look_again();
  save();
}

void NoticeDesk::save() {
  if (!unsaved_ && !book_.changed() && !sender_->changed()) return;
  std::string text;
  for (const auto& lines : {book_.lines(), sender_->lines()}) {
    for (const auto& line : lines) text += cat(line, "\n");
  }
  auto saved = services_.save(text);
  unsaved_ = !saved;
  if (saved) return told_.clear();
  if (saved.error().message == told_) return;
  told_ = saved.error().message;
  services_.log->warn(cat("what was told cannot be remembered: ", describe(saved.error())));
}

}  // namespace acme
