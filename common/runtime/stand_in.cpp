#include "common/runtime/stand_in.hpp"

#include <map>
#include <set>

namespace acme {

StandIns::StandIns(std::vector<StandInCandidate> candidates, UtcTime now) : candidates_{std::move(candidates)} {
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    const auto& candidate = candidates_[i];
    if (candidate.not_before > now || candidate.not_after <= now) continue;
    for (const auto& name : candidate.names) by_name_[name.value].push_back(i);
  }
}

bool StandIns::better(std::size_t a, std::size_t b) const {
  if (candidates_[a].not_before != candidates_[b].not_before) {
    return candidates_[a].not_before > candidates_[b].not_before;
  }
  return candidates_[a].not_after > candidates_[b].not_after;
}

std::vector<std::size_t> StandIns::choose(const std::vector<Identifier>& names) const {
  std::map<std::size_t, std::size_t> covered;  // by candidate
  for (const auto& name : names) {
    std::set<std::size_t> covering;
    const auto add = [&](const std::string& subject) {
      const auto found = by_name_.find(subject);
      if (found != by_name_.end()) covering.insert(found->second.begin(), found->second.end());
    };
    add(name.value);
    const auto dot = name.value.find('.');
    if (name.type == IdentifierType::dns && !name.wildcard() && dot != std::string::npos) {
      add("*" + name.value.substr(dot));
    }
    for (const std::size_t index : covering) ++covered[index];
  }
  std::map<KeyAlgorithm, std::pair<std::size_t, std::size_t>> best;  // index and how many names
  for (const auto& [index, count] : covered) {
    const auto [place, first] = best.try_emplace(candidates_[index].algorithm, index, count);
    auto& [best_index, best_count] = place->second;
    if (!first && (count > best_count || (count == best_count && better(index, best_index)))) {
      place->second = {index, count};
    }
  }
  std::vector<std::size_t> chosen;
  for (const auto& [algorithm, entry] : best) {
    const auto& [index, count] = entry;
    if (chosen.empty()) {
      chosen.push_back(index);
      continue;
    }
    const std::size_t other = covered.at(chosen.front());
    if (count > other) chosen.clear();
    if (count >= other) chosen.push_back(index);
  }
  if (chosen.size() == 2 && better(chosen[1], chosen[0])) std::swap(chosen[0], chosen[1]);
  return chosen;
}

}  // namespace acme
