// The part of state_directory.hpp that is about the secret.
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>

#include "common/base/text.hpp"
#include "common/store/file_io.hpp"
#include "common/store/state_directory.hpp"

namespace acme {

namespace {

constexpr std::size_t kSecretSize = 32;

enum class Kept : std::uint8_t { well, somehow };

/// Whose it is and who else may read it.
Status check_keeping(const struct stat& facts, const std::string& file) {
  if (facts.st_uid != ::geteuid() && facts.st_uid != 0) {
    return Error{ErrorKind::permission, cat(file, " belongs to another user"), cat("run: chown root ", file)};
  }
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Error{ErrorKind::permission, cat("others may read ", file), cat("run: chmod 600 ", file)};
  }
  return {};
}

Result<Secret> read_secret_at(int directory, const std::string& path, Kept kept) {
  const std::string file = path + "/secret";
  UniqueFd fd{::openat(directory, "secret", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)};
  if (!fd) return system_error(cat("cannot open ", file), errno);
  struct stat facts {};
  if (::fstat(fd.get(), &facts) != 0) return system_error(cat("cannot look at ", file), errno);
  if (!S_ISREG(facts.st_mode)) return Error{ErrorKind::malformed, cat(file, " is not a regular file")};
  if (auto checked = check_keeping(facts, file); !checked && kept == Kept::well) return std::move(checked).error();
  Secret secret{kSecretSize};
  std::size_t filled = 0;
  while (filled < kSecretSize) {
    const auto got = ::read(fd.get(), secret.data() + filled, kSecretSize - filled);
    if (got < 0 && errno != EINTR) return system_error(cat("cannot read ", file), errno);
    if (got == 0) break;
    if (got > 0) filled += static_cast<std::size_t>(got);
  }
  if (filled != kSecretSize || facts.st_size != static_cast<off_t>(kSecretSize)) {
    return Error{ErrorKind::malformed, cat(file, " is not ", kSecretSize, " bytes long"), "restore it from a backup"};
  }
  return secret;
}

/// Is a sealed key anywhere below? Root asks this of a directory of the worker's: no link is followed,
/// and a tree too large to look through counts as one that holds keys (nothing is overwritten then).
Result<bool> holds_sealed_key(int directory, int depth, int& budget) {
  const auto names = list_directory(directory);
  if (!names) return names.error();
  for (const auto& name : *names) {
    if (name == "key.sealed" || name == "account.json" || --budget < 0) return true;
    if (depth == 0) continue;
    auto inner = open_directory_at(directory, name);
    if (!inner && inner.error().kind == ErrorKind::permission) return std::move(inner).error();
    if (!inner) continue;
    auto found = holds_sealed_key(inner->get(), depth - 1, budget);
    if (!found || *found) return found;
  }
  return false;
}

Status check_no_sealed_key(const std::string& path) {
  auto engine = open_engine_tree(path);
  if (!engine && engine.error().kind == ErrorKind::not_found) return {};
  if (!engine) return std::move(engine).error().with_context("cannot tell whether there are sealed keys");
  int budget = 100000;
  constexpr int kDepth = 3;  // certificates/<id>/<n>/key.sealed
  const auto found = holds_sealed_key(engine->get(), kDepth, budget);
  if (!found) return Error{found.error()}.with_context(cat("cannot tell whether ", path, "/engine holds keys"));
  if (!*found) return {};
  return Error{ErrorKind::not_found, cat(path, "/secret is missing, but keys sealed with it are there"),
               cat("restore ", path, "/secret from a backup; or, to begin anew with new certificates, run: rm -r ",
                   path, "/engine/accounts ", path, "/engine/certificates ", path, "/engine/orders")};
}

/// Makes the file unless another load was faster; whichever won is what counts.
Status make_secret_at(int directory) {
  Secret secret{kSecretSize};
  if (::getrandom(secret.data(), kSecretSize, 0) != static_cast<ssize_t>(kSecretSize)) {
    return system_error("getrandom", errno);
  }
  const std::string temporary = temporary_name();
  auto made = create_file_at(directory, temporary, secret.view(), 0600, Durability::durable);
  if (!made) return made;
  // A link never replaces what is there, on any file system that has hard links; renameat2 serves the others.
  int taken = ::linkat(directory, temporary.c_str(), directory, "secret", 0);
  if (taken != 0 && errno != EEXIST) {
    taken = ::renameat2(directory, temporary.c_str(), directory, "secret", RENAME_NOREPLACE);
  }
  const int error_number = errno;
  ::unlinkat(directory, temporary.c_str(), 0);
  if (taken != 0 && error_number != EEXIST) return system_error("cannot make the secret", error_number);
  return sync_directory(directory);
}

}  // namespace

Result<Secret> read_secret(const std::string& path) {
  auto directory = open_directory(path);
  if (!directory) return std::move(directory).error();
  return read_secret_at(directory->get(), path, Kept::somehow);
}

Result<Secret> ensure_secret(const std::string& path) {
  auto directory = open_directory(path);
  if (!directory) return std::move(directory).error().with_context("the secret");
  auto secret = read_secret_at(directory->get(), path, Kept::well);
  if (secret || secret.error().kind != ErrorKind::not_found) return secret;
  if (auto checked = check_no_sealed_key(path); !checked) return std::move(checked).error();
  if (auto made = make_secret_at(directory->get()); !made) return std::move(made).error().with_context(path);
  return read_secret_at(directory->get(), path, Kept::well);
}

}  // namespace acme
