#include "common/runtime/engine_confinement.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "common/base/text.hpp"

namespace acme {

namespace {

/// Settings, libraries that are loaded late, time zones, name services, roots, who holds a port. Of /run and /dev only
/// what is no other program's: secrets of containers, shared memory and the like lie there, too.
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
    "/run/systemd/resolve",
    "/run/systemd/machines",
    "/run/resolvconf",
    "/run/NetworkManager",
    "/run/connman",
    "/run/nscd",
    "/run/current-system",
    "/var/lib/ca-certificates",
    "/var/lib/sss",
    "/var/cache/nscd",
};

/// Read and written.
constexpr const char* kDevices[] = {
    "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/console", "/dev/pts",
};

/// What these name is read by OpenSSL, libcurl and our time zones.
constexpr const char* kVariables[] = {"SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF", "OPENSSL_MODULES", "TZDIR"};

/// The folder of a file, and that of what it leads to: the file is made anew while the engine runs.
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

std::vector<std::string> engine_folders(const Configuration& configuration, const std::string& state_path) {
  std::vector<std::string> paths{state_path + "/engine"};
  for (const auto& [name, issuer] : configuration.issuers) {
    if (!issuer.state_path.empty()) paths.push_back(issuer.state_path + "/engine");
  }
  return paths;
}

/// Those that are read again and again, whoever the user is.
std::vector<std::string> files_of_directives(const Configuration& configuration) {
  std::vector<std::string> files;
  const auto add = [&files](const std::string& file) {
    if (!file.empty()) files.push_back(file);
  };
  for (const auto& [name, issuer] : configuration.issuers) {
    add(issuer.ssl_trusted_certificate);
    for (const auto& provider : issuer.dns_providers) {
      const auto roots = provider.settings.find("ca_file");
      if (roots != provider.settings.end()) add(roots->second);
    }
  }
  for (const auto& notify : configuration.notify) add(notify.trusted);
  return files;
}

void append(std::vector<std::string>& all, const std::vector<std::string>& more) {
  all.insert(all.end(), more.begin(), more.end());
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
  append(confinement.readable, files_of_directives(configuration));
  append(confinement.readable, files.read);
  for (const auto& folder : engine_folders(configuration, state_path)) {
    confinement.readable.push_back(std::filesystem::path{folder}.parent_path().string());
    confinement.writable.push_back(folder);
  }
  for (const auto& log : files.logs) add_folder_of(log, confinement.writable);
  // Neither the system's devices nor its pid files are for us to make.
  std::erase_if(confinement.writable,
                [](const std::string& path) { return path == "/dev" || path == "/run" || path == "/var/run"; });
  append(confinement.writable, files.folders);
  for (const char* device : kDevices) {
    confinement.readable.emplace_back(device);
    confinement.rewritten.emplace_back(device);
  }
  return confinement;
}

ExchangedFiles confine_engine(const Configuration& configuration, const std::string& state_path,
                              const FilesOfProcess& files, Logger& log) {
  if (engine_runs_programs(configuration)) {
    log.info(
        "the engine's process is not confined: it runs programs of the configuration, which would be confined, too");
    return {};
  }
  auto watched = files_of_directives(configuration);
  append(watched, engine_folders(configuration, state_path));
  ExchangedFiles as_they_are{watched};
  const auto [files_free, calls_free] = confine_process(engine_confinement(configuration, state_path, files));
  log.info(cat("the engine's process is confined: files ", files_free.empty() ? "by Landlock" : "not: " + files_free,
               "; system calls ", calls_free.empty() ? "by seccomp" : "not: " + calls_free));
  return files_free.empty() ? std::move(as_they_are) : ExchangedFiles{};
}

}  // namespace acme
