#include "common/runtime/life_notices.hpp"

#include <unistd.h>

#include <array>
#include <unordered_map>

#include "common/base/text.hpp"
#include "common/runtime/life.hpp"
#include "common/runtime/notice_troubles.hpp"
#include "common/store/file_io.hpp"

namespace acme {

namespace {

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? cleaned(name.data(), 253) : "localhost";
}

std::unique_ptr<NoticeChannels> make_channels(const EngineTools& tools) {
  NoticeChannels::Services services;
  services.http = tools.http;
  services.clock = &tools.scheduler->clock();
  services.run = [tools](ChildCommand command) {
    return run_child(*tools.scheduler, *tools.descriptors, std::move(command));
  };
  const std::string& server = tools.setup->user_agent;
  services.identifier = server.substr(0, server.find('/'));
  return std::make_unique<NoticeChannels>(std::move(services));
}

}  // namespace

Sending make_sending(const EngineTools& tools, Counters* counters) {
  Sending made;
  made.channels = make_channels(tools);
  NoticeSender::Services services;
  services.scheduler = tools.scheduler;
  services.random = tools.random;
  services.log = tools.log;
  services.counters = counters;
  services.deliver = [channels = made.channels.get()](const NotifyConfig& receiver, Notice notice) {
    return channels->deliver(receiver, std::move(notice));
  };
  services.host = host_name();
  services.server = tools.setup->user_agent;
  made.sender = std::make_unique<NoticeSender>(tools.setup->configuration->notify, std::move(services));
  return made;
}

namespace {

NoticeBook::FactsOf look_up_facts(Life& life) {
  std::unordered_map<std::string, const TendedCertificate*> by_id;
  for (const auto& tended : life.engine->certificates()) by_id[tended->config().id] = tended.get();
  return [&life, by_id = std::move(by_id)](const std::string& id) -> std::optional<TroubledCertificate> {
    const auto found = by_id.find(id);
    if (found == by_id.end()) return std::nullopt;
    return facts_of(*found->second, life.activation.get());
  };
}

}  // namespace

Notices make_notices(const EngineTools& tools, Life& life) {
  Sending sending = make_sending(tools, &life.counters);
  NoticeDesk::Services services;
  services.scheduler = tools.scheduler;
  services.log = tools.log;
  services.troubles = [&life, scheduler = tools.scheduler] {
    std::vector<Trouble> troubles;
    const UtcTime now = scheduler->clock().now();
    for (const auto& tended : life.engine->certificates()) add_troubles(*tended, life.activation.get(), now, troubles);
    return troubles;
  };
  services.facts_of = look_up_facts(life);
  services.save = [&life](const std::string& text) {
    return write_file_at(life.tree.get(), kNoticeFile, text, 0600, Durability::volatile_);
  };
  const auto before = read_file_at(life.tree.get(), kNoticeFile, kMostNoticeBytes);
  Notices made;
  made.channels = std::move(sending.channels);
  made.desk =
      std::make_unique<NoticeDesk>(std::move(sending.sender), before ? *before : std::string{}, std::move(services));
  return made;
}

}  // namespace acme
