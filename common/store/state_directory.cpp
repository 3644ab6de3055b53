#include "common/store/state_directory.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <array>
#include <cerrno>

#include "common/base/text.hpp"
#include "common/store/file_io.hpp"

namespace acme {

namespace {

constexpr mode_t kOthersMayWrite = S_IWGRP | S_IWOTH;

std::string user_name(uid_t uid) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? std::string{found->pw_name} : cat(uid);
}

std::string group_name(gid_t gid) {
  group entry{};
  group* found = nullptr;
  std::array<char, 4096> buffer{};
  ::getgrgid_r(gid, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? std::string{found->gr_name} : cat(gid);
}

/// The command that makes what we could not, for a shell of root's.
std::string install_hint(const std::string& path, WorkerIdentity worker) {
  const auto owner = ::geteuid();
  return cat("run: install -d -o ", user_name(owner), " -m 755 ", path, " && install -d -o ", user_name(worker.uid),
             " -g ", group_name(worker.gid), " -m 700 ", path,
             "/engine; when root itself is refused, look for systemd's ReadWritePaths= or StateDirectory= in the "
             "server's unit, and for SELinux denials");
}

/// The hint of system_error() is general; here the exact command is known.
Error with_exact_hint(Error error, std::string hint) {
  if (error.kind == ErrorKind::permission) error.hint = std::move(hint);
  return error;
}

const char* network_file_system(int directory) {
  struct statfs facts {};
  if (::fstatfs(directory, &facts) != 0) return nullptr;
  switch (static_cast<std::uint32_t>(facts.f_type)) {
    case 0x6969: return "NFS";
    case 0x517B: return "SMB";
    case 0xFE534D42: return "SMB2";
    case 0xFF534D42: return "CIFS";
    case 0x01021997: return "9p";
    case 0x00C36400: return "Ceph";
    case 0x5346414F: return "AFS";
    case 0x65735546: return "FUSE";
    default: return nullptr;
  }
}

/// So that the name of `path` does not go lost. Who may not open the directory above need not: what is there was not
/// made by us then. The system's own "/" is left alone.
Status sync_above(const std::string& path) {
  const auto end = path.rfind('/');
  if (end == 0 || end == std::string::npos) return {};
  auto above = open_directory(path.substr(0, end));
  if (above) return sync_directory(above->get());
  return above.error().kind == ErrorKind::permission ? Status{} : Status{std::move(above).error()};
}

/// Makes this directory, 0755 whatever the umask. One that is there stays as it is.
Status make_part(const std::string& part) {
  if (::mkdir(part.c_str(), 0755) == 0) {
    const UniqueFd made{::open(part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!made || ::fchmod(made.get(), 0755) != 0) return system_error(cat("cannot set the mode of ", part), errno);
    // The one above may have been made by a life that ended before it came to this.
    if (auto synced = sync_above(part); !synced) return synced;
    return sync_above(part.substr(0, part.rfind('/')));
  }
  const int error_number = errno;
  struct stat facts {};
  if (::stat(part.c_str(), &facts) != 0) return system_error(cat("cannot make ", part), error_number);
  if (S_ISDIR(facts.st_mode)) return {};
  return Error{ErrorKind::configuration, cat(part, " is not a directory"),
               "name another state directory, or move that file away"};
}

Status make_path(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    auto made = make_part(path.substr(0, end));
    if (!made || end == std::string::npos) return made;
  }
}

Status check_state_directory(int directory, const std::string& path) {
  struct stat facts {};
  if (::fstat(directory, &facts) != 0) return system_error(cat("cannot look at ", path), errno);
  if (facts.st_uid != ::geteuid()) {
    return Error{ErrorKind::permission, cat(path, " belongs to ", user_name(facts.st_uid)),
                 cat("run: chown ", user_name(::geteuid()), " ", path)};
  }
  if ((facts.st_mode & kOthersMayWrite) != 0) {
    return Error{ErrorKind::permission, cat("others may write to ", path), cat("run: chmod go-w ", path)};
  }
  if (const char* kind = network_file_system(directory); kind != nullptr) {
    return Error{ErrorKind::configuration, cat(path, " is on a network file system (", kind, ")"),
                 "locks do not hold there: use a local directory"};
  }
  return {};
}

bool empty_directory(int directory, const char* name) {
  const auto opened = open_directory_at(directory, name);
  if (!opened) return false;
  const auto names = list_directory(opened->get());
  return names && names->empty();
}

/// 0700 whatever the umask. One that is there stays as it is.
Status make_engine(int directory, const std::string& shown) {
  if (::mkdirat(directory, "engine", 0700) != 0) {
    return errno == EEXIST ? Status{} : system_error(cat("cannot make ", shown), errno);
  }
  const UniqueFd made{::openat(directory, "engine", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  if (made && ::fchmod(made.get(), 0700) == 0) return {};
  return system_error(cat("cannot set the mode of ", shown), errno);
}

/// engine/, made if missing and handed to the worker. The parent is ours alone, so that nobody can put
/// another directory in its place meanwhile. O_PATH: root may lack the capability to open the worker's directory.
Status prepare_engine(int directory, const std::string& path, WorkerIdentity worker) {
  const std::string shown = path + "/engine";
  if (auto made = make_engine(directory, shown); !made) {
    return with_exact_hint(std::move(made).error(), install_hint(path, worker));
  }
  const UniqueFd engine{::openat(directory, "engine", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  struct stat facts {};
  if (!engine || ::fstat(engine.get(), &facts) != 0) {
    return Error{ErrorKind::permission, cat(shown, " is not a directory"), cat("run: rm ", shown)};
  }
  if (facts.st_uid == worker.uid) {
    const bool others_write = (facts.st_mode & kOthersMayWrite) != 0;
    if (!others_write && (facts.st_mode & S_IRWXO) == 0) return {};
    return Error{ErrorKind::permission, cat(others_write ? "others may write to " : "everybody may look into ", shown),
                 cat("run: chmod 700 ", shown)};
  }
  const std::string command = cat("run: chown -R ", user_name(worker.uid), ":", group_name(worker.gid), " ", shown);
  // Ours and empty: just made, or an earlier load died before it handed the directory over.
  if (facts.st_uid != ::geteuid() || !empty_directory(directory, "engine")) {
    const std::string owners = cat(user_name(facts.st_uid), ", not to ", user_name(worker.uid));
    return Error{ErrorKind::permission, cat(shown, " belongs to ", owners), command};
  }
  if (::fchownat(engine.get(), "", worker.uid, worker.gid, AT_EMPTY_PATH) == 0) return {};
  return with_exact_hint(system_error(cat("cannot hand over ", shown), errno), command);
}

/// A folder of engine/, made if missing.
Status prepare_folder(int engine, const char* name) {
  auto made = make_directory_at(engine, name, 0700);
  if (!made) return made;
  const auto folder = open_directory_at(engine, name);
  if (!folder) return Error{folder.error()};
  remove_stale_temporaries(folder->get());
  return sync_directory(folder->get());
}

void remove_stale_in(int directory, const std::string& name) {
  const auto folder = open_directory_at(directory, name);
  if (folder) remove_stale_temporaries(folder->get());
}

/// In each directory in it.
void remove_stale_below(int directory, const std::string& name) {
  const auto folder = open_directory_at(directory, name);
  const auto names = folder ? list_directory(folder->get()) : Result<std::vector<std::string>>{Error{folder.error()}};
  if (!names) return;
  for (const auto& inner : *names) remove_stale_in(folder->get(), inner);
}

}  // namespace

Status prepare_state_directory(const std::string& path, WorkerIdentity worker) {
  if (path.empty() || path.front() != '/' || path.size() > 4000) {
    return Error{ErrorKind::configuration, cat("the state directory must be an absolute path: ", path)};
  }
  const std::string command = install_hint(path, worker);
  if (auto made = make_path(path); !made) return with_exact_hint(std::move(made).error(), command);
  auto directory = open_directory(path);
  if (!directory) return with_exact_hint(std::move(directory).error(), command);
  if (auto checked = check_state_directory(directory->get(), path); !checked) return checked;
  // Of a secret that was being made.
  remove_stale_temporaries(directory->get());
  if (auto live = make_directory_at(directory->get(), "live", 0755); !live) {
    return with_exact_hint(std::move(live).error().with_context(path), command);
  }
  return prepare_engine(directory->get(), path, worker);
}

Result<UniqueFd> open_engine_tree(const std::string& path) {
  auto directory = open_directory(path);
  if (!directory) return directory;
  auto engine = open_directory_at(directory->get(), "engine");
  if (!engine) return std::move(engine).error().with_context(path);
  return engine;
}

Result<UniqueFd> make_engine_tree(const std::string& path) {
  auto engine = open_engine_tree(path);
  if (!engine) return engine;
  // Names too: what a life before this one made, and had no time to make safe.
  for (auto synced : {sync_above(path), sync_above(path + "/engine")}) {
    if (!synced) return std::move(synced).error();
  }
  remove_stale_temporaries(engine->get());
  for (const char* name : {"accounts", "certificates", "orders"}) {
    auto prepared = prepare_folder(engine->get(), name);
    if (!prepared) return std::move(prepared).error().with_context(cat(path, "/engine"));
  }
  if (auto synced = sync_directory(engine->get()); !synced) return std::move(synced).error().with_context(path);
  remove_stale_below(engine->get(), "accounts");
  remove_stale_in(engine->get(), "sealed");
  return engine;
}

}  // namespace acme
