#include "common/store/file_store.hpp"

#include <type_traits>

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "common/store/file_io.hpp"
#include "common/store/records.hpp"
#include "common/store/versions.hpp"

namespace acme {

namespace {

constexpr std::size_t kLongestRecord = 256 * 1024;

/// An issuer's name as one visible path component: what is not plain becomes %XX.
std::string folder_name(const std::string& issuer) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  std::string name;
  for (const char c : issuer) {
    const bool plain = kPlain.find(c) != std::string_view::npos && !(c == '.' && name.empty());
    const std::uint8_t byte[] = {static_cast<std::uint8_t>(c)};
    name += plain ? std::string(1, c) : cat("%", to_hex(byte));
  }
  return name;
}

Error with_key_hint(Error error, const std::string& what) {
  const bool sealed_otherwise = error.kind == ErrorKind::crypto;
  return std::move(error).with_context(what).with_hint(
      sealed_otherwise ? "it was sealed under another secret, or changed since: restore the state directory's secret"
                       : "restore it from a backup, or move it away to begin anew");
}

/// What the second key of an account is sealed for.
std::string next_key_context(const std::string& context) { return context + " next"; }

Result<Secret> open_next_key(const Secret& secret, const std::string& context, const std::string& sealed) {
  if (sealed.empty()) return Secret{};
  return open_sealed(secret, next_key_context(context), sealed);
}

/// Parses a record file and opens its key; nullopt: there is none.
template <class T>
Result<std::optional<T>> load_record(int tree, const Secret& secret, const std::string& path,
                                     const std::string& context, Result<Sealed<T>> (*parse)(std::string_view)) {
  const auto text = read_file_at(tree, path, kLongestRecord);
  if (!text && text.error().kind == ErrorKind::not_found) return std::optional<T>{};
  if (!text) return Error{text.error()};
  auto sealed = parse(*text);
  if (!sealed) return with_key_hint(std::move(sealed).error(), path);
  auto key = open_sealed(secret, context, sealed->sealed_key);
  if (!key) return with_key_hint(std::move(key).error(), path);
  sealed->record.key_pem = std::move(*key);
  if constexpr (std::is_same_v<T, StoredAccount>) {
    auto next = open_next_key(secret, context, sealed->sealed_next_key);
    if (!next) return with_key_hint(std::move(next).error(), path);
    sealed->record.next_key_pem = std::move(*next);
  }
  return std::optional<T>{std::move(sealed->record)};
}

Result<std::string> sealed_text(const Secret& secret, const std::string& context, const Secret& key) {
  const auto sealed = seal(secret, context, key.view());
  if (!sealed) return Error{sealed.error()};
  return std::string{sealed->begin(), sealed->end()};
}

/// Makes the folder if it is missing: the tree may have been deleted under us.
Result<UniqueFd> folder_at(int directory, const std::string& name) {
  if (auto made = make_directory_at(directory, name, 0700); !made) return std::move(made).error();
  return open_directory_at(directory, name);
}

Result<UniqueFd> folder_at(int tree, const std::string& outer, const std::string& inner) {
  auto folder = folder_at(tree, outer);
  if (!folder) return folder;
  return folder_at(folder->get(), inner);
}

}  // namespace

struct FileStore::Impl {
  UniqueFd tree;
  Secret secret;

  Result<UniqueFd> certificate_folder(const std::string& id) const {
    if (!is_certificate_id(id)) return Error{ErrorKind::internal, cat("not a certificate id: ", cleaned(id))};
    return folder_at(tree.get(), "certificates", id);
  }
};

FileStore::FileStore(UniqueFd tree, Secret secret)
    : impl_{std::make_unique<Impl>(Impl{std::move(tree), std::move(secret)})} {}
FileStore::~FileStore() = default;

Result<std::optional<StoredAccount>> FileStore::load_account(const std::string& issuer) {
  const std::string folder = cat("accounts/", folder_name(issuer));
  return load_record<StoredAccount>(impl_->tree.get(), impl_->secret, folder + "/account.json", folder,
                                    parse_account_record);
}

Status FileStore::save_account(const std::string& issuer, const StoredAccount& account) {
  // An account's key cannot be had again: what we cannot read may still be somebody's only copy.
  if (auto present = load_account(issuer); !present) return std::move(present).error();
  const std::string name = folder_name(issuer);
  const std::string context = cat("accounts/", name);
  const auto sealed = sealed_text(impl_->secret, context, account.key_pem);
  if (!sealed) return Error{sealed.error()};
  std::string sealed_next;
  if (!account.next_key_pem.empty()) {
    auto next = sealed_text(impl_->secret, next_key_context(context), account.next_key_pem);
    if (!next) return std::move(next).error();
    sealed_next = *std::move(next);
  }
  auto folder = folder_at(impl_->tree.get(), "accounts", name);
  if (!folder) return std::move(folder).error().with_context("accounts");
  return write_file_at(folder->get(), "account.json", account_to_json(account, *sealed, sealed_next), 0600,
                       Durability::durable);
}

Result<std::optional<StoredCertificate>> FileStore::load_certificate(const std::string& id) {
  using Loaded = std::optional<StoredCertificate>;
  if (!is_certificate_id(id)) return Loaded{};
  const auto folder = open_directory_at(impl_->tree.get(), "certificates/" + id);
  if (!folder && folder.error().kind == ErrorKind::not_found) return Loaded{};
  // "Cannot be read" must not pass for "is not there": that would be a reason to order.
  const auto version = folder ? read_current(folder->get()) : Result<std::uint64_t>{Error{folder.error()}};
  if (!version) return with_key_hint(Error{version.error()}, cat("certificates/", id));
  if (*version == 0) return Loaded{};
  auto certificate = load_version(id, *version);
  // A link to a version that is gone is damage, not absence.
  if (!certificate) return std::move(certificate).error();
  return Loaded{std::move(*certificate)};
}

Result<StoredCertificate> FileStore::load_version(const std::string& id, std::uint64_t version) {
  const std::string path = cat("certificates/", id, "/", version);
  auto certificate = read_version(impl_->tree.get(), impl_->secret, id, version);
  if (!certificate) return with_key_hint(std::move(certificate).error(), path);
  auto text = read_file_at(impl_->tree.get(), path + "/meta.json", kLongestRecord);
  if (!text) return with_key_hint(std::move(text).error(), path);
  auto meta = parse_meta(*text);
  if (!meta) return with_key_hint(std::move(meta).error(), path + "/meta.json");
  certificate->meta = std::move(*meta);
  return certificate;
}

std::vector<std::uint64_t> FileStore::version_numbers(const std::string& id) {
  if (!is_certificate_id(id)) return {};
  const auto folder = open_directory_at(impl_->tree.get(), "certificates/" + id);
  if (!folder) return {};
  auto numbers = numbers_in(folder->get());
  return numbers ? *std::move(numbers) : std::vector<std::uint64_t>{};
}

Result<std::vector<std::string>> FileStore::certificate_ids() { return stored_certificate_ids(impl_->tree.get()); }

Status FileStore::remove_certificate(const std::string& id) {
  auto order = remove_order(id);
  if (!order) return order;
  const auto folder = open_directory_at(impl_->tree.get(), "certificates");
  if (!folder && folder.error().kind == ErrorKind::not_found) return {};
  if (!folder) return Error{folder.error()};
  return discard_at(folder->get(), id);
}

Result<std::uint64_t> FileStore::save_certificate(const std::string& id, const StoredCertificate& certificate) {
  auto folder = impl_->certificate_folder(id);
  if (!folder) return std::move(folder).error().with_context(cat("certificates/", id));
  auto version = add_version(folder->get(), impl_->secret, id, certificate);
  if (!version) return std::move(version).error().with_context(cat("certificates/", id));
  return version;
}

void FileStore::prune_certificate(const std::string& id, UtcTime now) {
  if (!is_certificate_id(id)) return;
  const auto folder = open_directory_at(impl_->tree.get(), "certificates/" + id);
  if (!folder) return;
  remove_stale_temporaries(folder->get());
  prune_versions(folder->get(), now);
}

CertificateState FileStore::load_state(const std::string& id, std::string* healed) {
  const std::string path = cat("certificates/", id, "/state.json");
  const auto text = read_file_at(impl_->tree.get(), path, kLongestRecord);
  if (!text && text.error().kind == ErrorKind::not_found) return {};
  auto state = text ? parse_state(*text) : Result<CertificateState>{Error{text.error()}.with_context(path)};
  if (state) return std::move(*state);
  if (healed != nullptr) *healed = state.error().message;
  return {};
}

Status FileStore::save_state(const std::string& id, const CertificateState& state) {
  auto folder = impl_->certificate_folder(id);
  if (!folder) return std::move(folder).error().with_context(cat("certificates/", id));
  return write_file_at(folder->get(), "state.json", state_to_json(state), 0600, Durability::volatile_);
}

Result<std::optional<StoredOrder>> FileStore::load_order(const std::string& id) {
  if (!is_certificate_id(id)) return Error{ErrorKind::internal, cat("not a certificate id: ", cleaned(id))};
  const std::string path = cat("orders/", id);
  return load_record<StoredOrder>(impl_->tree.get(), impl_->secret, path + ".json", path, parse_order_record);
}

Status FileStore::save_order(const std::string& id, const StoredOrder& order) {
  if (!is_certificate_id(id)) return Error{ErrorKind::internal, cat("not a certificate id: ", cleaned(id))};
  const auto sealed = sealed_text(impl_->secret, cat("orders/", id), order.key_pem);
  if (!sealed) return Error{sealed.error()};
  auto folder = folder_at(impl_->tree.get(), "orders");
  if (!folder) return std::move(folder).error().with_context("orders");
  // The intent need not outlive a power cut: it costs at most an order that nobody finalizes. From the URL on the key
  // must never be lost.
  const Durability durability = order.order_url.empty() ? Durability::volatile_ : Durability::durable;
  return write_file_at(folder->get(), id + ".json", order_to_json(order, *sealed), 0600, durability);
}

Status FileStore::remove_order(const std::string& id) {
  if (!is_certificate_id(id)) return Error{ErrorKind::internal, cat("not a certificate id: ", cleaned(id))};
  const auto folder = open_directory_at(impl_->tree.get(), "orders");
  if (!folder && folder.error().kind == ErrorKind::not_found) return {};
  if (!folder) return Error{folder.error()};
  return remove_at(folder->get(), id + ".json");
}

Result<std::vector<std::string>> stored_certificate_ids(int tree) {
  const auto folder = open_directory_at(tree, "certificates");
  if (!folder && folder.error().kind == ErrorKind::not_found) return std::vector<std::string>{};
  if (!folder) return Error{folder.error()};
  auto names = list_directory(folder->get());
  if (!names) return names;
  std::erase_if(*names, [](const std::string& name) { return !is_certificate_id(name); });
  return names;
}

}  // namespace acme
