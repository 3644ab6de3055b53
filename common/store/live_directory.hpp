// live/<name>/: the certificate for other daemons (mail, database, ...), written by who loads the
// server's configuration. A versioned folder and one symlink swap, so that all four files change together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/secret.hpp"
#include "common/base/time.hpp"

namespace acme {

/// "<state_path>/live/<name>", with "*" as "_wildcard"; empty when no folder can have this name.
std::string live_path(const std::string& state_path, const std::string& name);

/// Writes {fullchain,cert,chain,privkey}.pem of this version, key 0600, and swaps the link. Does
/// nothing when this version is live already. `name`: first name of the set; "*" becomes "_wildcard".
/// True: it is new there.
Result<bool> write_live(const std::string& state_path, const std::string& name, std::uint64_t version,
                        const std::string& fullchain_pem, const Secret& key_pem);

/// Removes the folders of certificates that have expired, other than those named `keep`; those that were removed. What
/// cannot be read stays. What a death left in live/ is removed as well.
std::vector<std::string> remove_expired_live(const std::string& state_path, const std::vector<std::string>& keep,
                                             UtcTime now);

}  // namespace acme
