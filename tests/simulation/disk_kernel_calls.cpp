// The system calls of disk_kernel.hpp.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "tests/simulation/disk_kernel.hpp"

namespace acme_test {

namespace {

constexpr mode_t kMask = 022;  // the umask of every process here
constexpr mode_t kPermissions = 07777;

bool writes(int flags) { return (flags & O_ACCMODE) != O_RDONLY && (flags & O_PATH) == 0; }

}  // namespace

long DiskKernel::open(int directory, const char* path, int flags, mode_t mode, bool no_links) {
  Place place = find(directory, path, (flags & O_NOFOLLOW) == 0, no_links);
  if (const int error = enter(DiskCall::open, place); error != 0) return -error;
  // What another process did at this call counts.
  place = find(directory, path, (flags & O_NOFOLLOW) == 0, no_links);
  if (place.error != 0) return -place.error;
  if (place.node && (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0) return -EEXIST;
  if (!place.node && (flags & O_CREAT) == 0) return -ENOENT;
  if (!place.node) {
    if (const int error = refusal(place); error != 0) return -error;
    place.node = image.make(S_IFREG | (mode & ~kMask & kPermissions), seconds());
    image.set(place.directory, place.name, place.node, seconds());
  }
  if (S_ISLNK(place.node->mode) && (flags & O_PATH) == 0) return (flags & O_DIRECTORY) != 0 ? -ENOTDIR : -ELOOP;
  if ((flags & O_DIRECTORY) != 0 && !S_ISDIR(place.node->mode)) return -ENOTDIR;
  if (S_ISDIR(place.node->mode) && writes(flags)) return -EISDIR;
  if (writes(flags) && read_only) return -EROFS;
  if ((flags & O_TRUNC) != 0) image.truncate(*place.node, 0, seconds());
  return add_descriptor(std::make_shared<OpenFile>(OpenFile{place.node, place.path, 0, flags, place.process}));
}

long DiskKernel::close(int descriptor) {
  OpenFilePtr file;
  const int error = enter(DiskCall::close, descriptor, file);
  // As Linux does: closed, whatever it says. A dead process closes nothing: restart() does.
  if (file && !processes[file->process].dead) descriptors_.erase(descriptor);
  return -error;
}

long DiskKernel::read(int descriptor, char* bytes, std::size_t size, std::optional<std::size_t> place) {
  const auto open = descriptors_.find(descriptor);
  if (open == descriptors_.end()) return -EBADF;
  const OpenFilePtr file = open->second;
  const Verdict verdict = admit(DiskCall::read, file->process, file->path, size);
  if (verdict.error != 0) return -verdict.error;
  if (S_ISDIR(file->node->mode)) return -EISDIR;
  const std::size_t begin = std::min(place.value_or(file->place), file->node->bytes.size());
  const std::size_t count = std::min({size, verdict.most, file->node->bytes.size() - begin});
  file->node->bytes.copy(bytes, count, begin);
  if (!place) file->place = begin + count;
  return static_cast<long>(count);
}

long DiskKernel::write(int descriptor, const char* bytes, std::size_t size, std::optional<std::size_t> place) {
  const auto open = descriptors_.find(descriptor);
  if (open == descriptors_.end()) return -EBADF;
  const OpenFilePtr file = open->second;
  const Verdict verdict = admit(DiskCall::write, file->process, file->path, size);
  if (verdict.error != 0) return -verdict.error;
  if (!writes(file->flags)) return -EBADF;
  if (read_only) return -EROFS;
  const std::size_t present = file->node->bytes.size();
  const std::size_t begin = (file->flags & O_APPEND) != 0 ? present : place.value_or(file->place);
  std::size_t count = std::min(size, verdict.most);
  if (limit) {
    const std::size_t room = *limit - std::min(*limit, image.used());
    count = std::min(count, std::max(present, begin) - begin + room);
    if (count == 0 && size > 0) return -ENOSPC;
  }
  image.write(*file->node, begin, {bytes, count}, seconds());
  if (!place) file->place = begin + count;
  if (!verdict.dies) return static_cast<long>(count);
  processes[file->process].dead = true;
  return -EIO;
}

long DiskKernel::sync(int descriptor) {
  OpenFilePtr file;
  const int error = enter(DiskCall::sync, descriptor, file);
  const bool tried = file && error != EINTR && !processes[file->process].dead;
  if (error != 0 && tried) DiskImage::doom(*file->node);
  if (error == 0) image.sync(file->node);
  return -error;
}

long DiskKernel::look(int descriptor, struct stat& facts) {
  OpenFilePtr file;
  if (const int error = enter(DiskCall::look, descriptor, file); error != 0) return -error;
  describe(*file->node, facts);
  return 0;
}

long DiskKernel::look_at(int directory, const char* path, int flags, struct stat* facts) {
  const bool follow = (flags & AT_SYMLINK_NOFOLLOW) == 0;
  if (const int error = enter(DiskCall::look, find(directory, path, follow, false)); error != 0) return -error;
  const Place place = find(directory, path, follow, false);
  if (!place.node) return -ENOENT;
  if (facts != nullptr) describe(*place.node, *facts);
  return 0;
}

long DiskKernel::rename(int from, const char* old_path, int to, const char* path, unsigned flags) {
  if (const int error = enter(DiskCall::rename, find(to, path, false, false)); error != 0) return -error;
  const Place old = find(from, old_path, false, false);
  const Place place = find(to, path, false, false);
  if (old.error != 0 || !old.node) return old.error != 0 ? -old.error : -ENOENT;
  if (read_only) return -EROFS;
  if (place.name.empty() || old.name.empty()) return -EBUSY;
  if (place.node == old.node) return 0;
  if (place.node && (flags & RENAME_NOREPLACE) != 0) return -EEXIST;
  if (place.node && S_ISDIR(place.node->mode) != S_ISDIR(old.node->mode)) {
    return S_ISDIR(place.node->mode) ? -EISDIR : -ENOTDIR;
  }
  if (place.node && !place.node->entries.empty()) return -ENOTEMPTY;
  image.rename(old.directory, old.name, place.directory, place.name, seconds());
  return 0;
}

long DiskKernel::unlink(int directory, const char* path, int flags) {
  if (const int error = enter(DiskCall::unlink, find(directory, path, false, false)); error != 0) return -error;
  const Place place = find(directory, path, false, false);
  if (!place.node) return -ENOENT;
  if (place.name.empty()) return -EBUSY;
  const bool as_directory = (flags & AT_REMOVEDIR) != 0;
  if (as_directory != S_ISDIR(place.node->mode)) return as_directory ? -ENOTDIR : -EISDIR;
  if (read_only) return -EROFS;
  if (as_directory && !place.node->entries.empty()) return -ENOTEMPTY;
  image.remove(place.directory, place.name, seconds());
  return 0;
}

long DiskKernel::mkdir(int directory, const char* path, mode_t mode) {
  if (const int error = enter(DiskCall::mkdir, find(directory, path, false, false)); error != 0) return -error;
  const Place place = find(directory, path, false, false);
  if (place.node) return -EEXIST;
  if (const int error = refusal(place); error != 0) return -error;
  image.set(place.directory, place.name, image.make(S_IFDIR | (mode & ~kMask & kPermissions), seconds()), seconds());
  return 0;
}

long DiskKernel::symlink(const char* target, int directory, const char* path) {
  if (const int error = enter(DiskCall::symlink, find(directory, path, false, false)); error != 0) return -error;
  const Place place = find(directory, path, false, false);
  if (place.node) return -EEXIST;
  if (const int error = refusal(place); error != 0) return -error;
  const auto node = image.make(S_IFLNK | 0777, seconds());
  node->bytes = node->safe_bytes = target;
  image.set(place.directory, place.name, node, seconds());
  return 0;
}

long DiskKernel::readlink(int directory, const char* path, char* text, std::size_t size) {
  if (const int error = enter(DiskCall::readlink, find(directory, path, false, false)); error != 0) return -error;
  const Place place = find(directory, path, false, false);
  if (!place.node) return -ENOENT;
  if (!S_ISLNK(place.node->mode)) return -EINVAL;
  return static_cast<long>(place.node->bytes.copy(text, size));
}

long DiskKernel::link(int from, const char* old_path, int to, const char* path) {
  if (const int error = enter(DiskCall::link, find(to, path, false, false)); error != 0) return -error;
  const Place old = find(from, old_path, false, false);
  const Place place = find(to, path, false, false);
  if (old.error != 0 || !old.node) return old.error != 0 ? -old.error : -ENOENT;
  if (place.node) return -EEXIST;
  if (S_ISDIR(old.node->mode)) return -EPERM;
  if (const int error = refusal(place); error != 0) return -error;
  image.set(place.directory, place.name, old.node, seconds());
  return 0;
}

long DiskKernel::truncate(int descriptor, std::size_t size) {
  OpenFilePtr file;
  if (const int error = enter(DiskCall::truncate, descriptor, file); error != 0) return -error;
  if (read_only) return -EROFS;
  if (!writes(file->flags)) return -EINVAL;
  image.truncate(*file->node, size, seconds());
  return 0;
}

long DiskKernel::chmod(int descriptor, mode_t mode) {
  OpenFilePtr file;
  if (const int error = enter(DiskCall::chmod, descriptor, file); error != 0) return -error;
  if (read_only) return -EROFS;
  file->node->mode = (file->node->mode & ~kPermissions) | (mode & kPermissions);
  return 0;
}

long DiskKernel::chown(int descriptor, uid_t owner, gid_t group) {
  OpenFilePtr file;
  if (const int error = enter(DiskCall::chown, descriptor, file); error != 0) return -error;
  if (read_only) return -EROFS;
  file->node->owner = owner;
  file->node->group = group;
  return 0;
}

long DiskKernel::lock(int descriptor, int operation) {
  OpenFilePtr file;
  if (const int error = enter(DiskCall::lock, descriptor, file); error != 0) return -error;
  auto& holder = locks_[file->node->number];
  if ((operation & LOCK_UN) != 0) {
    if (holder.lock() == file) holder.reset();
    return 0;
  }
  const auto other = holder.lock();
  if (other && other != file) return -EWOULDBLOCK;
  holder = file;
  return 0;
}

long DiskKernel::duplicate(int descriptor, int wanted) {
  OpenFilePtr file;
  if (const int error = enter(DiskCall::duplicate, descriptor, file); error != 0) return -error;
  if (wanted < 0) return add_descriptor(std::move(file));
  descriptors_[wanted] = std::move(file);
  return wanted;
}

DiskKernel::Stream* DiskKernel::open_stream(int descriptor, int& error) {
  OpenFilePtr file;
  error = enter(DiskCall::open, descriptor, file);
  if (error == 0 && !S_ISDIR(file->node->mode)) error = ENOTDIR;
  if (error != 0) return nullptr;
  auto stream = std::make_unique<Stream>();
  stream->descriptor = descriptor;
  for (const auto& [name, node] : file->node->entries) stream->names.push_back(name);
  stream->names.insert(stream->names.end(), {"..", "."});
  // In no order that anybody could rely on.
  std::reverse(stream->names.begin(), stream->names.end());
  Stream* const address = stream.get();
  streams_.emplace(address, std::move(stream));
  return address;
}

dirent* DiskKernel::next_entry(Stream* stream, int& error) {
  OpenFilePtr file;
  error = enter(DiskCall::list, stream->descriptor, file);
  if (error != 0 || stream->next == stream->names.size()) return nullptr;
  const std::string& name = stream->names[stream->next++];
  std::snprintf(&stream->entry.d_name[0], sizeof stream->entry.d_name, "%s", name.c_str());
  return &stream->entry;
}

long DiskKernel::close_stream(Stream* stream) {
  const int descriptor = stream->descriptor;
  streams_.erase(stream);
  return close(descriptor);
}

std::string DiskKernel::listing() const {
  std::string text;
  std::vector<std::pair<std::string, DiskNodePtr>> all{{kSimulatedRoot, image.root()}};
  while (!all.empty()) {
    const auto [path, node] = std::move(all.back());
    all.pop_back();
    const char kind = S_ISDIR(node->mode) ? 'd' : S_ISLNK(node->mode) ? 'l' : 'f';
    char mode[8];
    std::snprintf(&mode[0], sizeof mode, "%04o", node->mode & kPermissions);
    text += std::string{kind} + " " + &mode[0] + " " + path;
    if (kind == 'f') text += " " + std::to_string(node->bytes.size());
    if (kind == 'l') text += " -> " + node->bytes;
    text += "\n";
    for (auto entry = node->entries.rbegin(); entry != node->entries.rend(); ++entry) {
      all.emplace_back(path + "/" + entry->first, entry->second);
    }
  }
  return text;
}

}  // namespace acme_test
