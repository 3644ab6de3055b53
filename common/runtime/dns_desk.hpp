// DnsDesk: all that DNS challenges need in one life of the engine: lookups, the providers, the journal, and the removal
// of what an earlier life left.
#pragma once

#include <functional>

#include "common/challenge/provider_challenges.hpp"
#include "common/dns/resolver.hpp"
#include "common/runtime/engine_life.hpp"
#include "common/store/store.hpp"

namespace acme {

class DnsDesk {
 public:
  using StoreOf = std::function<Store&(const IssuerConfig&)>;

  /// `engine_directory` is borrowed; the caller holds its lock. A provider that cannot be made is told, and its names
  /// fail with that reason.
  DnsDesk(const EngineTools& tools, int engine_directory, const StoreOf& store);
  DnsDesk(const DnsDesk&) = delete;
  DnsDesk& operator=(const DnsDesk&) = delete;

  DnsChallenges& challenges() noexcept { return challenges_; }
  DnsLookup& lookup() noexcept { return tools_.lookup != nullptr ? *tools_.lookup : resolver_; }

  /// Removes records that no order needs, until stop() or the scheduler's cancel_all().
  Task<void> run() { return book_.run(); }
  void stop() { book_.stop(); }
  /// Removals under way: a reload waits for their end.
  std::size_t busy() const noexcept { return book_.busy(); }

 private:
  Result<std::unique_ptr<DnsProvider>> make(const IssuerConfig& issuer, const DnsProviderConfig& config);
  RecordBook::Services book_services();
  ProviderChallenges::Services challenge_services();
  void load_journal(const StoreOf& store);

  const EngineTools tools_;
  const int engine_directory_;
  Resolver resolver_;
  DnsProviders providers_;
  RecordBook book_;
  ProviderChallenges challenges_;
};

}  // namespace acme
