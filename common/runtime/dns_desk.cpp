#include "common/runtime/dns_desk.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/store/file_io.hpp"
#include "common/store/sealed_record.hpp"

namespace acme {

namespace {

constexpr const char* kHome = "programs";

/// Its certificate is still configured, and the order is stored: the flow goes on with it.
bool order_goes_on(const Configuration& configuration, const DnsDesk::StoreOf& store, const std::string& id) {
  const auto found = std::find_if(configuration.certificates.begin(), configuration.certificates.end(),
                                  [&](const CertificateConfig& certificate) { return certificate.id == id; });
  if (found == configuration.certificates.end()) return false;
  const auto issuer = configuration.issuers.find(found->issuer);
  if (issuer == configuration.issuers.end()) return false;
  const auto order = store(issuer->second).load_order(id);
  return order && order->has_value();
}

}  // namespace

DnsDesk::DnsDesk(const EngineTools& tools, int engine_directory, const StoreOf& store)
    : tools_{tools},
      engine_directory_{engine_directory},
      resolver_{{*tools.scheduler, *tools.descriptors}},
      providers_{tools.setup->configuration->issuers,
                 [this](const IssuerConfig& issuer, const DnsProviderConfig& config) { return make(issuer, config); },
                 *tools.log},
      book_{book_services()},
      challenges_{challenge_services()} {
  load_journal(store);
}

Result<std::unique_ptr<DnsProvider>> DnsDesk::make(const IssuerConfig& issuer, const DnsProviderConfig& config) {
  DnsProviderTools tools;
  tools.scheduler = tools_.scheduler;
  tools.descriptors = tools_.descriptors;
  tools.http = tools_.http;
  tools.lookup = &lookup();
  tools.log = tools_.log;
  tools.resolvers = issuer.resolvers;
  if (make_directory_at(engine_directory_, kHome, 0700)) tools.home = cat(tools_.setup->state_path, "/engine/", kHome);
  tools.load_record = [this](const std::string& name) {
    return load_sealed_record(engine_directory_, tools_.setup->secret, name);
  };
  tools.save_record = [this](const std::string& name, const Secret& record) {
    return save_sealed_record(engine_directory_, tools_.setup->secret, name, record);
  };
  return make_dns_provider(config, tools);
}

RecordBook::Services DnsDesk::book_services() {
  RecordBook::Services services;
  services.scheduler = tools_.scheduler;
  services.random = tools_.random;
  services.log = tools_.log;
  services.providers = &providers_;
  services.save = [this](const std::vector<JournaledRecord>& records) {
    return save_dns_journal(engine_directory_, records);
  };
  return services;
}

ProviderChallenges::Services DnsDesk::challenge_services() {
  ProviderChallenges::Services services;
  services.scheduler = tools_.scheduler;
  services.lookup = &lookup();
  services.log = tools_.log;
  services.providers = &providers_;
  services.book = &book_;
  return services;
}

void DnsDesk::load_journal(const StoreOf& store) {
  auto journal = load_dns_journal(engine_directory_);
  if (!journal) {
    return tools_.log->warn(cat("which DNS records an earlier life set is not known: ", describe(journal.error())));
  }
  const Configuration& configuration = *tools_.setup->configuration;
  book_.load(*std::move(journal),
             [&](const JournaledRecord& record) { return order_goes_on(configuration, store, record.certificate_id); });
}

}  // namespace acme
