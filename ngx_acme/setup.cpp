#include "ngx_acme/setup.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <filesystem>

#include "common/base/text.hpp"
#include "common/runtime/server_file.hpp"
#include "ngx_acme/config_files.hpp"
#include "ngx_acme/log.hpp"
#include "ngx_acme/servers.hpp"

namespace acme {

namespace {

constexpr const char* kDefaultStatePath = "/var/lib/acme/nginx";

/// "/a/b" for "/a/./c/../b/", symlinks resolved as far as the path exists.
std::filesystem::path plain(const std::string& path) {
  std::error_code ignored;
  auto resolved = std::filesystem::weakly_canonical(path, ignored);
  if (resolved.empty()) resolved = std::filesystem::path{path}.lexically_normal();
  return resolved.has_filename() ? resolved : resolved.parent_path();
}

bool is_within(const std::filesystem::path& inner, const std::filesystem::path& outer) {
  const auto [end, rest] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return end == outer.end();
}

/// `nginx -t` with the running server's own files.
std::vector<std::string> test_command(const ngx_cycle_t& cycle) {
  std::vector<std::string> command{running_program(), "-t", "-q"};
  const auto add = [&command](const char* option, const ngx_str_t& value) {
    if (value.len > 0) command.insert(command.end(), {option, text(value)});
  };
  add("-p", cycle.prefix);
  add("-c", cycle.conf_file);
  add("-g", cycle.conf_param);
#if (nginx_version >= 1019005)
  command.insert(command.end(), {"-e", "stderr"});
#endif
  return command;
}

}  // namespace

WorkerIdentity worker_identity(const ngx_cycle_t* cycle) {
  // nginx ignores `user` unless it is root.
  if (::geteuid() != 0) return {::geteuid(), ::getegid()};
  const auto* core = reinterpret_cast<ngx_core_conf_t*>(ngx_get_conf(cycle->conf_ctx, ngx_core_module));
  if (core->user != static_cast<ngx_uid_t>(NGX_CONF_UNSET_UINT)) return {core->user, core->group};
  WorkerIdentity built_in;
  if (const passwd* user = ::getpwnam(NGX_USER); user != nullptr) built_in = {user->pw_uid, user->pw_gid};
  if (const group* entry = ::getgrnam(NGX_GROUP); entry != nullptr) built_in.gid = entry->gr_gid;
  return built_in;
}

Status set_up_server(ngx_conf_t* cf, MainConf& main) {
  NginxLogger log{cf->log};
  if (Status collected = collect_hosts(cf, main, log); !collected) return collected;
  if (main.draft.hosts.empty() && main.draft.issuers.empty()) return {};
  if (main.state_path.empty()) main.state_path = kDefaultStatePath;
  main.worker = worker_identity(cf->cycle);
  ServerSetup setup;
  setup.server = "nginx";
  setup.user_agent = cat("ngx_acme/", ACME_VERSION, " ", NGINX_VER);
  setup.state_path = main.state_path;
  setup.sandbox = main.sandbox.value_or(true);
  setup.worker = main.worker;
  setup.real_load = is_real_load();
  setup.reload = !ngx_is_init_cycle(cf->cycle->old_cycle);
  if (setup.real_load) setup.loaded_files = scan_config_files(cf->cycle);
  setup.test_command = test_command(*cf->cycle);
  setup.draft = std::move(main.draft);
  const MainConf* before = main_conf(cf->cycle->old_cycle);
  auto server = Server::configure(std::move(setup), log, before == nullptr ? nullptr : before->server.get());
  if (!server) return std::move(server).error();
  main.server = std::move(*server);
  return inject_certificates(cf, main);
}

Status check_state_path(const ngx_cycle_t* cycle, const std::string& state_path) {
  std::error_code failed;
  const auto status = std::filesystem::status(state_path, failed);
  if (!failed && std::filesystem::exists(status) && !std::filesystem::is_directory(status)) {
    return Error{ErrorKind::configuration, cat("the state directory ", state_path, " is no directory"),
                 "name another one with acme_state_path, or move that file away"};
  }
  const auto state = plain(state_path);
  for (const ngx_path_t* path : elements<ngx_path_t*>(cycle->paths)) {
    const auto other = plain(text(path->name));
    if (is_within(state, other) || is_within(other, state)) {
      return Error{ErrorKind::configuration,
                   cat("acme_state_path \"", state_path, "\" and nginx's own directory \"", view(path->name),
                       "\" contain one another"),
                   "give acme_state_path a directory of its own: nginx removes what it does not know from a cache"};
    }
  }
  return {};
}

}  // namespace acme
