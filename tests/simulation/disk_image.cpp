#include "tests/simulation/disk_image.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace acme_test {

namespace {

/// A kernel writes back by itself what is old; here: what has so many changes after it.
constexpr std::size_t kMostPending = 256;
constexpr std::size_t kNameCost = 64;

bool is_directory(const DiskNode& node) { return S_ISDIR(node.mode); }

void put(std::string& all, std::size_t place, std::string_view bytes) {
  if (all.size() < place + bytes.size()) all.resize(place + bytes.size(), '\0');
  all.replace(place, bytes.size(), bytes);
}

void apply_bytes(std::string& all, const ByteChange& change) {
  if (change.cut) {
    all.resize(change.place, '\0');
  } else {
    put(all, change.place, change.bytes);
  }
}

std::size_t below(acme::Random& random, std::size_t limit) {
  return limit == 0 ? 0 : static_cast<std::size_t>(random.next() % limit);
}

/// Some of it came to the disk: the beginning, the end, or only the size that it makes.
void apply_torn(std::string& all, const ByteChange& change, acme::Random& random) {
  if (change.cut) return;
  const std::size_t at = below(random, change.bytes.size() + 1);
  const std::string_view bytes = change.bytes;
  switch (random.next() % 3) {
    case 0: return put(all, change.place, bytes.substr(0, at));
    case 1: return put(all, change.place + at, bytes.substr(at));
    default: all.resize(std::max(all.size(), change.place + bytes.size()), '\0');
  }
}

/// Breaks the rings that directories and what is in them could form.
void forget(const DiskNodePtr& node) {
  std::vector<DiskNodePtr> all{node};
  while (!all.empty()) {
    const DiskNodePtr next = std::move(all.back());
    all.pop_back();
    for (const auto* entries : {&next->entries, &next->safe_entries}) {
      for (const auto& [name, inner] : *entries) all.push_back(inner);
    }
    next->entries.clear();
    next->safe_entries.clear();
  }
}

}  // namespace

DiskImage::DiskImage() : root_{make(S_IFDIR | 0755, 0)} { root_->links = 1; }

DiskImage::~DiskImage() {
  names_.clear();
  forget(root_);
}

DiskNodePtr DiskImage::make(mode_t mode, std::time_t now) {
  auto node = std::make_shared<DiskNode>();
  node->number = numbers_++;
  node->mode = mode;
  node->owner = ::geteuid();
  node->group = ::getegid();
  node->changed = now;
  return node;
}

void DiskImage::unlink(const DiskNodePtr& node) {
  if (--node->links > 0) return;
  used_ -= std::min(used_, node->bytes.size());
}

void DiskImage::set(const DiskNodePtr& directory, const std::string& name, const DiskNodePtr& node, std::time_t now) {
  auto& entry = directory->entries[name];
  if (entry) {
    unlink(entry);
  } else {
    used_ += kNameCost;
  }
  if (node->links++ == 0) used_ += node->bytes.size();
  entry = node;
  directory->changed = now;
  record({directory, name, node, nullptr, {}});
}

void DiskImage::remove(const DiskNodePtr& directory, const std::string& name, std::time_t now) {
  const auto entry = directory->entries.find(name);
  if (S_ISLNK(entry->second->mode)) ++link_changes_;
  unlink(entry->second);
  directory->entries.erase(entry);
  used_ -= std::min(used_, kNameCost);
  directory->changed = now;
  record({directory, name, nullptr, nullptr, {}});
}

void DiskImage::rename(const DiskNodePtr& from, const std::string& old_name, const DiskNodePtr& to,
                       const std::string& name, std::time_t now) {
  const DiskNodePtr node = from->entries.find(old_name)->second;
  from->entries.erase(old_name);
  auto& entry = to->entries[name];
  if (entry) {
    unlink(entry);
    used_ -= std::min(used_, kNameCost);
  }
  entry = node;
  from->changed = to->changed = now;
  record({to, name, node, from, old_name});
}

void DiskImage::apply(const NameChange& change) {
  if (change.old_directory) change.old_directory->safe_entries.erase(change.old_name);
  if (change.node) {
    change.directory->safe_entries[change.name] = change.node;
  } else {
    change.directory->safe_entries.erase(change.name);
  }
}

void DiskImage::record(NameChange change) {
  if (change.node && S_ISLNK(change.node->mode)) ++link_changes_;
  names_.push_back(std::move(change));
  if (names_.size() <= kMostPending) return;
  apply(names_.front());
  names_.pop_front();
}

void DiskImage::add_pending(DiskNode& file, ByteChange change) {
  file.pending.push_back(std::move(change));
  if (file.pending.size() <= kMostPending) return;
  apply_bytes(file.safe_bytes, file.pending.front());
  file.pending.pop_front();
}

void DiskImage::write(DiskNode& file, std::size_t place, std::string_view bytes, std::time_t now) {
  const std::size_t before = file.bytes.size();
  put(file.bytes, place, bytes);
  if (file.links > 0) used_ += file.bytes.size() - before;
  file.changed = now;
  add_pending(file, {ByteChange::State::dirty, false, place, std::string{bytes}});
}

void DiskImage::truncate(DiskNode& file, std::size_t size, std::time_t now) {
  const std::size_t before = file.bytes.size();
  file.bytes.resize(size, '\0');
  if (file.links > 0) used_ = used_ + size - std::min(used_ + size, before);
  file.changed = now;
  add_pending(file, {ByteChange::State::dirty, true, size, {}});
}

void DiskImage::sync(const DiskNodePtr& node) {
  if (is_directory(*node)) {
    const auto covered = [&](const NameChange& change) { return change.directory == node; };
    for (const auto& change : names_) {
      if (covered(change)) apply(change);
    }
    std::erase_if(names_, covered);
    return;
  }
  for (auto& change : node->pending) {
    if (change.state == ByteChange::State::dirty) change.state = ByteChange::State::synced;
  }
  while (!node->pending.empty() && node->pending.front().state == ByteChange::State::synced) {
    apply_bytes(node->safe_bytes, node->pending.front());
    node->pending.pop_front();
  }
}

void DiskImage::doom(DiskNode& node) {
  for (auto& change : node.pending) {
    if (change.state == ByteChange::State::dirty) change.state = ByteChange::State::doomed;
  }
}

/// This node, and all beneath it, become what is safe and what else came to the disk by chance.
void DiskImage::settle(DiskNode& node, acme::Random& random) {
  used_ += node.links == 0 ? node.bytes.size() : 0;
  ++node.links;
  if (!is_directory(node)) {
    if (node.links > 1 || S_ISLNK(node.mode)) return;
    const auto all = random.next() % 4;  // 0: nothing more, 1: everything, else by chance
    for (const auto& change : node.pending) {
      const auto chance = change.state == ByteChange::State::synced ? 1 : all < 2 ? all : random.next() % 3;
      if (chance == 1) apply_bytes(node.safe_bytes, change);
      if (chance == 2) apply_torn(node.safe_bytes, change, random);
    }
    node.pending.clear();
    used_ = used_ - node.bytes.size() + node.safe_bytes.size();
    node.bytes = node.safe_bytes;
    return;
  }
  node.entries = node.safe_entries;
  for (const auto& [name, inner] : node.entries) {
    used_ += kNameCost;
    settle(*inner, random);
  }
}

void DiskImage::power_cut(acme::Random& random) {
  const bool journal = random.next() % 2 == 0;
  const std::size_t first = below(random, names_.size() + 1);
  const auto odds = random.next() % 4;  // in a quarter of all cuts nothing more, of the others 1 in 3, 2 in 3, all
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (journal ? i < first : random.next() % 3 < odds) apply(names_[i]);
  }
  names_.clear();
  ++link_changes_;
  std::vector<DiskNodePtr> all{root_};
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i]->links = 0;
    for (const auto* entries : {&all[i]->entries, &all[i]->safe_entries}) {
      for (const auto& [name, inner] : *entries) all.push_back(inner);
    }
  }
  used_ = 0;
  settle(*root_, random);
}

}  // namespace acme_test
