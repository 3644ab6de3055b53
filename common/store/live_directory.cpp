#include "common/store/live_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <set>

#include "common/base/text.hpp"
#include "common/crypto/certificate.hpp"
#include "common/store/file_io.hpp"

namespace acme {

namespace {

constexpr std::size_t kLongestCertificate = 128 * 1024;
constexpr std::string_view kEnd = "-----END CERTIFICATE-----\n";

/// A name that is one plain, visible path component; else empty. The folder of a version has a longer one.
std::string folder_of(const std::string& name) {
  constexpr std::size_t kLongest = 215;
  std::string folder = name.rfind("*.", 0) == 0 ? cat("_wildcard", name.substr(1)) : name;
  const bool plain = folder.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_:") == std::string::npos;
  return plain && !folder.empty() && folder.front() != '.' && folder.size() <= kLongest ? folder : std::string{};
}

/// FNV-1a. Version numbers begin anew when issuer or names change; the chain tells such versions apart.
std::uint64_t fingerprint(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
  return hash;
}

Status fill_version(int folder, std::string_view fullchain, const Secret& key) {
  const auto leaf_end = fullchain.find(kEnd);
  if (leaf_end == std::string_view::npos) return Error{ErrorKind::malformed, "no certificate in the chain"};
  const auto cut = leaf_end + kEnd.size();
  struct File {
    const char* name;
    std::string_view bytes;
    mode_t mode;
  };
  for (const auto& file :
       {File{"privkey.pem", key.view(), 0600}, File{"fullchain.pem", fullchain, 0644},
        File{"cert.pem", fullchain.substr(0, cut), 0644}, File{"chain.pem", fullchain.substr(cut), 0644}}) {
    auto made = create_file_at(folder, file.name, file.bytes, file.mode, Durability::durable);
    if (!made) return made;
  }
  return sync_directory(folder);
}

/// A complete folder named `version`, or nothing new.
Status make_version(int live, const std::string& version, std::string_view fullchain, const Secret& key) {
  const std::string temporary = temporary_name();
  auto made = make_directory_at(live, temporary, 0755, Durability::volatile_);
  if (!made) return made;
  auto folder = open_directory_at(live, temporary);
  Status filled = folder ? fill_version(folder->get(), fullchain, key) : Status{std::move(folder).error()};
  // One of that name that no link points to was left by a death before the swap.
  if (filled) filled = remove_at(live, version);
  if (filled && ::renameat(live, temporary.c_str(), live, version.c_str()) != 0) {
    filled = system_error(cat("cannot rename to ", version), errno);
  }
  if (!filled) {
    (void)remove_at(live, temporary);
    return filled;
  }
  // Before a link leads there: a power cut may keep the one and lose the other.
  return sync_directory(live);
}

/// ".example.org.3-1234": what make_version() makes.
bool is_version(std::string_view name) {
  const auto dash = name.rfind('-');
  const auto dot = name.rfind('.');
  if (name.front() != '.' || dash == std::string_view::npos || dot == 0 || dot > dash) return false;
  return parse_number(name.substr(dot + 1, dash - dot - 1)) && parse_number(name.substr(dash + 1));
}

/// Versions to which no link leads, which a death left, and the like. Not young ones: their link may be about to come.
void remove_stale_versions(int live, const std::vector<std::string>& names) {
  constexpr std::time_t kStaleSeconds = 600;
  std::set<std::string> linked;
  for (const auto& name : names) {
    const auto target = read_link_at(live, name);
    if (!target) return;
    linked.insert(*target);
  }
  const std::time_t now = ::time(nullptr);
  for (const auto& name : names) {
    struct stat facts {};
    if (!is_version(name) || linked.contains(name)) continue;
    if (::fstatat(live, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (now - facts.st_mtime >= kStaleSeconds) (void)remove_at(live, name);
  }
}

}  // namespace

std::string live_path(const std::string& state_path, const std::string& name) {
  const std::string folder = folder_of(name);
  return folder.empty() ? std::string{} : cat(state_path, "/live/", folder);
}

Result<bool> write_live(const std::string& state_path, const std::string& name, std::uint64_t version,
                        const std::string& fullchain_pem, const Secret& key_pem) {
  const std::string shown = cat(state_path, "/live/", name);
  const std::string folder = folder_of(name);
  if (folder.empty()) return Error{ErrorKind::malformed, cat("no live folder can have this name: ", cleaned(name))};
  auto live = open_directory(state_path + "/live");
  if (!live) return std::move(live).error();
  const std::string wanted = cat(".", folder, ".", version, "-", fingerprint(fullchain_pem));
  const auto present = read_link_at(live->get(), folder);
  if (!present) return Error{present.error()}.with_context(shown);
  if (*present == wanted) return false;
  if (auto made = make_version(live->get(), wanted, fullchain_pem, key_pem); !made) {
    return std::move(made).error().with_context(shown);
  }
  if (auto swapped = swap_link_at(live->get(), wanted, folder); !swapped) {
    // Unless the link moved and only its flush failed.
    const auto now = read_link_at(live->get(), folder);
    if (now && *now != wanted) (void)remove_at(live->get(), wanted);
    return std::move(swapped).error().with_context(shown).with_hint(
        cat("is something else there? move it away: ", shown));
  }
  const bool ours = present->rfind(cat(".", folder, "."), 0) == 0 && present->find('/') == std::string::npos;
  if (ours) (void)remove_at(live->get(), *present);
  return true;
}

std::vector<std::string> remove_expired_live(const std::string& state_path, const std::vector<std::string>& keep,
                                             UtcTime now) {
  std::set<std::string> kept;
  for (const auto& name : keep) kept.insert(folder_of(name));
  std::vector<std::string> removed;
  auto live = open_directory(state_path + "/live");
  if (!live) return removed;
  auto entries = list_directory(live->get());
  if (!entries) return removed;
  for (const auto& name : *entries) {
    const auto target = kept.contains(name) ? Result<std::string>{std::string{}} : read_link_at(live->get(), name);
    const std::string version = target ? *target : std::string{};
    // Only what write_live() makes: a link to a folder beside it.
    if (version.rfind(cat(".", name, "."), 0) != 0 || version.find('/') != std::string::npos) continue;
    auto pem = read_file_at(live->get(), version + "/cert.pem", kLongestCertificate);
    if (!pem) continue;
    auto chain = CertificateChain::from_pem(*pem);
    if (!chain || chain->facts().not_after > now) continue;
    if (remove_at(live->get(), name) && remove_at(live->get(), version)) removed.push_back(name);
  }
  remove_stale_temporaries(live->get());
  remove_stale_versions(live->get(), *entries);
  return removed;
}

}  // namespace acme
