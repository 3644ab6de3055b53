#include "common/store/versions.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "common/store/file_io.hpp"
#include "common/store/file_store.hpp"
#include "common/store/records.hpp"

namespace acme {

namespace {

constexpr std::size_t kLongestChain = 128 * 1024;
constexpr std::size_t kLongestKey = 32 * 1024;
constexpr std::size_t kLongestMeta = 256 * 1024;
constexpr std::size_t kMostDigits = 9;
constexpr std::uint64_t kLastVersion = 999999999;
constexpr std::size_t kAlwaysKept = 3;
constexpr std::chrono::hours kKeptFor{24};

/// 1 to 9 digits; 0 for anything else.
std::uint64_t version_number(std::string_view text) noexcept {
  if (text.empty() || text.size() > kMostDigits) return 0;
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return 0;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

/// What a key is sealed under: its place, and the chain it belongs to.
Result<std::string> key_context(const std::string& id, std::uint64_t version, std::string_view fullchain) {
  const auto hash = sha256(fullchain);
  if (!hash) return Error{hash.error()};
  return cat("certificates/", id, "/", version, '\0', to_hex(*hash));
}

Status fill(int version_folder, std::string_view sealed_key, const StoredCertificate& certificate) {
  struct File {
    const char* name;
    std::string_view bytes;
  };
  const std::string meta = meta_to_json(certificate.meta);
  for (const auto& file :
       {File{"fullchain.pem", certificate.fullchain_pem}, File{"key.sealed", sealed_key}, File{"meta.json", meta}}) {
    auto made = create_file_at(version_folder, file.name, file.bytes, 0600, Durability::durable);
    if (!made) return made;
  }
  return sync_directory(version_folder);
}

/// certificates/<id>/<name>, complete, or nothing.
Status build(int folder, const std::string& name, std::string_view sealed_key, const StoredCertificate& certificate) {
  const std::string temporary = temporary_name();
  auto made = make_directory_at(folder, temporary, 0700, Durability::volatile_);
  if (!made) return made;
  auto inner = open_directory_at(folder, temporary);
  Status filled = inner ? fill(inner->get(), sealed_key, certificate) : Status{std::move(inner).error()};
  if (filled && ::renameat(folder, temporary.c_str(), folder, name.c_str()) != 0) {
    filled = system_error(cat("cannot rename to ", name), errno);
  }
  if (!filled) {
    (void)remove_at(folder, temporary);
    return filled;
  }
  // Before a link leads there: a power cut may keep the one and lose the other.
  auto synced = sync_directory(folder);
  if (!synced) (void)discard_at(folder, name);
  return synced;
}

bool is_young(int folder, std::uint64_t version, UtcTime now) {
  const auto text = read_file_at(folder, cat(version, "/meta.json"), kLongestMeta);
  const auto meta = text ? parse_meta(*text) : Result<VersionMeta>{Error{text.error()}};
  return meta && meta->issued_at + kKeptFor > now;
}

}  // namespace

bool is_certificate_id(std::string_view id) noexcept {
  if (id.empty() || id.size() > 200 || id.front() == '.') return false;
  for (const char c : id) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (!plain) return false;
  }
  return true;
}

Result<std::uint64_t> read_current(int folder) {
  auto text = read_link_at(folder, "current");
  if (!text) return std::move(text).error();
  return version_number(*text);
}

Result<std::vector<std::uint64_t>> numbers_in(int folder) {
  const auto names = list_directory(folder);
  if (!names) return Error{names.error()};
  std::vector<std::uint64_t> numbers;
  for (const auto& name : *names) {
    if (const auto number = version_number(name); number != 0) numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Result<std::uint64_t> add_version(int folder, const Secret& secret, const std::string& id,
                                  const StoredCertificate& certificate) {
  if (certificate.fullchain_pem.size() > kLongestChain) {
    return Error{ErrorKind::malformed, cat("a chain of ", certificate.fullchain_pem.size(), " bytes is too long")};
  }
  const auto numbers = numbers_in(folder);
  if (!numbers) return Error{numbers.error()};
  const auto current = read_current(folder);
  if (!current) return Error{current.error()};
  const std::uint64_t last = numbers->empty() ? 0 : numbers->back();
  const std::uint64_t version = std::max(last, *current) + 1;
  if (version > kLastVersion) return Error{ErrorKind::internal, "no version number is left"};
  const auto context = key_context(id, version, certificate.fullchain_pem);
  if (!context) return Error{context.error()};
  const auto sealed = seal(secret, *context, certificate.key_pem.view());
  if (!sealed) return Error{sealed.error()};
  const std::string name = cat(version);
  const std::string sealed_key{sealed->begin(), sealed->end()};
  if (auto built = build(folder, name, sealed_key, certificate); !built) return std::move(built).error();
  auto swapped = swap_link_at(folder, name, "current");
  if (swapped) return version;
  // Unless the link moved and only its flush failed, nothing must remain of what did not become current.
  const auto now = read_current(folder);
  if (now && *now != version) (void)discard_at(folder, name);
  return std::move(swapped).error();
}

void prune_versions(int folder, UtcTime now) {
  const auto numbers = numbers_in(folder);
  if (!numbers) return;
  const auto current = read_current(folder);
  if (!current) return;
  const std::size_t candidates = numbers->size() - std::min(numbers->size(), kAlwaysKept);
  for (std::size_t i = 0; i < candidates; ++i) {
    const std::uint64_t version = (*numbers)[i];
    if (version != *current && !is_young(folder, version, now)) (void)discard_at(folder, cat(version));
  }
}

std::uint64_t current_version(int tree, const char* id) noexcept {
  if (!is_certificate_id(id)) return 0;
  std::array<char, 256> path{};
  std::array<char, kMostDigits + 1> text{};
  std::snprintf(path.data(), path.size(), "certificates/%s/current", id);
  const auto length = ::readlinkat(tree, path.data(), text.data(), text.size());
  return length > 0 ? version_number({text.data(), static_cast<std::size_t>(length)}) : 0;
}

Result<StoredCertificate> read_version(int tree, const Secret& secret, const std::string& id, std::uint64_t version) {
  if (!is_certificate_id(id)) return Error{ErrorKind::internal, cat("not a certificate id: ", cleaned(id))};
  auto folder = open_directory_at(tree, cat("certificates/", id, "/", version));
  if (!folder) return std::move(folder).error();
  auto fullchain = read_file_at(folder->get(), "fullchain.pem", kLongestChain);
  if (!fullchain) return std::move(fullchain).error();
  const auto sealed = read_file_at(folder->get(), "key.sealed", kLongestKey);
  if (!sealed) return Error{sealed.error()};
  const auto context = key_context(id, version, *fullchain);
  if (!context) return Error{context.error()};
  auto key = open_sealed(secret, *context, *sealed);
  if (!key) return std::move(key).error();
  StoredCertificate certificate;
  certificate.version = version;
  certificate.fullchain_pem = std::move(*fullchain);
  certificate.key_pem = std::move(*key);
  return certificate;
}

}  // namespace acme
