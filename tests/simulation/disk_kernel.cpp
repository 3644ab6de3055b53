// What all calls have in common: descriptors, paths, admission.
#include "tests/simulation/disk_kernel.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

namespace acme_test {

namespace {

constexpr int kMostLinks = 16;

/// Never one that was in use before, of any disk: a late close() must not hit another's.
int fresh_descriptor() {
  static int next = kFirstDescriptor;
  next = next == INT32_MAX ? kFirstDescriptor : next + 1;
  return next;
}

}  // namespace

long DiskKernel::add_descriptor(OpenFilePtr file) {
  const int descriptor = fresh_descriptor();
  descriptors_.emplace(descriptor, std::move(file));
  return descriptor;
}

void DiskKernel::end_process(int number) {
  std::erase_if(descriptors_, [&](const auto& open) { return open.second->process == number; });
  processes[number] = {};
}

std::size_t DiskKernel::descriptors_of(int number) const {
  return static_cast<std::size_t>(std::count_if(descriptors_.begin(), descriptors_.end(),
                                                [&](const auto& open) { return open.second->process == number; }));
}

void DiskKernel::random_bytes(unsigned char* bytes, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(chance_());
}

DiskKernel::Verdict DiskKernel::admit(DiskCall call, int number, const std::string& path, std::size_t size) {
  if (processes[number].dead) return {EIO};
  const std::uint64_t nth = ++processes[number].calls;
  if (nth == processes[number].dies_at) {
    processes[number].dead = true;
    return {EIO};
  }
  if (!policy) return {};
  const int error_before = errno;  // a call that succeeds leaves it, whatever others do meanwhile
  const DiskFault fault = policy({call, number, nth, path, size});
  errno = error_before;
  // The policy may have ended the process by itself.
  if (processes[number].dead) return {EIO};
  switch (fault.kind()) {
    case DiskFault::Kind::none: return {};
    case DiskFault::Kind::error: return {fault.number()};
    case DiskFault::Kind::partial: return {0, std::max<std::size_t>(fault.bytes(), 1)};
    case DiskFault::Kind::death: break;
  }
  if (call == DiskCall::write && fault.bytes() > 0) return {0, fault.bytes(), true};
  processes[number].dead = true;
  return {EIO};
}

DiskKernel::Place DiskKernel::base_of(int directory, const char* path) const {
  Place place;
  place.process = process;
  if (path[0] == '/') {
    place.directory = image.root();
    place.path = kSimulatedRoot;
    return place;
  }
  const auto open = descriptors_.find(directory);
  if (open == descriptors_.end()) {
    place.error = EBADF;
    return place;
  }
  place.directory = open->second->node;
  place.path = open->second->path;
  place.process = open->second->process;
  return place;
}

void DiskKernel::walk(Place& place, std::string rest, bool follow, bool no_links) const {
  place.node = place.directory;
  for (int links = 0; !rest.empty();) {
    const auto end = rest.find('/');
    const std::string component = rest.substr(0, end);
    rest.erase(0, end == std::string::npos ? end : end + 1);
    if (component.empty() || component == ".") continue;
    if (!place.node || !S_ISDIR(place.node->mode)) return void(place.error = place.node ? ENOTDIR : ENOENT);
    if (component.size() > 255) return void(place.error = ENAMETOOLONG);
    place.directory = place.node;
    place.name = component;
    const auto entry = place.directory->entries.find(component);
    place.node = entry == place.directory->entries.end() ? nullptr : entry->second;
    const bool is_link = place.node && S_ISLNK(place.node->mode);
    if (!is_link || (rest.empty() && !follow)) continue;
    if (no_links || ++links > kMostLinks) return void(place.error = ELOOP);
    rest = place.node->bytes + (rest.empty() ? "" : "/" + rest);
    place.node = place.directory;
  }
}

DiskKernel::Place DiskKernel::find(int directory, const char* path, bool follow, bool no_links) const {
  Place place = base_of(directory, path);
  if (place.error != 0) return place;
  const std::string relative = path[0] == '/' ? path + sizeof kSimulatedRoot - 1 : path;
  if (path[0] == '/') {
    place.path = path;
  } else {
    place.path += "/" + relative;
  }
  walk(place, relative, follow, no_links);
  return place;
}

int DiskKernel::enter(DiskCall call, const Place& place) {
  const Verdict verdict = admit(call, place.process, place.path);
  return verdict.error != 0 ? verdict.error : place.error;
}

int DiskKernel::enter(DiskCall call, int descriptor, OpenFilePtr& file, std::size_t size) {
  const auto open = descriptors_.find(descriptor);
  if (open == descriptors_.end()) return EBADF;
  file = open->second;
  return admit(call, file->process, file->path, size).error;
}

int DiskKernel::refusal(const Place& place) const {
  if (place.name.empty() || place.directory->links == 0) return ENOENT;
  if (read_only) return EROFS;
  constexpr std::size_t kName = 64;
  return has_room(kName) ? 0 : ENOSPC;
}

void DiskKernel::describe(const DiskNode& node, struct stat& facts) {
  facts = {};
  facts.st_dev = 0xd15c;
  facts.st_ino = node.number;
  facts.st_mode = node.mode;
  facts.st_nlink = static_cast<nlink_t>(S_ISDIR(node.mode) && node.links > 0 ? 2 : node.links);
  facts.st_uid = node.owner;
  facts.st_gid = node.group;
  facts.st_size = static_cast<off_t>(node.bytes.size());
  facts.st_mtime = node.changed;
}

}  // namespace acme_test
