// Advice: what a CA, the network or this machine says -> what it means and what the operator of this server does about
// it. The one home of such texts: hints in the log, on the status page and in acmectl are these, and README.md has the
// same table (advice_test compares them).
//
// The core does not know which server it runs in, so a text that names a directive gives nginx's word and Apache's.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/protocol/advice_texts.hpp"

namespace acme {

/// For a problem document: its type (without ACME's prefix), its detail, and the type of the challenge that failed with
/// it, "" when it is about none. What the detail quotes (pages, names, URLs) does not count; only its own words do.
/// nullptr: nothing is known about it.
const Advice* advice_on(std::string_view challenge, std::string_view type, std::string_view detail);

/// The text of the same, "" for none.
std::string hint_on(std::string_view challenge, std::string_view type, std::string_view detail);

/// For several names that failed: the advice that fits most of them, of equals the first.
std::string hint_on(std::span<const Subproblem> subproblems);

/// Is this advice (a hint, as it was stored) about the customer's contract with the CA: used up, expired, or its key
/// for new accounts not taken? Whatever type the CA gave its error, nothing is had there until a person acts. The id of
/// the advice ("contract", "eab-refused"), "" for no.
std::string_view contract_trouble(std::string_view hint);

}  // namespace acme
