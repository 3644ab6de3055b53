#include "common/dns_provider/exec.hpp"

#include "common/base/text.hpp"
#include "common/dns_provider/record_programs.hpp"

namespace acme {

namespace {

constexpr std::size_t kAtOnce = 4;
constexpr Seconds kUsualLimit{60};

class ExecProvider final : public DnsProvider {
 public:
  ExecProvider(const DnsProviderConfig& config, DnsProviderTools tools, Seconds limit,
               std::vector<Credential> credentials, bool last_dot)
      : config_{config},
        credentials_{std::move(credentials)},
        programs_{std::move(tools), kAtOnce, credentials_},
        limit_{limit},
        last_dot_{last_dot} {}

  Task<Status> present(std::vector<TxtRecord> records) override { return run("present", records); }
  Task<Status> clean_up(std::vector<TxtRecord> records) override { return run("cleanup", records); }

 private:
  Task<Status> run(const std::string& action, const std::vector<TxtRecord>& records) {
    return programs_.run_all(records, [&](const TxtRecord& record) { return run_of(action, record); });
  }

  RecordPrograms::Run run_of(const std::string& action, const TxtRecord& record) const {
    const std::string name = cat(record.name, last_dot_ ? "." : "");
    RecordPrograms::Run run;
    run.what = cat(config_.argv.front(), " ", action, " ", name);
    run.command.argv = config_.argv;
    run.command.argv.insert(run.command.argv.end(), {action, name, record.value});
    run.command.environment = plain_environment();
    run.command.environment.insert(run.command.environment.end(),
                                   {cat("ACME_DNS_ACTION=", action), cat("ACME_DNS_NAME=", name),
                                    cat("ACME_DNS_VALUE=", record.value), cat("ACME_DNS_TTL=", config_.ttl)});
    add_credentials(run.command.environment, credentials_);
    run.command.limit = limit_;
    return run;
  }

  const DnsProviderConfig& config_;
  const std::vector<Credential> credentials_;
  RecordPrograms programs_;
  const Seconds limit_;
  const bool last_dot_;
};

}  // namespace

Result<std::unique_ptr<DnsProvider>> make_exec(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  if (config.argv.empty()) return Error{ErrorKind::configuration, "exec needs a program"};
  const std::string convention = config.settings.contains("convention") ? config.settings.at("convention") : "plain";
  if (convention != "plain" && convention != "lego") {
    return Error{ErrorKind::configuration, cat("convention=", cleaned(convention), " is neither plain nor lego")};
  }
  auto limit = program_limit(config, kUsualLimit);
  if (!limit) return std::move(limit).error();
  auto credentials = credentials_of(config);
  if (!credentials) return std::move(credentials).error();
  return std::unique_ptr<DnsProvider>{
      std::make_unique<ExecProvider>(config, tools, *limit, *std::move(credentials), convention == "lego")};
}

}  // namespace acme
