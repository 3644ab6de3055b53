#include "common/client/issued_count.hpp"

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"

namespace acme {

namespace {

/// `otherwise`: when nothing can be hashed.
std::string short_hash(const std::string& text, const std::string& otherwise) {
  const auto hash = sha256(text);
  return hash ? to_hex(*hash).substr(0, 12) : otherwise;
}

}  // namespace

std::string name_set_key(const std::vector<Identifier>& names) {
  std::string all;
  for (const auto& name : names) all += cat(name.value, "\n");
  const std::string more = names.size() > 1 ? cat("+", names.size() - 1) : "";
  return cat(names.empty() ? "" : names.front().value, more, "-", short_hash(all, all.substr(0, 300)));
}

void note_issued(const OrderContext& context, const OrderRequest& request, const std::string& url) {
  LedgerEntry entry;
  entry.time = context.scheduler->clock().now();
  entry.event = LedgerEvent::issued;
  entry.issuer = context.session->endpoint().issuer;
  entry.subject = issued_subject(name_set_key(request.names), short_hash(url, cleaned(url, 60)));
  auto noted = context.ledger->append(entry);
  if (!noted) context.log->warn(cat(request.title, ": ", describe(noted.error())));
}

}  // namespace acme
