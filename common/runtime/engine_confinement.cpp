#include "common/runtime/engine_confinement.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "common/base/text.hpp"

namespace acme {

namespace {

/// Settings, libraries that are loaded late, time zones, name services, roots, who holds a port.
constexpr const char* kSystem[] = {
    "/etc",
    "/usr",
    "/lib",
    "/lib64",
    "/lib32",
    "/bin",
    "/sbin",
    "/nix/store",
    "/gnu/store",
    "/proc",
    "/sys",
    "/dev",
    "/run",
    "/var/run",
    "/var/lib/ca-certificates",
    "/var/lib/sss",
    "/var/cache/nscd",
};

/// What these name is read by OpenSSL, libcurl and our time zones.
constexpr const char* kVariables[] = {"SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF", "OPENSSL_MODULES", "TZDIR"};

/// The folder of a file, and that of what it leads to: an operator exchanges the file while the engine runs.
void add_folder_of(const std::string& file, std::vector<std::string>& folders) {
  std::error_code failed;
  const std::filesystem::path named{file};
  const auto target = std::filesystem::canonical(named, failed);
  for (const auto& path : {named, target}) {
    const auto folder = path.parent_path();
    if (!path.is_absolute()) continue;
    folders.push_back(folder == folder.root_path() ? path.string() : folder.string());
  }
}

std::vector<std::string> state_paths(const Configuration& configuration, const std::string& state_path) {
  std::vector<std::string> paths{state_path};
  for (const auto& [name, issuer] : configuration.issuers) {
    if (!issuer.state_path.empty()) paths.push_back(issuer.state_path);
  }
  return paths;
}

/// That of a state directory which is not there yet may come later, once somebody mends that.
std::string nearest_that_is_there(const std::filesystem::path& path) {
  std::error_code failed;
  if (path == path.root_path() || std::filesystem::exists(path, failed)) return path.string();
  return nearest_that_is_there(path.parent_path());
}

}  // namespace

bool engine_runs_programs(const Configuration& configuration) {
  const auto runs = [](const DnsProviderConfig& provider) {
    return !provider.argv.empty() || provider.name == "acmesh";
  };
  return std::any_of(configuration.hooks.begin(), configuration.hooks.end(),
                     [](const HookConfig& hook) { return hook.event != HookEvent::installed; }) ||
         std::any_of(configuration.notify.begin(), configuration.notify.end(),
                     [](const NotifyConfig& notify) { return notify.kind == NotifyKind::mail; }) ||
         std::any_of(configuration.issuers.begin(), configuration.issuers.end(), [&](const auto& issuer) {
           const auto& providers = issuer.second.dns_providers;
           return std::any_of(providers.begin(), providers.end(), runs);
         });
}

Confinement engine_confinement(const Configuration& configuration, const std::string& state_path,
                               const FilesOfProcess& files) {
  Confinement confinement;
  confinement.readable.assign(std::begin(kSystem), std::end(kSystem));
  for (const char* variable : kVariables) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value == '/') confinement.readable.emplace_back(value);
  }
  // Where links of the system lead to may be elsewhere.
  for (const char* file : {"/etc/resolv.conf", "/etc/hosts", "/etc/localtime", "/etc/ssl/certs/ca-certificates.crt"}) {
    add_folder_of(file, confinement.readable);
  }
  for (const auto& [name, issuer] : configuration.issuers) {
    add_folder_of(issuer.ssl_trusted_certificate, confinement.readable);
  }
  for (const auto& notify : configuration.notify) add_folder_of(notify.trusted, confinement.readable);
  for (const auto& path : state_paths(configuration, state_path)) {
    confinement.readable.push_back(path);
    confinement.writable.push_back(nearest_that_is_there(path + "/engine"));
  }
  for (const auto& log : files.logs) {
    add_folder_of(log, confinement.writable);
    add_folder_of(log, confinement.readable);
  }
  // Neither the system's devices nor its pid files are for us to make.
  std::erase_if(confinement.writable,
                [](const std::string& path) { return path == "/dev" || path == "/run" || path == "/var/run"; });
  for (const auto& folder : files.folders) confinement.writable.push_back(folder);
  confinement.rewritten.emplace_back("/dev");
  return confinement;
}

void confine_engine(const Configuration& configuration, const std::string& state_path, const FilesOfProcess& files,
                    Logger& log) {
  if (engine_runs_programs(configuration)) {
    log.info(
        "the engine's process is not confined: it runs programs of the configuration, which would be confined, too");
    return;
  }
  const auto [files_free, calls_free] = confine_process(engine_confinement(configuration, state_path, files));
  log.info(cat("the engine's process is confined: files ", files_free.empty() ? "by Landlock" : "not: " + files_free,
               "; system calls ", calls_free.empty() ? "by seccomp" : "not: " + calls_free));
}

}  // namespace acme
