#include "common/runtime/notify_test.hpp"

#include "common/base/join.hpp"
#include "common/base/text.hpp"
#include "common/runtime/notice_sender.hpp"

namespace acme {

namespace {

Task<void> test_one(NoticeSender& sender, std::size_t receiver, Conversation& conversation, std::size_t& failed) {
  auto task = sender.test(receiver);
  auto done = co_await std::move(task);
  const std::string name = sender.name_of(receiver);
  if (done) {
    conversation.say(ControlProgress{LogLevel::notice, cat(name, ": told")});
    co_return;
  }
  ++failed;
  conversation.say(ControlProgress{LogLevel::error, cat(name, ": ", describe(done.error()))});
}

}  // namespace

Task<ControlEnd> notify_test(const OperationTools& tools, Conversation& conversation) {
  const std::size_t receivers = tools.notices != nullptr ? tools.notices->receivers() : 0;
  if (receivers == 0) {
    co_return control_failure(ControlFailure::failed, "nobody is to be told",
                              "name who is: acme_notify (nginx) or AcmeNotify (Apache)");
  }
  std::size_t failed = 0;
  std::vector<Task<void>> tasks;
  for (std::size_t i = 0; i < receivers; ++i) tasks.push_back(test_one(*tools.notices, i, conversation, failed));
  auto all = join_all(*tools.scheduler, std::move(tasks));
  co_await std::move(all);
  if (conversation.stopping()) co_return control_failure(ControlFailure::stopping, "the engine is stopping");
  if (failed > 0) {
    co_return control_failure(ControlFailure::failed, cat(failed, " of ", receivers, " receivers could not be told"));
  }
  co_return ControlEnd{std::nullopt, cat(receivers, receivers == 1 ? " receiver was told" : " receivers were told"),
                       ""};
}

}  // namespace acme
