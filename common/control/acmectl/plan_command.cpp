#include "common/base/text.hpp"
#include "common/control/acmectl/commands.hpp"
#include "common/control/acmectl/config_test.hpp"
#include "common/control/acmectl/engine_client.hpp"
#include "common/control/acmectl/planned_changes.hpp"
#include "common/control/acmectl/table.hpp"
#include "common/control/acmectl/terminal.hpp"

namespace acme {

namespace {

void print_table(const std::string& state, const std::vector<PlannedChange>& changes) {
  tell(cat(state, ":"));
  Table table{{"ACTION", "NAME", "WHY"}};
  std::size_t kept = 0;
  for (const auto& change : changes) {
    kept += change.action == PlannedAction::keep ? 1 : 0;
    table.add({action_name(change.action), change.name, change.why});
  }
  for (const auto& line : table.lines()) tell(line);
  for (const auto& change : changes) {
    for (const auto& record : change.records) tell(cat(change.name, " by dns-persist-01 needs: ", record));
  }
  if (kept == changes.size()) tell("a reload would order and renew nothing");
}

JsonBuilder json_of(const std::string& state, const std::vector<PlannedChange>& changes) {
  JsonBuilder rows = JsonBuilder::array();
  for (const auto& change : changes) {
    JsonBuilder row = JsonBuilder::object();
    row.set("action", action_name(change.action)).set("name", change.name).set("id", change.id).set("why", change.why);
    if (!change.records.empty()) {
      JsonBuilder records = JsonBuilder::array();
      for (const auto& record : change.records) records.add(record);
      row.set("records", std::move(records));
    }
    rows.add(std::move(row));
  }
  JsonBuilder json = JsonBuilder::object();
  json.set("state_path", state).set("changes", std::move(rows));
  return json;
}

Outcome changes_of(const std::string& state, std::vector<PlannedChange>& changes) {
  ControlRequest request;
  request.orphans = true;
  std::vector<CertificateRow> running;
  Outcome asked = ask_engine(state, request, [&running](ControlAnswer& answer) {
    if (auto* row = std::get_if<CertificateRow>(&answer)) running.push_back(std::move(*row));
  });
  if (!asked.done()) return asked;
  auto wanted = read_wanted_certificates(state);
  if (!wanted) return outcome_of(wanted.error());
  changes = planned_changes(running, *wanted, SystemClock{}.now());
  if (!wants_records(*wanted)) return asked;
  ControlRequest accounts;
  accounts.verb = ControlVerb::account_show;
  std::vector<IssuerRow> issuers;
  asked = ask_engine(state, accounts, [&issuers](ControlAnswer& answer) {
    if (auto* row = std::get_if<IssuerRow>(&answer)) issuers.push_back(std::move(*row));
  });
  if (asked.done()) add_records(changes, *wanted, issuers);
  return asked;
}

}  // namespace

Outcome plan(const Options& options) {
  auto states = state_directories(options.state);
  if (!states) return outcome_of(states.error());
  JsonBuilder directories = JsonBuilder::array();
  std::size_t planned = 0;
  Outcome absent;
  for (const auto& state : *states) {
    std::vector<PlannedChange> changes;
    const Outcome done = changes_of(state, changes);
    if (done.code == ExitCode::no_engine) {
      absent = done;
      continue;
    }
    if (!done.done()) return done;
    ++planned;
    if (options.json) {
      directories.add(json_of(state, changes));
    } else {
      print_table(state, changes);
    }
  }
  if (planned == 0) return absent;
  if (!options.json) return {};
  JsonBuilder json = JsonBuilder::object();
  json.set("version", kControlVersion).set("state_directories", std::move(directories));
  if (print(json.text() + "\n")) return {};
  return failure(ExitCode::failed, "cannot write the answer");
}

}  // namespace acme
