// What the tests of the store save: one record of each kind with all members set, and a tree to save it in.
#pragma once

#include <string>

#include "common/store/file_io.hpp"
#include "common/store/file_store.hpp"
#include "tests/fakes/temporary_directory.hpp"

namespace acme_test {

using namespace acme;

inline const UtcTime kNow{Seconds{1795348800}};
inline const std::string kId = "example.org-0123456789abcdef";

inline Secret secret(char fill = 's') { return Secret{std::string_view{std::string(32, fill)}}; }
inline Secret key(const std::string& text = "PRIVATE KEY") { return Secret{std::string_view{text}}; }

struct Fixture {
  FileStore open(char fill = 's') { return FileStore{std::move(*open_directory(temp.path())), secret(fill)}; }
  int tree() {
    if (!tree_) tree_ = std::move(*open_directory(temp.path()));
    return tree_.get();
  }
  std::string certificate(const std::string& rest) { return temp / ("certificates/" + kId + "/" + rest); }
  TemporaryDirectory temp;

 private:
  UniqueFd tree_;
};

inline StoredCertificate certificate(const std::string& chain, UtcTime issued = kNow) {
  StoredCertificate made;
  made.fullchain_pem = chain;
  made.key_pem = key("key of " + chain);
  made.meta.issuer = "letsencrypt";
  made.meta.directory_url = "https://ca.example/dir";
  made.meta.names = {{IdentifierType::dns, "*.example.org"}, {IdentifierType::ip, "2001:db8::1"}};
  made.meta.issued_at = issued;
  made.meta.not_before = issued - Seconds{3600};
  made.meta.not_after = issued + Seconds{86400};
  made.meta.serial = "0a";
  made.meta.fingerprint = "ff";
  made.meta.renewal_id = "a.b";
  made.meta.profile = "shortlived";
  return made;
}

inline StoredOrder order() {
  StoredOrder made;
  made.issuer = "letsencrypt";
  made.directory_url = "https://ca.example/dir";
  made.account_url = "https://ca.example/acct/1";
  made.names = {{IdentifierType::dns, "example.org"}};
  made.profile = "tls";
  made.started = kNow;
  made.key_pem = key("order key");
  return made;
}

inline StoredAccount account() {
  StoredAccount made;
  made.directory_url = "https://ca.example/dir";
  made.contact = {"mailto:a@example.org", "mailto:b@example.org"};
  made.external_account_id = "kid-1";
  made.orders_url = "https://ca.example/orders/1";
  made.key_pem = key("account key");
  return made;
}

}  // namespace acme_test
