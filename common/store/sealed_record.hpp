// Sealed records: small secrets that are no key of a certificate or an account, one file each (engine/sealed/<name>).
#pragma once

#include <optional>
#include <string>

#include "common/base/result.hpp"
#include "common/base/secret.hpp"

namespace acme {

/// `name`: [a-z0-9.-], at most 200 bytes, no dot in front. nullopt: there is none. ErrorKind::crypto: sealed under
/// another secret, or changed since; internal: not such a name; permission, malformed, io.
Result<std::optional<Secret>> load_sealed_record(int tree, const Secret& secret, const std::string& name);
/// Replaces it; durable when it returns. At most 4 MiB.
Status save_sealed_record(int tree, const Secret& secret, const std::string& name, const Secret& record);

}  // namespace acme
