#include "common/runtime/directory_notices.hpp"

#include "common/base/text.hpp"

namespace acme {

namespace {

/// A file system that is mounted late is no trouble.
constexpr Seconds kPatience = std::chrono::minutes{2};
constexpr std::size_t kLongestDetail = 1000;

}  // namespace

DirectoryNotices::DirectoryNotices(const EngineTools& tools)
    : tools_{tools}, tasks_{*tools.scheduler}, sending_{make_sending(tools, nullptr)} {}

void DirectoryNotices::tell(Notice notice) {
  if (sending_.sender->receivers() == 0) return;
  notice.time = tools_.scheduler->clock().now();
  notice.trouble = "state-directory";
  notice.since = since_;
  if (!running_) tasks_.spawn(sending_.sender->run());
  running_ = true;
  sending_.sender->tell(std::move(notice));
}

void DirectoryNotices::failed(const Error& error) {
  const UtcTime now = tools_.scheduler->clock().now();
  if (!since_ || *since_ > now) since_ = now;
  if (told_ || now - *since_ < kPatience) return;
  told_ = true;
  const std::string& path = tools_.setup->state_path;
  Notice notice;
  notice.event = NoticeEvent::blocked;
  notice.severity = NoticeSeverity::error;
  notice.title = "nothing can be ordered or renewed: the state directory cannot be used";
  notice.hint = cleaned(error.hint, kLongestDetail);
  notice.problem = "local";
  notice.affected = tools_.setup->configuration->certificates.size();
  notice.text =
      cat(notice.title, ".\n\n", cleaned(error.message, kLongestDetail), "\n",
          notice.hint.empty() ? "" : cat("What to do: ", notice.hint, "\n"), "Since ", format_for_people(*since_),
          ".\nWhat the server had loaded is served on.\n\nMore: the server's error log; ", cleaned(path), "\n");
  tell(std::move(notice));
}

void DirectoryNotices::works() {
  if (told_) {
    Notice notice;
    notice.event = NoticeEvent::recovered;
    notice.severity = NoticeSeverity::notice;
    notice.title = "the state directory works again";
    notice.problem = "local";
    notice.affected = tools_.setup->configuration->certificates.size();
    notice.text = cat(notice.title, ".\n\nThe trouble had begun ", format_for_people(*since_), ".\n");
    tell(std::move(notice));
  }
  since_.reset();
  told_ = false;
}

Task<void> DirectoryNotices::stop() {
  sending_.sender->stop();
  auto ended = tasks_.all_ended();
  co_await std::move(ended);
}

}  // namespace acme
