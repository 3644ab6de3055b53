// ReloadPipe: how the unprivileged engine asks the root master for a graceful reload.
//
// It may not signal the master. So the master, as root, makes a pipe whose reading end delivers SIGHUP to
// its owner, the master itself, whenever a byte arrives (O_ASYNC with F_SETSIG): one byte, one reload, and
// nothing to read. The master's pid changes when it becomes a daemon, after the configuration was loaded;
// therefore the ownership is renewed before each fork (own()). Both ends are shared by fork, ownership
// included, so every child closes the reading end first thing.
#pragma once

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"

namespace acme {

class ReloadPipe {
 public:
  ReloadPipe() = default;
  ReloadPipe(const ReloadPipe&) = delete;
  ReloadPipe& operator=(const ReloadPipe&) = delete;
  ~ReloadPipe() { close(); }

  /// In the process that is to be reloaded.
  Status open();
  /// This process now gets the signals. Does nothing when the pipe is not open.
  void own() const noexcept;
  /// In a child that may ask.
  void keep_writing_end();
  /// In a child that may not. The owner gets no signal by closing.
  void close();

  /// One reload. Any thread.
  Status request() const;

 private:
  UniqueFd reading_;
  UniqueFd writing_;
};

}  // namespace acme
