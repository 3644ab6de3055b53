#include "common/dns_provider/zone_cache.hpp"

#include "common/base/text.hpp"
#include "common/dns_provider/api_zones.hpp"

namespace acme {

namespace {

constexpr Seconds kKept{600};
constexpr Seconds kAskAgain{5};  // a zone that is missed may have been made since
constexpr std::size_t kShown = 5;

std::string shown(const std::vector<ApiZone>& zones) {
  if (zones.empty()) return "it holds none";
  std::string text = "it holds ";
  for (std::size_t i = 0; i < zones.size() && i < kShown; ++i)
    text += cat(i == 0 ? "" : ", ", cleaned(zones[i].name, 100));
  if (zones.size() > kShown) text += cat(" and ", zones.size() - kShown, " more");
  return text;
}

}  // namespace

ZoneCache::ZoneCache(std::string provider, ZoneApi& api, Scheduler& scheduler)
    : provider_{std::move(provider)}, api_{api}, scheduler_{scheduler}, fetching_{scheduler, 1} {}

bool ZoneCache::known_for(Seconds at_most) const {
  return !zones_.empty() && scheduler_.clock().steady_now() - fetched_ < at_most;
}

Task<Result<std::vector<ApiZone>>> ZoneCache::zones_of(std::vector<std::string> names) {
  const Wake wake = co_await fetching_.acquire();
  if (wake != Wake::ready) co_return Error{ErrorKind::cancelled, "stopped"};
  const Permit permit{fetching_};
  if (known_for(kKept)) {
    auto chosen = choose(names);
    if (chosen || known_for(kAskAgain)) co_return chosen;
  }
  auto task = fetch();
  auto fetched = co_await std::move(task);
  if (!fetched) co_return std::move(fetched).error().with_context("the list of zones");
  co_return choose(names);
}

Task<Status> ZoneCache::fetch() {
  auto task = api_.list_zones();
  auto listed = co_await std::move(task);
  if (!listed) co_return std::move(listed).error();
  zones_ = *std::move(listed);
  fetched_ = scheduler_.clock().steady_now();
  co_return Status{};
}

Result<std::vector<ApiZone>> ZoneCache::choose(const std::vector<std::string>& names) const {
  std::vector<ApiZone> chosen;
  for (const auto& name : names) {
    const ApiZone* zone = best_zone(zones_, name);
    if (zone == nullptr) {
      return Error{ErrorKind::problem,
                   cat(provider_, ": no zone of this account holds ", name, " (", shown(zones_), ")"),
                   "is the zone served there, and may these credentials see it?"};
    }
    chosen.push_back(*zone);
  }
  return chosen;
}

}  // namespace acme
