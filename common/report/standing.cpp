#include "common/report/standing.hpp"

namespace acme {

namespace {

constexpr std::array<const char*, kStandings> kStandingNames{"valid",   "none",    "ordering", "failing",
                                                             "expired", "revoked", "orphan",   "expiring"};
constexpr std::array<const char*, kServedStates> kServedNames{"unknown", "live", "other", "unreachable"};

template <class Enum, std::size_t Count>
std::optional<Enum> find(const std::array<const char*, Count>& names, std::string_view name) {
  for (std::size_t i = 0; i < Count; ++i) {
    if (name == names[i]) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

const char* standing_name(CertificateStanding standing) { return kStandingNames[static_cast<std::size_t>(standing)]; }

std::optional<CertificateStanding> parse_standing(std::string_view name) {
  return find<CertificateStanding>(kStandingNames, name);
}

const char* served_name(ServedState served) { return kServedNames[static_cast<std::size_t>(served)]; }

std::optional<ServedState> parse_served(std::string_view name) { return find<ServedState>(kServedNames, name); }

}  // namespace acme
