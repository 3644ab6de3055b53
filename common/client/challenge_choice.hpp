// Which challenge proves a name: what is configured, fits the name, may be used and is offered, in the order that
// experience suggests. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/base/identifier.hpp"
#include "common/protocol/objects.hpp"
#include "common/store/store.hpp"

namespace acme {

/// The types to try for a name, best first: what worked last time, then as configured; what failed since is left out
/// until nothing else is left. `proof` may be nullptr: nothing is remembered.
std::vector<std::string> types_to_try(const std::vector<std::string>& configured, const Identifier& name,
                                      const NameProof* proof);

/// The first of `types` that the CA offers in a form that can be answered. One that is being validated already comes
/// before all others. nullptr: none.
const ChallengeObject* choose_challenge(const AuthorizationObject& authorization,
                                        const std::vector<std::string>& types);

/// What to try after the CA could not validate the name by `failed`; "": all that could be were tried.
std::string type_after(const std::vector<std::string>& configured, const Identifier& name, const NameProof& proof,
                       const std::string& failed);

/// The name that an authorization is for: "*.example.org".
Identifier name_of(const AuthorizationObject& authorization);

}  // namespace acme
