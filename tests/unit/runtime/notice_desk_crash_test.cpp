// What people are told while engine/notices.json fails at any call, the engine dies or the power is cut
// (crash_trial.hpp): each trouble at least once; and once only, unless the engine was gone before it could remember.
#include "common/runtime/notice_desk.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/run.hpp"
#include "tests/fakes/seeded_random.hpp"
#include "tests/unit/store/store_trial.hpp"

using namespace acme;
using namespace acme_test;

namespace {

class Desk final : public StoreTrial {
 public:
  Desk() {
    NotifyConfig config;
    config.kind = NotifyKind::webhook;
    config.target = "https://chat.example/in";
    receivers_.push_back(std::move(config));
    trouble_.certificate.id = kId;
    trouble_.certificate.name = "example.org";
    trouble_.cause = "dns";
    trouble_.detail = "no such name";
  }

 private:
  bool change(FileStore&) override {
    const auto tree = open_engine_tree(kPath);
    if (!tree) return false;
    log_.clear();
    Scheduler scheduler{clock()};
    const auto before = read_file_at(tree->get(), kNoticeFile, kMostNoticeBytes);
    NoticeDesk desk{make_sender(scheduler), before ? *before : std::string{}, services(scheduler, tree->get())};
    scheduler.spawn(desk.run());
    acme_test::pass(scheduler, clock(), std::chrono::seconds{20});
    if (!disk().dead()) heal();
    acme_test::pass(scheduler, clock(), std::chrono::seconds{20});
    acme_test::stop(scheduler);
    // Not at each look, every five seconds: once, and once more when another call is the one that fails.
    CHECK(log_.count(LogLevel::warn) <= 2);
    return !disk().dead();
  }
  void heal() {
    disk().fail({});
    disk().read_only(false);
    disk().make_room();
  }
  std::unique_ptr<NoticeSender> make_sender(Scheduler& scheduler) {
    NoticeSender::Services services;
    services.scheduler = &scheduler;
    services.random = &random_;
    services.log = &log_;
    services.deliver = [this](const NotifyConfig&, Notice notice) { return deliver(std::move(notice)); };
    return std::make_unique<NoticeSender>(receivers_, std::move(services));
  }
  NoticeDesk::Services services(Scheduler& scheduler, int tree) {
    NoticeDesk::Services services;
    services.scheduler = &scheduler;
    services.log = &log_;
    services.troubles = [this] { return std::vector{trouble_}; };
    services.facts_of = [this](const std::string&) { return std::optional{trouble_.certificate}; };
    services.save = [tree](const std::string& text) {
      return write_file_at(tree, kNoticeFile, text, 0600, Durability::volatile_);
    };
    return services;
  }
  Task<Status> deliver(Notice notice) {
    // Who is gone sends nothing.
    if (disk().dead()) co_return Error{ErrorKind::cancelled, "gone"};
    CHECK(notice.event == NoticeEvent::failed);
    ++told_;
    co_return Status{};
  }
  void look(FileStore&, Ending ending) override {
    remembered_ = remembered_ && ending == Ending::done;
    if (ending == Ending::done) CHECK(told_ >= 1);
    CHECK(told_ <= (remembered_ ? 1 : 2));
  }

  std::vector<NotifyConfig> receivers_;
  Trouble trouble_;
  RecordingLogger log_;
  SeededRandom random_{1};
  int told_ = 0;
  bool remembered_ = true;
};

}  // namespace

static void nothing_is_lost_nor_told_again() {
  explore([] { return std::make_unique<Desk>(); }, {.durable = false});
}

int main() { return acme_test::run("notice_desk_crash", {ACME_TEST(nothing_is_lost_nor_told_again)}); }
