#include "common/store/record_clones.hpp"

namespace acme {

StoredAccount clone(const StoredAccount& account) {
  StoredAccount made;
  made.directory_url = account.directory_url;
  made.url = account.url;
  made.contact = account.contact;
  made.external_account_id = account.external_account_id;
  made.orders_url = account.orders_url;
  made.deactivated = account.deactivated;
  made.key_pem = account.key_pem.clone();
  made.next_key_pem = account.next_key_pem.clone();
  return made;
}

StoredCertificate clone(const StoredCertificate& certificate) {
  StoredCertificate made;
  made.version = certificate.version;
  made.fullchain_pem = certificate.fullchain_pem;
  made.key_pem = certificate.key_pem.clone();
  made.meta = certificate.meta;
  return made;
}

StoredOrder clone(const StoredOrder& order) {
  StoredOrder made;
  made.issuer = order.issuer;
  made.directory_url = order.directory_url;
  made.account_url = order.account_url;
  made.names = order.names;
  made.profile = order.profile;
  made.order_url = order.order_url;
  made.started = order.started;
  made.key_pem = order.key_pem.clone();
  return made;
}

}  // namespace acme
