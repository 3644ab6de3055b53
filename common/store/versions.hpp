// The versions of one certificate on disk: certificates/<id>/<n>/ and the link `current`.
//
// A version is built as tmp-*, renamed to the next number and never changed after; `current` moves to it
// last. A number is never used again: the newest version is never removed.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/result.hpp"
#include "common/base/secret.hpp"
#include "common/store/store.hpp"

namespace acme {

/// A readable prefix and a hash: one visible path component of [A-Za-z0-9._-], at most 200 long.
bool is_certificate_id(std::string_view id) noexcept;

/// `folder`: certificates/<id>. Returns the new version's number.
Result<std::uint64_t> add_version(int folder, const Secret& secret, const std::string& id,
                                  const StoredCertificate& certificate);

/// The version that `current` points to; 0: there is no link, or none of ours. `folder`: certificates/<id>.
Result<std::uint64_t> read_current(int folder);

/// Of the versions that are there, lowest first. `folder`: certificates/<id>.
Result<std::vector<std::uint64_t>> numbers_in(int folder);

/// Removes what is neither current, nor one of the last 3, nor younger than a day.
void prune_versions(int folder, UtcTime now);

}  // namespace acme
