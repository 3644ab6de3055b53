#include "common/store/sealed_record.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "common/store/file_io.hpp"

namespace acme {

namespace {

constexpr const char* kFolder = "sealed";
constexpr std::size_t kLargest = 4 * 1024 * 1024;
constexpr std::size_t kLongestName = 200;

/// Where it is, which is what it is sealed for, too.
Result<std::string> path_of(const std::string& name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'; };
  if (name.empty() || name.size() > kLongestName || name.front() == '.' ||
      !std::all_of(name.begin(), name.end(), fits)) {
    return Error{ErrorKind::internal, cat("not a record's name: ", cleaned(name))};
  }
  return cat(kFolder, "/", name);
}

}  // namespace

Result<std::optional<Secret>> load_sealed_record(int tree, const Secret& secret, const std::string& name) {
  const auto path = path_of(name);
  if (!path) return Error{path.error()};
  const auto sealed = read_file_at(tree, *path, 2 * kLargest);
  if (!sealed && sealed.error().kind == ErrorKind::not_found) return std::optional<Secret>{};
  if (!sealed) return Error{sealed.error()};
  auto opened = open_sealed(secret, *path, *sealed);
  if (!opened) {
    return std::move(opened)
        .error()
        .with_context(cat("engine/", *path))
        .with_hint(
            "it was sealed under another secret, or changed since: restore the state directory's secret, or remove it");
  }
  return std::optional<Secret>{*std::move(opened)};
}

Status save_sealed_record(int tree, const Secret& secret, const std::string& name, const Secret& record) {
  const auto path = path_of(name);
  if (!path) return Error{path.error()};
  if (record.size() > kLargest) return Error{ErrorKind::internal, cat("engine/", *path, " would be too large")};
  const auto sealed = seal(secret, *path, record.view());
  if (!sealed) return Error{sealed.error()};
  auto made = make_directory_at(tree, kFolder, 0700);
  if (!made) return made;
  const auto folder = open_directory_at(tree, kFolder);
  if (!folder) return Error{folder.error()};
  return write_file_at(folder->get(), name, std::string{sealed->begin(), sealed->end()}, 0600, Durability::durable);
}

}  // namespace acme
