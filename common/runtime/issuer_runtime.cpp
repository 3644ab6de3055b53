#include "common/runtime/issuer_runtime.hpp"

#include "common/client/account_changes.hpp"
#include "common/client/renewal_info.hpp"
#include "common/config/issuer_catalog.hpp"
#include "common/runtime/stored_form.hpp"

namespace acme {

namespace {

Session::Endpoint endpoint_of(const IssuerConfig& config) {
  Session::Endpoint endpoint;
  endpoint.issuer = config.name;
  endpoint.directory_url = config.uri;
  endpoint.trust.ca_file = config.ssl_trusted_certificate;
  endpoint.trust.verify = config.ssl_verify;
  endpoint.trust.proxy = config.proxy;
  return endpoint;
}

CertificateAuthority::Services of_every_issuer(const IssuerRuntime::WireServices& wire) {
  CertificateAuthority::Services services;
  services.scheduler = wire.scheduler;
  services.random = wire.random;
  services.log = wire.log;
  return services;
}

}  // namespace

IssuerRuntime::IssuerRuntime(const IssuerConfig& config, Store& store, const WireServices& services)
    : CertificateAuthority{config, store, of_every_issuer(services)},
      wire_{services},
      http_{*services.http, config.name, services.counters},
      session_{endpoint_of(config), http_, *services.scheduler, *services.log} {
  if (wire_.lookup != nullptr) caa_.emplace(*wire_.scheduler, *wire_.lookup);
}

std::vector<std::string> IssuerRuntime::known_ca_names() const {
  const std::string_view name = caa_name(config_.uri);
  return name.empty() ? std::vector<std::string>{} : std::vector<std::string>{std::string{name}};
}

Task<std::vector<std::string>> IssuerRuntime::ca_names() {
  auto task = session_.directory();
  auto directory = co_await std::move(task);
  const bool told = directory && !directory->caa_identities.empty();
  co_return told ? directory->caa_identities : known_ca_names();
}

AccountContext IssuerRuntime::account_context() {
  AccountContext context;
  context.issuer = &config_;
  context.session = &session_;
  context.store = &store_;
  context.keys = wire_.keys;
  context.log = wire_.log;
  context.lookup = wire_.lookup;
  context.persist_names = &wire_.persist_names;
  context.ca_names = known_ca_names();
  return context;
}

Task<Status> IssuerRuntime::sign_in() {
  auto task = ensure_account(account_context());
  auto ensured = co_await std::move(task);
  co_return ensured;
}

Task<Status> IssuerRuntime::change_account_key() {
  auto task = while_quiet(roll_over_key(account_context()));
  auto changed = co_await std::move(task);
  co_return changed;
}

Task<Status> IssuerRuntime::end_account() {
  auto task = while_quiet(deactivate_account(account_context()));
  auto ended = co_await std::move(task);
  co_return ended;
}

void IssuerRuntime::forget_account() {
  orders_url_.reset();
  account_url_.reset();
  auto forgotten = forget_account_url(account_context());
  if (!forgotten) wire_.log->warn(describe(forgotten.error()));
}

std::string IssuerRuntime::orders_url() {
  if (orders_url_) return *orders_url_;
  auto slot = account_slot(config_);
  if (!slot) return {};
  auto account = store_.load_account(*slot);
  if (!account || !account->has_value()) return {};
  orders_url_ = (*account)->orders_url;
  return *orders_url_;
}

std::string IssuerRuntime::account_url() {
  if (!session_.account_url().empty()) return session_.account_url();
  if (account_url_) return *account_url_;
  auto slot = account_slot(config_);
  auto account = slot ? store_.load_account(*slot) : Result<std::optional<StoredAccount>>{std::nullopt};
  account_url_ = account && *account ? (*account)->url : std::string{};
  return *account_url_;
}

/// Of the current version, for `reuse_key`; nullopt: make one.
std::optional<PrivateKey> IssuerRuntime::key_to_reuse(const CertificateWish& wish) const {
  if (!wish.certificate->reuse_key || wish.new_key) return std::nullopt;
  const auto current = wish.store->load_certificate(wish.certificate->id);
  if (!current || !current->has_value()) return std::nullopt;
  auto key = PrivateKey::from_pem((*current)->key_pem.view());
  if (!key) return std::nullopt;
  return *std::move(key);
}

OrderRequest IssuerRuntime::request_for(const CertificateWish& wish) {
  const CertificateConfig& certificate = *wish.certificate;
  OrderRequest request;
  request.certificate_id = certificate.id;
  request.title = certificate.first_name;
  request.names = certificate.names;
  request.key_type = certificate.key_type;
  request.key = key_to_reuse(wish);
  request.challenges = certificate.challenges;
  request.profile = config_.profile;
  request.profile_required = config_.profile_required;
  request.preferred_chain = config_.preferred_chain;
  request.common_name = config_.common_name_in_csr;
  request.must_staple = certificate.must_staple;
  request.lifetime = certificate.lifetime;
  request.replaces = wish.replaces;
  request.orders_url = orders_url();
  request.siblings = wish.siblings;
  request.ca_names = known_ca_names();
  request.check_caa = config_.check_caa;
  request.resolvers = config_.resolvers;
  request.usual_lifetime = wish.usual_lifetime;
  return request;
}

void IssuerRuntime::foresee(const CertificateConfig& certificate) {
  if (!certificate.reuse_key) wire_.keys->expect(certificate.key_type);
}

Task<Result<StoredCertificate>> IssuerRuntime::obtain(CertificateWish wish) {
  OrderContext context;
  context.session = &session_;
  context.store = wish.store;
  context.ledger = wire_.ledger;
  context.live = wish.live;
  context.dns = wire_.dns;
  context.lookup = wire_.lookup;
  context.caa = caa_ ? &*caa_ : nullptr;
  context.proofs = wish.proofs;
  context.progress = wish.progress;
  context.keys = wire_.keys;
  context.habits = &habits_;
  context.scheduler = wire_.scheduler;
  context.log = wire_.log;
  context.challenge_published = wire_.challenge_published;
  auto task = run_order(context, request_for(wish));
  auto issued = co_await std::move(task);
  if (!issued) co_return std::move(issued).error();
  co_return to_stored(*issued, config_, now());
}

Task<Result<RenewalInfo>> IssuerRuntime::renewal_info(std::string renewal_id) {
  auto task = fetch_renewal_info(session_, std::move(renewal_id));
  auto info = co_await std::move(task);
  co_return info;
}

}  // namespace acme
