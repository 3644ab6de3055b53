// ProviderChallenges: DNS challenges answered by the providers of the configuration.
//
// CNAMEs are followed first, so that a zone that nobody may change can point to one that somebody may. Each provider is
// asked once with all that an order needs of it; what it refuses as a whole is tried name by name, so that one zone
// that it does not have keeps no other name. Then the records are looked for where the CA will look.
#pragma once

#include "common/challenge/dns_challenges.hpp"
#include "common/challenge/record_book.hpp"

namespace acme {

class ProviderChallenges final : public DnsChallenges {
 public:
  struct Services {
    Scheduler* scheduler = nullptr;
    DnsLookup* lookup = nullptr;
    Logger* log = nullptr;
    DnsProviders* providers = nullptr;
    RecordBook* book = nullptr;
  };
  explicit ProviderChallenges(Services services) : services_{services} {}

  Task<std::vector<Status>> present(std::string issuer, std::string certificate_id,
                                    std::vector<DnsChallenge> challenges) override;
  void retire(const std::string& certificate_id) override { services_.book->retire(certificate_id); }

 private:
  /// One challenge on its way.
  struct Piece {
    DnsChallenge challenge;
    std::string target;  // behind the CNAMEs
    ConfiguredProvider* provider = nullptr;
    Status status;

    TxtRecord record() const;
  };
  using Group = std::vector<Piece*>;  // of one provider

  Task<void> find_target(const IssuerConfig& issuer, Piece& piece);
  Status choose_provider(const std::string& issuer, Piece& piece);
  Status write_down(const std::string& certificate_id, std::vector<Piece>& pieces);
  void retire_failed(const std::string& certificate_id, const std::vector<Piece>& pieces);
  Task<void> set(Group group);
  Task<void> set_by_name(Group group);
  Task<void> look(Group group);
  Task<Status> ask_provider(const Group& group);

  const Services services_;
};

}  // namespace acme
