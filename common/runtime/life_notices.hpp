// How notices are put together in a life of the engine: what they read, by which ways they leave.
#pragma once

#include <memory>

#include "common/runtime/engine_life.hpp"
#include "common/runtime/notice_channels.hpp"
#include "common/runtime/notice_desk.hpp"

namespace acme {

struct Life;

/// Who tells, and the ways it has.
struct Sending {
  std::unique_ptr<NoticeChannels> channels;
  std::unique_ptr<NoticeSender> sender;
};
/// `counters`: may be absent.
Sending make_sending(const EngineTools& tools, Counters* counters);

/// The desk with its channels; `life.engine` is there.
struct Notices {
  std::unique_ptr<NoticeChannels> channels;
  std::unique_ptr<NoticeDesk> desk;
};
Notices make_notices(const EngineTools& tools, Life& life);

}  // namespace acme
