#include "common/runtime/engine_life.hpp"

#include "common/base/join.hpp"
#include "common/base/text.hpp"
#include "common/runtime/crash_brake.hpp"
#include "common/runtime/directory_notices.hpp"
#include "common/runtime/engine_lead.hpp"
#include "common/runtime/life.hpp"

namespace acme {

namespace {

constexpr Duration kDirectoryCheck = std::chrono::seconds{5};
/// nginx tells its old workers after 100 ms to stop accepting, Apache its children at once.
constexpr Duration kOthersEndWithin = std::chrono::seconds{2};
constexpr Duration kReopen = std::chrono::seconds{10};

void note(const EngineTools& tools, Ledger& ledger, LedgerEvent event) {
  LedgerEntry entry;
  entry.time = tools.scheduler->clock().now();
  entry.event = event;
  auto noted = ledger.append(entry);
  if (!noted) tools.log->warn(describe(noted.error()));
}

/// Certificates that became current after the server had loaded its configuration.
void want_missed_reloads(const EngineTools& tools, Life& life) {
  for (const auto& [id, version] : life.engine->versions()) {
    const auto injected = tools.setup->injected.find(id);
    if (injected != tools.setup->injected.end() && injected->second < version) {
      want_reload(tools, life, id, version);
    }
  }
}

/// What a name less, or names that moved, makes new needs no order as long as the certificate before covers it.
void spare_orders(const EngineTools& tools, Life& life) {
  for (const auto& tended : life.engine->certificates()) {
    const auto until = tended->version() == 0 ? life.orphans->covered_until(tended->config()) : std::nullopt;
    if (!until) continue;
    tended->spare_until(*until);
    if (!life.operator_load) continue;
    tools.log->notice(cat(tended->config().first_name, ": the certificate from before covers it, ordered about ",
                          format_for_people(*until)));
  }
}

/// Looked up by its path: our own descriptor would follow a directory that was moved away.
bool taken_away(const EngineTools& tools, const Life& life) {
  const auto tree = open_engine_tree(tools.setup->state_path);
  if (!tree) return tree.error().kind == ErrorKind::not_found;
  return !life.lock->still_held(tree->get());
}

/// Ends the life when the directory is deleted or replaced: others may lead the new one.
Task<void> watch_directory(EngineTools tools, Life& life) {
  for (;;) {
    const Wake wake = co_await tools.scheduler->sleep_for(kDirectoryCheck);
    if (wake == Wake::cancelled) break;
    if (!taken_away(tools, life)) continue;
    tools.log->error(cat("the state directory ", tools.setup->state_path,
                         " was deleted or replaced: what is loaded is served on, nothing is ordered (reload the server "
                         "to make the directory anew)"));
    break;
  }
  life.engine->stop();
  life.dns->stop();
  life.hooks->stop();
  life.notices.desk->stop();
  life.orphans->stop();
  life.reloader->stop();
  if (life.activation) life.activation->stop();
  if (life.control) life.control->stop();
  life.status->stop();
}

Task<void> run_life(EngineTools tools, Life& life) {
  const Seconds brake = crash_brake(*life.ledger, tools.scheduler->clock().now());
  note(tools, *life.ledger, LedgerEvent::engine_start);
  if (brake.count() > 0) {
    tools.log->error(cat("the engine ended unexpectedly several times: it waits ", format_duration(brake),
                         " before it asks any CA (see the server's log for the cause)"));
    const Wake wake = co_await tools.scheduler->sleep_for(brake);
    if (wake == Wake::cancelled) co_return note(tools, *life.ledger, LedgerEvent::engine_stop);
  }
  if (tools.setup->others_answer) {
    const Wake wake = co_await tools.scheduler->sleep_for(kOthersEndWithin);
    if (wake == Wake::cancelled) co_return note(tools, *life.ledger, LedgerEvent::engine_stop);
  }
  life.engine->load(life.operator_load);
  want_missed_reloads(tools, life);
  life.orphans->load(life.operator_load);
  spare_orders(tools, life);
  std::vector<Task<void>> tasks;
  tasks.push_back(life.engine->run());
  tasks.push_back(life.dns->run());
  tasks.push_back(life.hooks->run());
  tasks.push_back(life.notices.desk->run());
  tasks.push_back(life.orphans->run());
  tasks.push_back(life.reloader->run());
  if (life.activation) tasks.push_back(life.activation->run());
  if (life.control) tasks.push_back(life.control->run());
  tasks.push_back(life.status->run(*life.engine));
  tasks.push_back(watch_directory(tools, life));
  auto all = join_all(*tools.scheduler, std::move(tasks));
  co_await std::move(all);
  life.status->finish();
  note(tools, *life.ledger, LedgerEvent::engine_stop);
}

/// Done when the life ended; an Error when it could not begin.
Task<Status> one_life(EngineTools tools, DirectoryNotices& notices) {
  auto tree = make_engine_tree(tools.setup->state_path);
  if (!tree) co_return std::move(tree).error();
  Life life{*std::move(tree), tools.scheduler->clock()};
  auto leading = take_lead(tools, life.tree.get());
  auto lock = co_await std::move(leading);
  if (!lock) co_return std::move(lock).error();
  life.lock = *std::move(lock);
  tools.log->also(&life.log_file);
  auto opened = open_life(tools, life);
  if (opened) {
    notices.works();
    auto living = run_life(tools, life);
    co_await std::move(living);
  }
  tools.log->also(nullptr);
  co_return opened;
}

}  // namespace

Task<void> live_as_engine(EngineTools tools) {
  std::string told;
  DirectoryNotices notices{tools};
  while (!tools.scheduler->cancelled()) {
    auto task = one_life(tools, notices);
    auto lived = co_await std::move(task);
    if (!lived && lived.error().kind != ErrorKind::cancelled) notices.failed(lived.error());
    if (!lived && lived.error().kind != ErrorKind::cancelled && lived.error().message != told) {
      tools.log->error(describe(lived.error()));
      told = lived.error().message;
    }
    const Wake wake = co_await tools.scheduler->sleep_for(kReopen);
    if (wake == Wake::cancelled) break;
  }
  auto ended = notices.stop();
  co_await std::move(ended);
}

}  // namespace acme
