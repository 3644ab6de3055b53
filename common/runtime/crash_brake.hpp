// The brake of a crash loop: an engine that keeps dying must not ask a CA at each of its lives.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "common/base/time.hpp"
#include "common/store/ledger.hpp"

namespace acme {

/// How long an engine that starts `now` waits before any network request, from the ledger's starts
/// and stops: nothing for the first two starts within a minute that no orderly stop followed, then
/// 10 s, doubling up to an hour.
Seconds crash_brake(const Ledger& ledger, UtcTime now);

/// The certificates (by id) that were being worked on at three crashes within a day, and when the last of these was, a
/// day ago at most. Called after this life's own start was noted.
std::map<std::string, UtcTime> crashed_the_engine(const Ledger& ledger, UtcTime now);

/// How long such a one is left alone after its last crash: a day, and never so long that it could not be renewed any
/// more. `lifetime` of the certificate that there is.
Seconds aside_after_crashes(std::optional<Seconds> lifetime);

}  // namespace acme
