#include "ngx_acme/reload_pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "common/base/text.hpp"

namespace acme {

Status ReloadPipe::open() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    return Error{ErrorKind::io, cat("cannot make the pipe for reload requests: ", std::strerror(errno))};
  }
  reading_.reset(ends[0]);
  writing_.reset(ends[1]);
  if (::fcntl(reading_.get(), F_SETSIG, SIGHUP) != 0 || ::fcntl(reading_.get(), F_SETOWN, ::getpid()) != 0 ||
      ::fcntl(reading_.get(), F_SETFL, O_NONBLOCK | O_ASYNC) != 0) {
    const int code = errno;
    close();
    return Error{ErrorKind::io, cat("cannot set up the pipe for reload requests: ", std::strerror(code))};
  }
  return {};
}

void ReloadPipe::own() const noexcept {
  if (reading_) ::fcntl(reading_.get(), F_SETOWN, ::getpid());
}

void ReloadPipe::keep_writing_end() { reading_.reset(); }

void ReloadPipe::close() {
  // A child that has not closed its copy yet must not make the last writer's end a signal for us.
  if (reading_ && ::fcntl(reading_.get(), F_GETOWN) == ::getpid()) ::fcntl(reading_.get(), F_SETFL, O_NONBLOCK);
  reading_.reset();
  writing_.reset();
}

Status ReloadPipe::request() const {
  if (!writing_) return Error{ErrorKind::internal, "no way to ask for a reload"};
  if (::write(writing_.get(), "", 1) == 1) return {};
  return Error{ErrorKind::io, cat("asking for a reload: ", std::strerror(errno))};
}

}  // namespace acme
