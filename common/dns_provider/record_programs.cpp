#include "common/dns_provider/record_programs.hpp"

#include <algorithm>

#include "common/base/join.hpp"
#include "common/base/text.hpp"
#include "common/config/values.hpp"

namespace acme {

namespace {

constexpr std::size_t kLongestLine = 300;
constexpr Seconds kLongestLimit{3600};

/// ": " and the first line that holds anything.
std::string first_line(const std::string& output, const std::vector<Credential>& credentials) {
  for (const auto line : split(output, '\n')) {
    if (trim(line).empty()) continue;
    return cat(": ", cleaned(without_secrets(std::string{trim(line)}, credentials), kLongestLine));
  }
  return {};
}

}  // namespace

std::vector<std::string> plain_environment() {
  return {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"};
}

void add_credentials(std::vector<std::string>& environment, const std::vector<Credential>& credentials) {
  for (const auto& credential : credentials) environment.push_back(cat(credential.name, "=", credential.value.view()));
}

Result<Seconds> program_limit(const DnsProviderConfig& config, Seconds usual) {
  const auto found = config.settings.find("timeout");
  if (found == config.settings.end()) return usual;
  auto limit = parse_time(found->second);
  if (!limit) return std::move(limit).error().with_context("timeout");
  if (limit->count() < 1 || *limit > kLongestLimit) {
    return Error{ErrorKind::configuration, cat("timeout=", cleaned(found->second), " is not between 1s and 1h")};
  }
  return limit;
}

RecordPrograms::RecordPrograms(DnsProviderTools tools, std::size_t at_once, const std::vector<Credential>& credentials)
    : tools_{std::move(tools)}, turn_{*tools_.scheduler, at_once}, credentials_{credentials} {}

Task<Status> RecordPrograms::run_all(const std::vector<TxtRecord>& records,
                                     const std::function<Run(const TxtRecord&)>& run_of) {
  std::vector<Run> runs;
  for (const auto& record : records) runs.push_back(run_of(record));
  return run_all(std::move(runs));
}

Task<Status> RecordPrograms::run_all(std::vector<Run> runs) {
  std::vector<Status> states(runs.size());
  std::vector<Task<void>> tasks;
  for (std::size_t i = 0; i < runs.size(); ++i) tasks.push_back(run_one(std::move(runs[i]), states[i]));
  auto all = join_all(*tools_.scheduler, std::move(tasks));
  co_await std::move(all);
  const auto failed = std::find_if(states.begin(), states.end(), [](const Status& status) { return !status; });
  if (failed != states.end()) co_return *failed;
  co_return Status{};
}

Task<void> RecordPrograms::run_one(Run run, Status& status) {
  const Wake wake = co_await turn_.acquire();
  if (wake != Wake::ready) {
    status = Error{ErrorKind::cancelled, "stopping"};
    co_return;
  }
  const Permit permit{turn_};
  const Seconds limit = run.command.limit;
  auto task = run_child(*tools_.scheduler, *tools_.descriptors, std::move(run.command));
  auto outcome = co_await std::move(task);
  if (!outcome) {
    status = std::move(outcome).error();
    co_return;
  }
  if (outcome->succeeded()) co_return;
  const ErrorKind kind = outcome->timed_out ? ErrorKind::server_error : ErrorKind::problem;
  status = Error{kind, cat(run.what, " ", describe(*outcome, limit), first_line(outcome->output, credentials_))};
}

}  // namespace acme
