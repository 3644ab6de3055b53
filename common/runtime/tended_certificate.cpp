#include "common/runtime/tended_certificate.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/client/issued_count.hpp"

namespace acme {

namespace {

/// In [0, 1), from what no two certificates share: hosts with one configuration spread as well.
double chance_of(const VersionMeta& meta, const std::string& id, std::uint64_t version) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : meta.fingerprint.empty() ? cat(id, version) : meta.fingerprint) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  hash ^= hash >> 29U;
  hash *= 0xbf58476d1ce4e5b9U;
  return static_cast<double>((hash ^ (hash >> 32U)) >> 11U) * 0x1.0p-53;
}

}  // namespace

TendedCertificate::TendedCertificate(const CertificateConfig& config, std::vector<CertificateAuthority*> issuers,
                                     Services services)
    : config_{config},
      issuers_{std::move(issuers)},
      services_{services},
      changed_{*services.scheduler},
      live_{*services.board},
      name_set_{name_set_key(config.names)} {}

Status TendedCertificate::load() {
  std::string healed;
  state_ = store().load_state(config_.id, &healed);
  if (!healed.empty())
    services_.log->warn(cat(config_.first_name, ": its state was damaged and begins anew: ", healed));
  auto current = store().load_certificate(config_.id);
  if (!current) {
    const bool passing = current.error().kind == ErrorKind::io || current.error().kind == ErrorKind::permission;
    loaded_ = !passing;
    if (passing) return std::move(current).error().with_context(config_.first_name);
    services_.log->error(cat(config_.first_name, ": ", describe(current.error())));
    return {};
  }
  loaded_ = true;
  if (!current->has_value()) return {};
  take(std::move((*current)->meta), (*current)->version);
  choose_moment();
  return {};
}

void TendedCertificate::take(VersionMeta meta, std::uint64_t version) {
  version_ = version;
  tell_changed();
  current_ = Validity{meta.not_before, meta.not_after};
  chance_ = chance_of(meta, config_.id, version);
  meta_ = std::move(meta);
  const auto issued = [&](const CertificateAuthority* one) { return one->config().uri == meta_->directory_url; };
  const auto found = std::find_if(issuers_.begin(), issuers_.end(), issued);
  issued_by_ = found == issuers_.end() ? nullptr : *found;
  with_sibling_ = false;
}

Status TendedCertificate::prepare() {
  if (!loaded_) {
    const CertificateState before = state_;
    auto read = load();
    if (!read) {
      state_ = before;
      return read;
    }
  }
  if (version_ == 0) return {};
  const auto order = store().load_order(config_.id);
  if (!order || !order->has_value()) return {};
  const auto current = store().load_certificate(config_.id);
  if (!current || !current->has_value() || (*current)->key_pem.view() != (*order)->key_pem.view()) return {};
  // With `reuse_key` the next order has that key as well, and is gone on with; not after a revocation.
  const bool done = (*order)->started <= (*current)->meta.issued_at;
  return done || state_.revoked ? store().remove_order(config_.id) : Status{};
}

std::optional<Seconds> TendedCertificate::lifetime_left() const {
  if (!current_) return std::nullopt;
  return current_->not_after - now();
}

void TendedCertificate::tell_changed() const {
  if (services_.told != nullptr && *services_.told) (*services_.told)(*this);
}

void TendedCertificate::spare_until(UtcTime due) {
  spared_until_ = due;
  tell_changed();
}

void TendedCertificate::set_aside(UtcTime until) {
  aside_until_ = until;
  tell_changed();
}

void TendedCertificate::save_state() {
  tell_changed();
  auto saved = store().save_state(config_.id, state_);
  if (!saved) services_.log->warn(cat(config_.first_name, ": ", describe(saved.error())));
}

std::string TendedCertificate::replaces() const { return issued_by() == &issuer() ? meta_->renewal_id : std::string{}; }

void TendedCertificate::emit(HookEvent event, const std::string& message) const {
  if (services_.happened == nullptr || !*services_.happened) return;
  CertificateEvent happened;
  happened.event = event;
  happened.certificate = &config_;
  happened.version = version_;
  happened.message = message;
  (*services_.happened)(happened);
}

Status TendedCertificate::keep(const StoredCertificate& issued) {
  auto version = store().save_certificate(config_.id, issued);
  if (!version) return std::move(version).error().with_context(config_.first_name);
  if (recorder_) recorder_->end(Status{});
  take(issued.meta, *version);
  wanted_now_ = false;
  auto holds = std::move(state_.holds);
  std::erase_if(holds, [&](const auto& row) { return row.second <= now(); });
  remember_proofs();
  auto proofs = std::move(state_.proofs);
  const bool misled = state_.preflight_misled || seen_failing_;
  state_ = CertificateState{};
  state_.proofs = std::move(proofs);
  state_.holds = std::move(holds);
  state_.preflight_misled = misled;
  asked_for_ = false;
  state_.last_attempt = now();
  choose_moment();
  save_state();
  auto removed = store().remove_order(config_.id);
  if (!removed) services_.log->warn(describe(removed.error()));
  store().prune_certificate(config_.id, now());
  const std::string line =
      cat(config_.first_name, ": new certificate, live now, valid to ", format_for_people(current_->not_after),
          ", renewed about ", format_for_people(*state_.renew_at), " (", state_.renew_reason, ")");
  services_.log->notice(line);
  emit(HookEvent::renewed, line);
  changed_.notify();
  return {};
}

}  // namespace acme
