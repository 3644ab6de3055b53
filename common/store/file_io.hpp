// File access that a hostile or failing disk cannot turn against us.
//
// Reading: openat2 with RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS, O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, regular
// files only, size-limited: a planted symlink, FIFO or huge file is an error, never a hang.
// (Kernels without openat2: each component is opened with O_NOFOLLOW.)
// Writing: a new file "tmp-<random>" made O_EXCL with its final mode (whatever the umask), written,
// fsync'ed when `durable`, renamed, directory fsync'ed. At any death the old or the new file is there, whole.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"

namespace acme {

enum class Durability : std::uint8_t { durable, volatile_ };

/// An O_RDONLY descriptor of an existing directory. ErrorKind::not_found, permission, io.
Result<UniqueFd> open_directory(const std::string& path);
/// The same, beneath another directory; no symlink in `relative` is followed.
Result<UniqueFd> open_directory_at(int directory, const std::string& relative);

/// A regular file beneath `directory`, opened for reading as read_file_at() does.
Result<UniqueFd> open_file_at(int directory, const std::string& relative);
/// The whole regular file `relative` beneath `directory`. ErrorKind::not_found, permission,
/// malformed (not a regular file, a symlink on the way, more than `max_size` bytes), io.
Result<std::string> read_file_at(int directory, const std::string& relative, std::size_t max_size);

/// Replaces or makes `name` (no '/') in `directory`. ErrorKind::permission or io (the message has the errno text, and
/// is the same for the same failure). No temporary file stays behind a failure.
Status write_file_at(int directory, const std::string& name, std::string_view bytes, mode_t mode,
                     Durability durability);

/// Makes `name`, which must not be there yet (O_EXCL): for files of a folder that gets its own name only when
/// it is complete. Nothing stays behind a failure. The directory itself is not fsync'ed.
Status create_file_at(int directory, const std::string& name, std::string_view bytes, mode_t mode,
                      Durability durability);

/// Makes the symbolic link `name` -> `target`, or replaces one, in one step (and fsyncs the directory).
Status swap_link_at(int directory, const std::string& target, const std::string& name);
/// The text of a symbolic link of at most 255 bytes; empty when there is none or it is something else. An Error when
/// that cannot be told.
Result<std::string> read_link_at(int directory, const std::string& name);

Status sync_directory(int directory);

/// "tmp-<16 random hex digits>": how everything is named until it is complete.
std::string temporary_name();
/// Removes what an earlier death left: entries named tmp-* that are older than ten minutes (younger ones may
/// be another process's work under way). Failures matter to nobody.
void remove_stale_temporaries(int directory);

/// Makes `name` (one component) if it is not there. An existing directory is fine whatever its mode. Durable: what is
/// safe in it does not go lost with its name. Nothing stays behind a failure.
Status make_directory_at(int directory, const std::string& name, mode_t mode,
                         Durability durability = Durability::durable);

/// Removes a file or link, or a directory with all that is in it; never follows a symlink. Not there: fine.
Status remove_at(int directory, const std::string& name);

/// The same of a directory whose parts only make sense together: it is there as a whole, or not. A death leaves a
/// tmp-* at most.
Status discard_at(int directory, const std::string& name);

/// Names in the directory, sorted, without "." and "..".
Result<std::vector<std::string>> list_directory(int directory);

/// The Error of the failed system call `what`, from errno: kind by errno, hint for ENOSPC, EROFS, EACCES.
Error system_error(const std::string& what, int error_number);

namespace detail {
/// The way around a missing openat2: every component by itself, O_NOFOLLOW. -1 and errno.
int open_by_component(int directory, const std::string& relative, int flags) noexcept;
}  // namespace detail

}  // namespace acme
