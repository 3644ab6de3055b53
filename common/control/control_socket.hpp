// control.sock: the engine's end and acmectl's. A path longer than a socket's address can be is reached through
// /proc/self/fd.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"

namespace acme {

/// Who is at the other end, as the kernel says (SO_PEERCRED).
struct ControlPeer {
  uid_t uid = static_cast<uid_t>(-1);
  pid_t pid = 0;
};

/// The engine's: listens, 0600, closed on exec, never blocks; removed from the directory at the end.
class ControlListener {
 public:
  /// `engine_directory` is borrowed; its lock is held, so whatever has the name already is of an engine that died.
  static Result<ControlListener> bind(int engine_directory);
  ControlListener(ControlListener&&) noexcept = default;
  ControlListener& operator=(ControlListener&&) = delete;
  ~ControlListener();

  struct Client {
    UniqueFd fd;
    ControlPeer peer;
  };
  /// nullopt: nobody is waiting (any more).
  std::optional<Client> accept();
  int fd() const noexcept { return fd_.get(); }
  /// Wakes who waits for fd() to become readable; nobody is accepted any more.
  void close_door() noexcept;

 private:
  ControlListener(int directory, UniqueFd fd) : directory_{directory}, fd_{std::move(fd)} {}
  int directory_;
  UniqueFd fd_;
};

/// acmectl's: connected to the engine of this state directory. Nothing in engine/, which the worker owns, can lead it
/// elsewhere: no symbolic link is followed, and who answers must be the owner of engine/.
/// ErrorKind::not_found: no engine runs (or there is no such state directory, the message tells); permission.
Result<UniqueFd> connect_to_engine(const std::string& state_path);

/// ErrorKind::io.
Result<ControlPeer> peer_of(int socket);

}  // namespace acme
