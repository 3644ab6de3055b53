#include "common/runtime/serving_tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "common/store/file_store.hpp"
#include "common/store/state_directory.hpp"

namespace acme {

ServingTree::ServingTree(std::string state_path) : state_path_{std::move(state_path)} {}

void ServingTree::set_secret(Secret secret) { secret_ = std::move(secret); }

/// The descriptor in use is closed only when another takes its number's place by dup2, so that a
/// thread that still holds the number reads the new directory, never a stranger's file.
int ServingTree::directory(bool again) noexcept {
  const int open = directory_.load(std::memory_order_acquire);
  if (open >= 0 && !again) return open;
  try {
    const std::unique_lock lock{opening_, std::try_to_lock};
    if (!lock) return open;
    auto tree = open_engine_tree(state_path_);
    if (!tree) return directory_.load(std::memory_order_acquire);
    if (!owned_) {
      owned_ = *std::move(tree);
    } else if (::dup3(tree->get(), owned_.get(), O_CLOEXEC) < 0) {
      return owned_.get();
    }
    directory_.store(owned_.get(), std::memory_order_release);
    return owned_.get();
  } catch (...) {
    return open;
  }
}

/// Now and then another directory may be found at the path: an open one that was moved away says nothing.
bool ServingTree::path_check_due() noexcept {
  constexpr std::int64_t kSeconds = 5;
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  std::int64_t due = path_check_.load(std::memory_order_relaxed);
  if (now.tv_sec < due) return false;
  return path_check_.compare_exchange_strong(due, now.tv_sec + kSeconds) && due != 0;
}

std::uint64_t ServingTree::current(const char* id) noexcept {
  const int tree = directory(path_check_due());
  if (tree < 0) return 0;
  const std::uint64_t version = current_version(tree, id);
  if (version != 0) return version;
  // Nothing there: not issued yet, or the whole directory was deleted and made anew.
  struct stat facts {};
  if (::fstat(tree, &facts) == 0 && facts.st_nlink > 0) return 0;
  return current_version(directory(true), id);
}

std::vector<std::string> ServingTree::certificate_ids() {
  const int tree = directory(false);
  if (tree < 0) return {};
  auto ids = stored_certificate_ids(tree);
  return ids ? *std::move(ids) : std::vector<std::string>{};
}

Result<StoredCertificate> ServingTree::read(const std::string& id, std::uint64_t version) {
  const int tree = directory(false);
  if (tree < 0) return Error{ErrorKind::not_found, "the state directory " + state_path_ + " cannot be opened"};
  return read_version(tree, secret_, id, version);
}

}  // namespace acme
