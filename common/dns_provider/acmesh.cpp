#include "common/dns_provider/acmesh.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/dns_provider/record_programs.hpp"

namespace acme {

namespace {

constexpr Seconds kUsualLimit{120};

// $1 acme.sh, $2 the script, $3 add or rm, $4 the function's beginning, $5 name, $6 value. ACME_GIVEN: the names of the
// credentials. Reading acme.sh with ":" as its argument makes its last line, main "$@", do nothing. Errors go to
// stderr, all else is of no interest. What would save a credential is answered as if it had.
constexpr const char* kProgram = R"bash(
exec >/dev/null
umask 077
acme_sh=$1 acme_api=$2 acme_function=$4_$3 acme_name=$5 acme_value=$6
. "$acme_sh" : || { echo "$acme_sh cannot be read" >&2; exit 1; }
if type _initpath >/dev/null 2>&1; then _initpath; fi
DOMAIN_CONF=$LE_CONFIG_HOME/domain.conf
touch "$DOMAIN_CONF" "${ACCOUNT_CONF_PATH:=$LE_CONFIG_HOME/account.conf}"
if type _save_conf >/dev/null 2>&1; then
  eval "acme_save_conf() $(declare -f _save_conf | tail -n +2)"
  _save_conf() {
    case " $ACME_GIVEN " in *" ${2#SAVED_} "*) return 0 ;; esac
    acme_save_conf "$@"
  }
fi
. "$acme_api" || { echo "$acme_api cannot be read" >&2; exit 1; }
type "$acme_function" >/dev/null 2>&1 || { echo "$acme_api has no function $acme_function" >&2; exit 1; }
"$acme_function" "$acme_name" "$acme_value"
)bash";

bool is_api_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return name.starts_with("dns_") && std::all_of(name.begin(), name.end(), fits);
}

struct Script {
  std::string acme_sh;
  std::string path;      // of the script
  std::string function;  // "dns_cf"
};

/// The folder of a path, without the last slash.
std::string_view folder_of(std::string_view path) { return path.substr(0, path.rfind('/')); }

Result<Script> script_of(const DnsProviderConfig& config) {
  const auto setting = [&](const char* name) {
    const auto found = config.settings.find(name);
    return found == config.settings.end() ? std::string{} : found->second;
  };
  Script script{setting("acme_sh"), setting("api"), {}};
  if (!script.acme_sh.starts_with('/')) {
    return Error{ErrorKind::configuration, cat("acme_sh=", cleaned(script.acme_sh), " is no absolute path")};
  }
  std::string name = script.path;
  if (name.starts_with('/')) {
    name = name.substr(name.rfind('/') + 1);
    if (name.ends_with(".sh")) name.resize(name.size() - 3);
  } else {
    script.path = cat(folder_of(script.acme_sh), "/dnsapi/", name, ".sh");
  }
  script.function = std::move(name);
  if (!is_api_name(script.function)) {
    return Error{ErrorKind::configuration, cat("api=", cleaned(setting("api")), " names no script such as dns_cf")};
  }
  return script;
}

class AcmeshProvider final : public DnsProvider {
 public:
  AcmeshProvider(DnsProviderTools tools, Script script, Seconds limit, std::vector<Credential> credentials)
      : script_{std::move(script)},
        credentials_{std::move(credentials)},
        home_{tools.home},
        programs_{std::move(tools), 1, credentials_},
        limit_{limit} {}

  Task<Status> present(std::vector<TxtRecord> records) override { return run("add", records); }
  Task<Status> clean_up(std::vector<TxtRecord> records) override { return run("rm", records); }

 private:
  Task<Status> run(const std::string& action, const std::vector<TxtRecord>& records) {
    return programs_.run_all(records, [&](const TxtRecord& record) { return run_of(action, record); });
  }

  RecordPrograms::Run run_of(const std::string& action, const TxtRecord& record) const {
    RecordPrograms::Run run;
    run.what = cat(script_.path, ": ", script_.function, "_", action, " ", record.name);
    run.command.argv = {"/bin/bash", "--noprofile",    "--norc",        "-c",
                        kProgram,    "acmesh",         script_.acme_sh, script_.path,
                        action,      script_.function, record.name,     record.value};
    run.command.environment = environment();
    run.command.limit = limit_;
    return run;
  }

  std::vector<std::string> environment() const {
    auto variables = plain_environment();
    variables.insert(variables.end(), {"NO_TIMESTAMP=1", "ACME_NO_COLOR=1"});
    for (const char* name : {"HOME=", "LE_WORKING_DIR=", "LE_CONFIG_HOME="}) variables.push_back(cat(name, home_));
    std::string given = "ACME_GIVEN=";
    for (const auto& credential : credentials_) given += cat(" ", credential.name);
    variables.push_back(std::move(given));
    add_credentials(variables, credentials_);
    return variables;
  }

  const Script script_;
  const std::vector<Credential> credentials_;
  const std::string home_;
  RecordPrograms programs_;
  const Seconds limit_;
};

}  // namespace

Result<std::unique_ptr<DnsProvider>> make_acmesh(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  if (tools.home.empty()) return Error{ErrorKind::io, "there is no folder for what the script saves"};
  auto script = script_of(config);
  if (!script) return std::move(script).error();
  auto limit = program_limit(config, kUsualLimit);
  if (!limit) return std::move(limit).error();
  auto credentials = credentials_of(config);
  if (!credentials) return std::move(credentials).error();
  return std::unique_ptr<DnsProvider>{
      std::make_unique<AcmeshProvider>(tools, *std::move(script), *limit, *std::move(credentials))};
}

}  // namespace acme
