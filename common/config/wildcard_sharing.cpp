#include "common/config/wildcard_sharing.hpp"

#include <algorithm>
#include <map>

#include "common/base/text.hpp"
#include "common/config/certificate_rules.hpp"
#include "common/config/names.hpp"

namespace acme {

namespace {

constexpr std::size_t kMostShown = 5;

std::vector<Identifier> sorted(std::vector<Identifier> names) {
  std::sort(names.begin(), names.end());
  return names;
}

bool same_settings(const HostPlan& one, const HostPlan& other) {
  // Defaults follow from names: only what was written counts.
  CertificateConfig a = one.settings;
  CertificateConfig b = other.settings;
  a.challenges = one.written;
  b.challenges = other.written;
  return one.issuer == other.issuer && one.key_types == other.key_types && differing_setting(a, b).empty();
}

/// All of `inner` and more.
bool covers(const HostPlan& outer, const HostPlan& inner) {
  const auto certified = [&](const Identifier& name) { return is_certified(name, outer.names); };
  return std::all_of(inner.names.begin(), inner.names.end(), certified) && sorted(inner.names) != sorted(outer.names);
}

class Sharing {
 public:
  explicit Sharing(std::span<const HostPlan> plans) : plans_{plans} {
    for (std::size_t i = 0; i < plans.size(); ++i) {
      const auto& names = plans[i].names;
      const bool wildcard = std::any_of(names.begin(), names.end(), [](const auto& name) { return name.wildcard(); });
      if (!wildcard || !plans[i].shares || is_known(plans[i])) continue;
      for (const auto& name : names) lenders_[name].push_back(i);
    }
  }

  std::optional<std::size_t> lender_of(std::size_t borrower) const {
    std::optional<std::size_t> best;
    for (const std::size_t lender : who_cover(borrower)) {
      // Who covers this one covers the borrower too, and comes up here as well.
      if (!who_cover(lender).empty()) continue;
      if (!best || is_before(lender, *best)) best = lender;
    }
    return best;
  }

 private:
  /// Does another host stand for this one's certificate already?
  bool is_known(const HostPlan& plan) const {
    const auto lenders = lenders_.find(plan.names.front());
    return lenders != lenders_.end() &&
           std::any_of(lenders->second.begin(), lenders->second.end(), [&](std::size_t other) {
             return sorted(plans_[other].names) == sorted(plan.names) && same_settings(plans_[other], plan);
           });
  }

  std::vector<std::size_t> who_cover(std::size_t borrower) const {
    const HostPlan& plan = plans_[borrower];
    std::vector<std::size_t> found;
    if (!plan.shares || plan.names.empty() || !plan.host->directive.names.empty()) return found;
    const Identifier& name = plan.names.front();
    std::vector<Identifier> keys{name};
    const auto dot = name.value.find('.');
    if (!name.wildcard() && dot != std::string::npos) keys.push_back({name.type, "*" + name.value.substr(dot)});
    for (const auto& key : keys) {
      const auto lenders = lenders_.find(key);
      if (lenders == lenders_.end()) continue;
      for (const std::size_t lender : lenders->second) {
        if (lender != borrower && covers(plans_[lender], plan) && same_settings(plans_[lender], plan)) {
          found.push_back(lender);
        }
      }
    }
    return found;
  }

  bool is_before(std::size_t one, std::size_t other) const {
    const auto& a = plans_[one].names;
    const auto& b = plans_[other].names;
    return a.size() != b.size() ? a.size() < b.size() : sorted(a) < sorted(b);
  }

  std::span<const HostPlan> plans_;
  std::map<Identifier, std::vector<std::size_t>> lenders_;  // by each of their names
};

}  // namespace

std::vector<std::optional<std::size_t>> share_wildcards(std::span<const HostPlan> plans,
                                                        std::vector<std::string>& notices) {
  const Sharing sharing{plans};
  std::vector<std::optional<std::size_t>> lenders(plans.size());
  std::map<std::size_t, std::vector<std::string>> borrowers;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    lenders[i] = sharing.lender_of(i);
    if (lenders[i]) borrowers[*lenders[i]].push_back(plans[i].names.front().value);
  }
  for (auto& [lender, names] : borrowers) {
    std::sort(names.begin(), names.end());
    const std::size_t more = names.size() > kMostShown ? names.size() - kMostShown : 0;
    names.resize(names.size() - more);
    notices.push_back(cat(plans[lender].host->where, ": the certificate for ", plans[lender].names.front().value,
                          " is served by the hosts that it covers, too: ", join(names, ", "),
                          more > 0 ? cat(" and ", more, " more") : "", " (share_wildcard off: each orders its own)"));
  }
  return lenders;
}

}  // namespace acme
