#include "common/runtime/dry_run.hpp"

#include "common/base/text.hpp"
#include "common/client/account.hpp"
#include "common/protocol/objects.hpp"
#include "common/store/passing_store.hpp"

namespace acme {

namespace {

/// The flow's own lines go to who asked for it, not into the server's log.
class ConversationLog final : public Logger {
 public:
  explicit ConversationLog(Conversation& conversation) : conversation_{conversation} {}
  void write(LogLevel level, const std::string& line) override {
    if (level != LogLevel::debug) conversation_.say(ControlProgress{level, "dry run: " + line});
  }

 private:
  Conversation& conversation_;
};

/// Counts nothing: a staging environment has limits of its own.
class NoLedger final : public Ledger {
 public:
  Status append(const LedgerEntry&) override { return {}; }
  const std::vector<LedgerEntry>& entries() const override { return none_; }

 private:
  std::vector<LedgerEntry> none_;
};

/// Its records are not those of the certificate's real order, which may be under way at the same time.
class DnsOfDryRun final : public DnsChallenges {
 public:
  explicit DnsOfDryRun(DnsChallenges& dns) : dns_{dns} {}
  Task<std::vector<Status>> present(std::string issuer, std::string certificate_id,
                                    std::vector<DnsChallenge> challenges) override {
    return dns_.present(std::move(issuer), own(certificate_id), std::move(challenges));
  }
  void retire(const std::string& certificate_id) override { dns_.retire(own(certificate_id)); }

 private:
  static std::string own(const std::string& certificate_id) { return certificate_id + " (dry run)"; }
  DnsChallenges& dns_;
};

IssuerConfig staging_of(const IssuerConfig& issuer) {
  IssuerConfig staging;
  staging.name = issuer.name;
  staging.where = issuer.where;
  staging.uri = issuer.staging_uri;
  staging.contact = issuer.contact;
  staging.accept_terms_of_service = issuer.accept_terms_of_service;
  if (issuer.external_account) {
    staging.external_account = ExternalAccount{issuer.external_account->kid, issuer.external_account->key.clone(),
                                               issuer.external_account->algorithm};
  }
  staging.account_key_type = issuer.account_key_type;
  staging.ssl_trusted_certificate = issuer.ssl_trusted_certificate;
  staging.ssl_verify = issuer.ssl_verify;
  staging.profile = issuer.profile;
  staging.profile_required = issuer.profile_required;
  staging.common_name_in_csr = issuer.common_name_in_csr;
  staging.proxy = issuer.proxy;
  staging.resolvers = issuer.resolvers;
  staging.check_caa = issuer.check_caa;
  return staging;
}

IssuerRuntime::WireServices services_of(const OperationTools& tools, Logger& log, Ledger& ledger) {
  IssuerRuntime::WireServices services;
  services.http = tools.http;
  services.scheduler = tools.scheduler;
  services.keys = tools.keys;
  services.random = tools.random;
  services.log = &log;
  services.ledger = &ledger;
  return services;
}

Task<Status> order_once(IssuerRuntime& issuer, const CertificateConfig& certificate, Store& store,
                        ChallengeBoard& board, DnsChallenges* dns, Logger& log) {
  auto preparing = issuer.ensure_ready(std::nullopt);
  auto ready = co_await std::move(preparing);
  if (!ready.status) co_return ready.status;
  LiveChallenges live{board};
  CertificateWish wish;
  wish.certificate = &certificate;
  wish.store = &store;
  wish.live = &live;
  auto task = issuer.obtain(std::move(wish));
  auto obtained = co_await std::move(task);
  live.withdraw();
  if (dns != nullptr) dns->retire(certificate.id);
  if (!obtained) co_return std::move(obtained).error();
  log.notice(cat(certificate.first_name, ": issued and verified, valid to ",
                 format_for_people(obtained->meta.not_after), "; not kept"));
  co_return Status{};
}

/// Directory, trust and, when there is one, the account.
Task<Status> ask_without_order(IssuerRuntime& issuer, const CertificateConfig& certificate, Logger& log) {
  auto fetching = issuer.session().directory();
  auto directory = co_await std::move(fetching);
  if (!directory) co_return std::move(directory).error();
  const std::string& name = issuer.config().name;
  const auto slot = account_slot(issuer.config());
  const auto stored = slot ? issuer.store().load_account(*slot) : Result<std::optional<StoredAccount>>{slot.error()};
  const bool registered = stored && stored->has_value() && !(*stored)->url.empty();
  std::string account = "it has no account yet";
  if (registered) {
    auto preparing = issuer.ensure_ready(std::nullopt);
    auto ready = co_await std::move(preparing);
    if (!ready.status) co_return ready.status;
    auto asking = issuer.session().post((*stored)->url, "");
    auto answered = co_await std::move(asking);
    if (!answered) co_return std::move(answered).error();
    account = "the account is known";
  }
  log.notice(cat(certificate.first_name, ": ", name,
                 " has no staging environment that is known here (staging_uri names ",
                 "one): nothing was ordered; its directory answers, it is trusted, ", account));
  co_return Status{};
}

}  // namespace

Task<Status> dry_run(const OperationTools& tools, const CertificateConfig& certificate, const IssuerConfig& issuer,
                     Conversation& conversation) {
  ConversationLog log{conversation};
  NoLedger ledger;
  tools.log->notice(
      cat(certificate.first_name, ": dry run against ", issuer.staging_uri.empty() ? issuer.uri : issuer.staging_uri));
  if (issuer.staging_uri.empty()) {
    IssuerRuntime* configured = tools.engine->issuer(issuer.name);
    if (configured == nullptr) co_return Error{ErrorKind::internal, "this issuer cannot be asked"};
    // A session of its own: nothing that was learned before counts.
    IssuerRuntime fresh{issuer, configured->store(), services_of(tools, log, ledger)};
    auto asking = ask_without_order(fresh, certificate, log);
    auto asked = co_await std::move(asking);
    co_return asked;
  }
  const IssuerConfig staging = staging_of(issuer);
  PassingStore store;
  std::optional<DnsOfDryRun> dns;
  if (tools.dns != nullptr) dns.emplace(*tools.dns);
  IssuerRuntime::WireServices services = services_of(tools, log, ledger);
  services.dns = dns ? &*dns : nullptr;
  services.lookup = tools.lookup;
  IssuerRuntime passing{staging, store, services};
  auto ordering = order_once(passing, certificate, store, *tools.board, services.dns, log);
  auto ordered = co_await std::move(ordering);
  co_return ordered;
}

}  // namespace acme
