// CAA before an order (RFC 8659, RFC 8657): may this CA issue for these names, to this account, by which challenges?
#pragma once

#include <string>
#include <vector>

#include "common/client/order_flow.hpp"

namespace acme {

/// Takes challenges out of request.narrowed that CAA records forbid. ErrorKind::configuration, problem_type "caa": none
/// is left for a name; the hint has the record that would allow it. A DNS that does not answer allows everything.
/// Names that no public DNS has (RFC 6761) are looked up only at resolvers that are configured.
Task<Status> check_caa(OrderContext context, OrderRequest& request, std::vector<std::string> ca_names);

/// `example.org. CAA 0 issue "ca.test; accounturi=...; validationmethods=http-01"`; issuewild for a wildcard.
std::string recommended_caa(const Identifier& name, const std::string& ca_name, const std::string& account_url,
                            const std::vector<std::string>& methods);

}  // namespace acme
