#include "common/runtime/activation_targets.hpp"

#include <algorithm>
#include <functional>

#include "common/base/server_address.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr const char* kMadeUpLabel = "acmeprobe";

bool is_wildcard(const std::string& name) { return name.starts_with("*."); }

/// A host serves several certificates where their kinds of keys differ.
LeafKey key_to_ask_for(const Configuration& configuration, const ManagedSet& set, std::size_t certificate) {
  const auto algorithm = [&](std::size_t one) { return configuration.certificates[one].key_type.algorithm; };
  const bool alone = std::all_of(set.certificates.begin(), set.certificates.end(),
                                 [&](std::size_t one) { return algorithm(one) == algorithm(certificate); });
  if (alone) return LeafKey::any;
  return algorithm(certificate) == KeyAlgorithm::rsa ? LeafKey::rsa : LeafKey::ecdsa;
}

std::optional<ActivationTarget> target_at(const TlsListener& listener, const std::string& name, LeafKey key) {
  ActivationTarget target;
  target.name = name;
  target.of_all = listener.address == "0.0.0.0" || listener.address == "::";
  target.probe.address = listener.address;
  if (target.of_all) target.probe.address = listener.address == "::" ? "::1" : "127.0.0.1";
  target.probe.port = listener.port;
  target.probe.proxy_protocol = listener.proxy_protocol;
  target.probe.key = key;
  // A client that goes to an address sends no name, and comes to that address.
  const auto address = parse_server_address(name);
  if (address && !target.of_all && address->address != listener.address) return std::nullopt;
  if (!address) target.probe.server_name = is_wildcard(name) ? cat(kMadeUpLabel, name.substr(1)) : name;
  return target;
}

}  // namespace

ActivationTargets::ActivationTargets(const Configuration& configuration)
    : configuration_{configuration}, names_(configuration.certificates.size()) {
  for (std::uint32_t i = 0; i < configuration.https_names.size(); ++i) {
    const std::size_t set = configuration.https_names[i].set;
    for (const std::size_t certificate : configuration.sets[set].certificates) names_[certificate].push_back(i);
  }
}

std::vector<ActivationTarget> ActivationTargets::of(std::size_t certificate) const {
  std::vector<const HttpsName*> names;
  for (const auto index : names_[certificate]) names.push_back(&configuration_.https_names[index]);
  const auto exact = [](const HttpsName* one) { return !is_wildcard(one->name); };
  if (std::any_of(names.begin(), names.end(), exact)) std::erase_if(names, std::not_fn(exact));
  const std::string& first = configuration_.certificates[certificate].first_name;
  std::stable_partition(names.begin(), names.end(), [&](const HttpsName* one) { return one->name == first; });
  std::vector<ActivationTarget> targets;
  for (const HttpsName* name : names) {
    const ManagedSet& set = configuration_.sets[name->set];
    const LeafKey key = key_to_ask_for(configuration_, set, certificate);
    for (const auto& listener : set.listeners) {
      auto target = target_at(listener, name->name, key);
      if (target && targets.size() < kMost) targets.push_back(*std::move(target));
    }
  }
  return targets;
}

std::string place_of(const ProbeTarget& target) { return ServerAddress{target.address, target.port}.text(); }

}  // namespace acme
