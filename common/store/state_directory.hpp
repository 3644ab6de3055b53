// The state directory (README, "How it works"): who makes what, with which owner and mode.
//
//     <path>/            0755, owner = who loads the configuration (root)
//       secret           0600, 32 random bytes; made only by a real load
//       live/            0755, for other daemons; written by who loads the configuration
//       engine/          0700, owner = worker uid; everything below is the engine's
//         lock accounts/ certificates/ orders/ challenges ledger log
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/secret.hpp"
#include "common/base/unique_fd.hpp"

namespace acme {

struct WorkerIdentity {
  uid_t uid = static_cast<uid_t>(-1);
  gid_t gid = static_cast<gid_t>(-1);
};

/// Real loads only. Makes what is missing, parents of `path` too; hands engine/ to the worker uid.
/// Repairs nothing of the operator's: a file in the way, another owner, a read-only or full disk, a
/// network file system, a directory that others may write to are errors whose hint is the command that
/// mends it (ErrorKind::configuration when the path itself is the mistake). Safe to call at each load. Never touches
/// anything beneath engine/ as root except making the directory itself (make_engine_tree does that as the worker).
Status prepare_state_directory(const std::string& path, WorkerIdentity worker);

/// The secret, made when there is none and no sealed key exists under engine/.
/// ErrorKind::not_found: the secret is missing while sealed keys exist (hint: restore it from the backup, or
/// remove the certificates). Other kinds: it cannot be read or made, is not 32 bytes, or others may read it.
Result<Secret> ensure_secret(const std::string& path);
/// Reads only, whoever else may read it: enough to serve what is there, ensure_secret() tells what is wrong.
/// ErrorKind::not_found when there is none.
Result<Secret> read_secret(const std::string& path);

/// The engine, as the worker uid: opens engine/ and makes accounts/, certificates/, orders/ in it; removes
/// temporary files that an earlier death left behind.
Result<UniqueFd> make_engine_tree(const std::string& path);

/// For everyone else: engine/ as it is. ErrorKind::not_found, permission.
Result<UniqueFd> open_engine_tree(const std::string& path);

/// flock on engine/lock: who holds it is the one engine of this directory.
class EngineLock {
 public:
  /// nullopt: another process holds it (its pid in `holder`, 0 when unknown).
  static Result<std::optional<EngineLock>> try_take(int engine_directory, pid_t& holder);
  /// Still the file that is at engine/lock now? False after the directory was deleted or replaced.
  /// Give it a newly opened engine/ (open_engine_tree): an old descriptor follows a directory that was moved away.
  bool still_held(int engine_directory) const;

 private:
  explicit EngineLock(UniqueFd fd) : fd_{std::move(fd)} {}
  UniqueFd fd_;
};

}  // namespace acme
