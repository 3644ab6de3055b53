// The brake of a crash loop: an engine that keeps dying must not ask a CA at each of its lives.
#pragma once

#include <map>
#include <string>

#include "common/base/time.hpp"
#include "common/store/ledger.hpp"

namespace acme {

/// How long an engine that starts `now` waits before any network request, from the ledger's starts
/// and stops: nothing for the first two starts within a minute that no orderly stop followed, then
/// 10 s, doubling up to an hour.
Seconds crash_brake(const Ledger& ledger, UtcTime now);

/// The certificates (by id) that were being worked on at three crashes within a day, and until when nobody should work
/// on them: a day after the last of these. Called after this life's own start was noted.
std::map<std::string, UtcTime> set_aside_after_crashes(const Ledger& ledger, UtcTime now);

}  // namespace acme
