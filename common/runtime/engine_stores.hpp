// EngineStores: where the engine of one life keeps what belongs to each issuer.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/runtime/engine_thread.hpp"
#include "common/store/file_store.hpp"
#include "common/store/state_directory.hpp"

namespace acme {

/// The stores of all issuers: the state directory's own, and one for each state_path of an issuer.
class EngineStores {
 public:
  Status open(const EngineSetup& setup) {
    auto own = add("", setup.state_path, setup.secret);
    if (!own) return own;
    for (const auto& [name, issuer] : setup.configuration->issuers) {
      if (issuer.state_path.empty()) continue;
      auto added = add(issuer.state_path, issuer.state_path, setup.secret);
      if (!added) return added;
    }
    return {};
  }
  Store& of(const IssuerConfig& issuer) { return *stores_.at(issuer.state_path); }

 private:
  Status add(const std::string& key, const std::string& path, const Secret& secret) {
    auto tree = make_engine_tree(path);
    if (!tree) return std::move(tree).error();
    stores_[key] = std::make_unique<FileStore>(*std::move(tree), secret.clone());
    return {};
  }
  std::map<std::string, std::unique_ptr<FileStore>> stores_;
};

}  // namespace acme
