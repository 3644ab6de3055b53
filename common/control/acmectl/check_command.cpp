// `acmectl check`: would an order succeed? The engine looks; without one what can be seen from here is told.
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <set>

#include "common/base/text.hpp"
#include "common/control/acmectl/commands.hpp"
#include "common/control/acmectl/engine_client.hpp"
#include "common/control/acmectl/terminal.hpp"

namespace acme {

namespace {

const char* word_for(Severity severity) {
  switch (severity) {
    case Severity::ok: return "OK     ";
    case Severity::note: return "note   ";
    case Severity::warning: return "warning";
    case Severity::failure: return "FAILED ";
  }
  return "?      ";
}

/// On a terminal alone: green, none, yellow, red.
std::string coloured(Severity severity) {
  constexpr std::array<const char*, kSeverities> kColours{"\033[32m", "", "\033[33m", "\033[31m"};
  const std::string colour = kColours[static_cast<std::size_t>(severity)];
  if (colour.empty() || ::isatty(STDOUT_FILENO) == 0) return word_for(severity);
  return cat(colour, word_for(severity), "\033[0m");
}

/// Each check once, as it comes: several names share a server, its issuers and often a certificate.
class Report {
 public:
  explicit Report(bool json) : json_{json} {}

  void begin(const std::string& title) {
    if (title == title_) return;
    title_ = title;
    if (!json_) tell(title);
  }
  void add(const Finding& finding) {
    if (!seen_.insert(cat(title_, "\n", finding.check, "\n", finding.subject, "\n", finding.sentence)).second) return;
    ++counts_[static_cast<std::size_t>(finding.severity)];
    if (json_) {
      rows_.add(to_json(finding));
      return;
    }
    print(cat("  ", coloured(finding.severity), " ", shown(finding.sentence), "\n"));
    if (!finding.cause.empty()) tell(cat("            why: ", finding.cause));
    if (!finding.fix.empty()) tell(cat("            fix: ", finding.fix));
  }
  Outcome end() {
    const std::size_t failures = counts_[static_cast<std::size_t>(Severity::failure)];
    const std::size_t warnings = counts_[static_cast<std::size_t>(Severity::warning)];
    std::size_t all = 0;
    for (const auto count : counts_) all += count;
    if (json_) {
      JsonBuilder document = JsonBuilder::object();
      document.set("version", kControlVersion).set("findings", std::move(rows_));
      if (!print(document.text() + "\n")) return failure(ExitCode::failed, "cannot write the answer");
    } else {
      tell(cat(all, " checked, ", failures, " failed, ", warnings, warnings == 1 ? " warning" : " warnings"));
    }
    if (failures == 0) return {};
    return failure(ExitCode::failed, cat(failures, failures == 1 ? " check" : " checks", " failed"));
  }

 private:
  bool json_;
  std::string title_;  // the state directory whose findings come
  std::set<std::string> seen_;
  std::array<std::size_t, kSeverities> counts_{};
  JsonBuilder rows_ = JsonBuilder::array();
};

/// No engine answers: what is there of it.
void look_from_here(const std::string& state, const Outcome& absent, Report& report) {
  struct stat facts {};
  if (::stat(state.c_str(), &facts) != 0) {
    report.add(Finding{"state", state, Severity::failure, cat("there is no state directory ", state)}
                   .because("no server with the module was started with it, or `acme_state_path` (Apache: "
                            "`AcmeStatePath`) names another one")
                   .mended_by("start the server, or name its directory: acmectl --state DIR check"));
    return;
  }
  report.add({"state", state, Severity::ok, cat(state, " is there, of user ", facts.st_uid)});
  report.add(Finding{"engine", state, Severity::failure, "no engine answers"}
                 .because(absent.message)
                 .mended_by(absent.hint.empty() ? "start the server; its error log says why the engine does not run"
                                                : absent.hint));
}

Outcome check_one(const std::vector<std::string>& states, const std::string& name, Report& report) {
  ControlRequest request;
  request.verb = ControlVerb::check;
  request.name = name;
  std::vector<std::string> asked = states;
  if (!name.empty() && states.size() > 1) {
    const Found found = find_certificate(states, name);
    if (found.outcome.done()) asked = {found.state};
  }
  Outcome last;
  for (const auto& state : asked) {
    bool first = true;
    const Outcome one = ask_engine(state, request, [&](ControlAnswer& answer) {
      if (std::exchange(first, false)) report.begin(state);
      if (const auto* finding = std::get_if<Finding>(&answer)) report.add(*finding);
    });
    if (one.code == ExitCode::no_engine) {
      report.begin(state);
      look_from_here(state, one, report);
      if (asked.size() == 1) last = one;
    } else if (!one.done()) {
      last = one;
    }
  }
  return last;
}

}  // namespace

Outcome check(const Options& options) {
  auto states = state_directories(options.state);
  if (!states) return outcome_of(states.error());
  Report report{options.json};
  Outcome worst;
  std::vector<std::string> names = options.names;
  if (names.empty()) names.emplace_back();
  for (const auto& name : names) {
    const Outcome one = check_one(*states, name, report);
    if (!one.done() && worst.done()) worst = one;
  }
  const Outcome ended = report.end();
  return worst.done() ? ended : worst;
}

}  // namespace acme
