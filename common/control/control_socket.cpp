#include "common/control/control_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>

#include "common/base/text.hpp"
#include "common/control/messages.hpp"
#include "common/store/file_io.hpp"

namespace acme {

namespace {

constexpr int kBacklog = 16;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

Error not_running(const std::string& state_path) {
  return Error{ErrorKind::not_found, cat("no engine is running for ", state_path),
               "start the server; when it runs, its error log says why the engine does not"};
}

/// What is not there, or not for us.
Error unreachable(Error error, const std::string& state_path) {
  if (error.kind == ErrorKind::permission) {
    return Error{ErrorKind::permission, cat("no permission for ", state_path, "/engine"), "run acmectl as root"};
  }
  if (error.kind != ErrorKind::not_found) return error;
  struct stat facts {};
  if (::stat(state_path.c_str(), &facts) == 0) return not_running(state_path);
  return Error{ErrorKind::not_found, cat("no engine is running: there is no state directory ", state_path),
               "name the server's acme_state_path by --state"};
}

}  // namespace

Result<ControlPeer> peer_of(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return system_error("cannot learn who is at the other end of the control socket", errno);
  }
  return ControlPeer{credentials.uid, credentials.pid};
}

Result<ControlListener> ControlListener::bind(int engine_directory) {
  UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!fd) return system_error("cannot make the control socket", errno);
  if (::unlinkat(engine_directory, kControlSocket, 0) != 0 && errno != ENOENT) {
    return system_error("cannot replace the old control socket", errno);
  }
  // The file gets the mode of the socket, less the umask (nginx has none): no moment in which others may connect.
  if (::fchmod(fd.get(), 0600) != 0) return system_error("cannot make the control socket private", errno);
  const sockaddr_un address = address_of(cat("/proc/self/fd/", engine_directory, "/", kControlSocket));
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return system_error("cannot bind the control socket", errno);
  }
  ControlListener listener{engine_directory, std::move(fd)};
  if (::listen(listener.fd(), kBacklog) != 0) return system_error("cannot listen on the control socket", errno);
  return listener;
}

ControlListener::~ControlListener() {
  if (fd_) ::unlinkat(directory_, kControlSocket, 0);
}

std::optional<ControlListener::Client> ControlListener::accept() {
  Client client;
  client.fd.reset(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!client.fd) return std::nullopt;
  auto peer = peer_of(client.fd.get());
  if (!peer) return std::nullopt;
  client.peer = *peer;
  return client;
}

void ControlListener::close_door() noexcept { ::shutdown(fd_.get(), SHUT_RDWR); }

Result<UniqueFd> connect_to_engine(const std::string& state_path) {
  auto state = open_directory(state_path);
  if (!state) return unreachable(std::move(state).error(), state_path);
  auto engine = open_directory_at(state->get(), "engine");
  if (!engine) return unreachable(std::move(engine).error(), state_path);
  struct stat owner {};
  if (::fstat(engine->get(), &owner) != 0) return system_error(cat("cannot look at ", state_path, "/engine"), errno);
  // Pinned: what is looked at is what is connected to.
  const UniqueFd pinned{::openat(engine->get(), kControlSocket, O_PATH | O_NOFOLLOW | O_CLOEXEC)};
  if (!pinned) return unreachable(system_error(cat(state_path, "/engine/", kControlSocket), errno), state_path);
  struct stat facts {};
  if (::fstat(pinned.get(), &facts) != 0 || !S_ISSOCK(facts.st_mode)) {
    return Error{ErrorKind::io, cat(state_path, "/engine/", kControlSocket, " is no socket")};
  }
  UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!fd) return system_error("cannot make a socket", errno);
  const sockaddr_un address = address_of(cat("/proc/self/fd/", pinned.get()));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == ECONNREFUSED) return not_running(state_path);
    return unreachable(system_error(cat("cannot connect to ", state_path, "/engine/", kControlSocket), errno),
                       state_path);
  }
  auto peer = peer_of(fd.get());
  if (!peer) return std::move(peer).error();
  if (peer->uid != owner.st_uid) {
    return Error{ErrorKind::permission,
                 cat("who answers for ", state_path, " is not the engine (uid ", peer->uid, ")")};
  }
  return fd;
}

}  // namespace acme
