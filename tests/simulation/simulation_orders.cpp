// The orders that a Simulation's engines store, as somebody sees them who looks at the disk from outside.
#include <optional>

#include "common/store/file_store.hpp"
#include "common/store/state_directory.hpp"
#include "tests/simulation/simulation.hpp"

namespace acme_test {

using namespace acme;

namespace {

/// The certificate whose order is stored there.
std::optional<std::string> order_in(const std::string& path) {
  constexpr std::string_view kFolder = "/orders/";
  constexpr std::string_view kEnding = ".json";
  const auto folder = path.rfind(kFolder);
  if (folder == std::string::npos || !path.ends_with(kEnding)) return std::nullopt;
  const auto begin = folder + kFolder.size();
  return path.substr(begin, path.size() - kEnding.size() - begin);
}

/// nullptr: there is none yet.
std::unique_ptr<FileStore> store_seen_from_outside() {
  auto tree = open_engine_tree(kStatePath);
  auto secret = read_secret(kStatePath);
  if (!tree || !secret) return nullptr;
  return std::make_unique<FileStore>(*std::move(tree), *std::move(secret));
}

}  // namespace

/// `of`: nullptr: of all certificates.
std::map<std::string, StoredOrder> Simulation::stored_orders(const std::set<std::string>* of) {
  std::map<std::string, StoredOrder> found;
  const SimulatedProcess scope{world_.disk, kObserver};
  const auto store = store_seen_from_outside();
  if (!store || !server_) return found;
  for (const auto& certificate : server_->configuration().certificates) {
    if (of != nullptr && !of->contains(certificate.id)) continue;
    auto order = store->load_order(certificate.id);
    if (order && order->has_value()) found[certificate.id] = *std::move(*order);
  }
  return found;
}

void Simulation::look_at_orders() {
  if (touched_orders_.empty() || !server_) return;
  const auto found = stored_orders(&touched_orders_);
  for (const auto& id : touched_orders_) {
    const auto one = found.find(id);
    orders_.stored(id, one == found.end() ? nullptr : &one->second);
  }
  touched_orders_.clear();
}

/// Its current one has this key.
bool Simulation::has_certificate(const std::string& id, const std::string& key_pem) {
  const SimulatedProcess scope{world_.disk, kObserver};
  const auto store = store_seen_from_outside();
  if (!store) return false;
  const auto current = store->load_certificate(id);
  return current && current->has_value() && (*current)->key_pem.view() == key_pem;
}

/// Before anything comes of it.
void Simulation::note_order_access(const DiskAccess& access) {
  const bool changes = access.call == DiskCall::rename || access.call == DiskCall::unlink;
  if (const auto order = changes ? order_in(access.path) : std::nullopt) touched_orders_.insert(*order);
}

}  // namespace acme_test
