// What a CA's rateLimited concerns: one certificate, or everything that its account asks for. Pure.
#pragma once

#include "common/base/result.hpp"

namespace acme {

/// The CA says nothing of that in a form for programs: its words are looked at. It holds the account when it speaks of
/// new orders or accounts, of this account or address as a whole, or is too busy for anybody; never when it names
/// identifiers that are refused. When it is unclear it holds the one certificate: the next one finds out.
bool holds_whole_account(const Error& error);

}  // namespace acme
