// Copies of stored records, keys included: a Secret is not copied by accident, so neither is what holds one. For
// stores that keep their records in memory.
#pragma once

#include "common/store/store.hpp"

namespace acme {

StoredAccount clone(const StoredAccount& account);
StoredCertificate clone(const StoredCertificate& certificate);
StoredOrder clone(const StoredOrder& order);

}  // namespace acme
