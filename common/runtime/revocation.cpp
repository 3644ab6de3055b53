#include "common/runtime/revocation.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/client/revocation.hpp"
#include "common/control/revocation_reason.hpp"
#include "common/crypto/certificate.hpp"
#include "common/runtime/renewal_operations.hpp"
#include "common/runtime/selection.hpp"

namespace acme {

namespace {

/// One certificate to be revoked.
struct Condemned {
  std::string title;
  std::vector<std::uint8_t> der;
  std::string serial;
  std::optional<PrivateKey> key;
  IssuerRuntime* issuer = nullptr;
  TendedCertificate* tended = nullptr;  // when it is the one that is served
  bool by_account = true;               // false: the key is all there is
};

struct Sentence {
  std::vector<Condemned> all;
  std::optional<ControlEnd> problem;
};

/// "0A:1b" as "a1b": leading zeros and colons are a matter of taste.
std::string plain_serial(const std::string& text) {
  std::string plain;
  for (const char c : to_lower(text)) {
    if (c != ':' && c != ' ' && !(c == '0' && plain.empty())) plain += c;
  }
  return plain;
}

Result<Condemned> condemn(const StoredCertificate& stored, const OperationTools& tools, const std::string& title) {
  auto chain = CertificateChain::from_pem(stored.fullchain_pem);
  if (!chain) return std::move(chain).error().with_context(title);
  auto key = PrivateKey::from_pem(stored.key_pem.view());
  Condemned condemned;
  condemned.title = title;
  auto der = chain->leaf_der();
  if (!der) return std::move(der).error().with_context(title);
  condemned.der = *std::move(der);
  condemned.serial = chain->facts().serial;
  if (key) condemned.key = *std::move(key);
  condemned.issuer = tools.engine->issuer(stored.meta.issuer);
  if (condemned.issuer == nullptr) {
    return Error{ErrorKind::configuration,
                 cat(title, ": its issuer ", stored.meta.issuer, " is in no configuration any more"),
                 "configure the issuer again, or revoke by --cert, --key and --issuer"};
  }
  return condemned;
}

/// The version of `tended` with this serial number, or the current one when it is empty.
Result<std::optional<Condemned>> find_version(TendedCertificate& tended, const std::string& serial,
                                              const OperationTools& tools) {
  const CertificateConfig& config = tended.config();
  Store& store = tended.store();
  for (const std::uint64_t number : store.version_numbers(config.id)) {
    if (serial.empty() && number != tended.version()) continue;
    auto stored = store.load_version(config.id, number);
    if (!stored) {
      if (serial.empty()) return std::move(stored).error().with_context(config.first_name);
      continue;
    }
    if (!serial.empty() && plain_serial(stored->meta.serial) != serial) continue;
    auto condemned = condemn(*stored, tools, config.first_name);
    if (!condemned) return std::move(condemned).error();
    if (number == tended.version()) condemned->tended = &tended;
    return std::optional<Condemned>{*std::move(condemned)};
  }
  return std::optional<Condemned>{};
}

Sentence sentence_stored(const OperationTools& tools, const ControlRequest& request) {
  Sentence sentence;
  Selection selection = select_certificates(*tools.engine, request.name);
  if (selection.problem) return {{}, selection.problem};
  for (TendedCertificate* tended : selection.certificates) {
    auto found = find_version(*tended, plain_serial(request.serial), tools);
    if (!found) return {{}, control_failure(found.error())};
    if (found->has_value()) sentence.all.push_back(**std::move(found));
  }
  if (!sentence.all.empty()) return sentence;
  const std::string what = request.serial.empty() ? cat(request.name, " has no certificate yet")
                                                  : cat("no stored certificate has the serial ", request.serial);
  return {{}, control_failure(ControlFailure::unknown_name, cleaned(what))};
}

Sentence sentence_foreign(const OperationTools& tools, const ControlRequest& request) {
  auto chain = CertificateChain::from_pem(request.certificate_pem);
  if (!chain) return {{}, control_failure(std::move(chain).error().with_context("the certificate"))};
  Condemned condemned;
  condemned.title = cat("the certificate with serial ", chain->facts().serial);
  condemned.serial = chain->facts().serial;
  auto der = chain->leaf_der();
  if (!der) return {{}, control_failure(der.error())};
  condemned.der = *std::move(der);
  if (!request.key_pem.empty()) {
    auto key = PrivateKey::from_pem(request.key_pem.view());
    if (!key) return {{}, control_failure(std::move(key).error().with_context("the key"))};
    condemned.key = *std::move(key);
    condemned.by_account = false;
  }
  // It may be one of ours after all.
  std::string issuer = request.issuer;
  for (const auto& tended : tools.engine->certificates()) {
    if (!tended->meta() || tended->meta()->fingerprint != chain->facts().fingerprint) continue;
    condemned.tended = tended.get();
    if (issuer.empty()) issuer = tended->meta()->issuer;
  }
  auto selected = select_issuer(*tools.engine, *tools.configuration, issuer);
  if (selected.problem) {
    selected.problem->hint = "say by --issuer which it is from; " + selected.problem->hint;
    return {{}, selected.problem};
  }
  condemned.issuer = selected.issuer;
  Sentence sentence;
  sentence.all.push_back(std::move(condemned));
  return sentence;
}

Task<Result<Revoked>> by_account(const Condemned& condemned, int reason) {
  auto preparing = condemned.issuer->ensure_ready(std::nullopt);
  auto ready = co_await std::move(preparing);
  if (!ready.status) co_return ready.status.error();
  auto task = revoke_certificate(condemned.issuer->session(), condemned.der, reason, std::nullopt);
  auto revoked = co_await std::move(task);
  co_return revoked;
}

Task<Result<Revoked>> by_key(const Condemned& condemned, int reason) {
  auto task = revoke_certificate(condemned.issuer->session(), condemned.der, reason, condemned.key);
  auto revoked = co_await std::move(task);
  co_return revoked;
}

/// Another way may still work: the CA did answer, or the account is what fails.
bool worth_another_way(const Error& error) {
  return error.kind == ErrorKind::problem || error.kind == ErrorKind::configuration;
}

Task<Result<Revoked>> execute(const Condemned& condemned, int reason) {
  const bool key_first = condemned.key && (!condemned.by_account || reason == kKeyCompromise);
  if (key_first) {
    auto trying = by_key(condemned, reason);
    auto revoked = co_await std::move(trying);
    if (revoked || !condemned.by_account || !worth_another_way(revoked.error())) co_return revoked;
  }
  auto trying = by_account(condemned, reason);
  auto revoked = co_await std::move(trying);
  if (revoked || key_first || !condemned.key || !worth_another_way(revoked.error())) co_return revoked;
  auto again = by_key(condemned, reason);
  auto second = co_await std::move(again);
  if (second) co_return second;
  co_return revoked;
}

/// The served ones that were revoked, and what is to follow.
Task<ControlEnd> replace(const OperationTools& tools, std::vector<TendedCertificate*> revoked, bool order_new,
                         Conversation& conversation) {
  ControlEnd end;
  end.message = "revoked";
  if (revoked.empty()) co_return end;
  if (!order_new) {
    for (TendedCertificate* tended : revoked) tended->mark_revoked(false);
    end.message = "revoked; this one is served, and no new one is ordered until `acmectl renew`";
    co_return end;
  }
  const auto following = follow_certificates(tools, revoked, conversation);
  std::vector<AwaitedCertificate> awaited;
  for (TendedCertificate* tended : revoked) {
    awaited.push_back({tended, tended->version(), true});
    tended->mark_revoked(true);
    tended->order_now(true);
  }
  auto task = await_renewals(tools, std::move(awaited), conversation);
  auto outcome = co_await std::move(task);
  if (outcome.cut_off) co_return control_failure(ControlFailure::stopping, "revoked; the engine is stopping");
  if (outcome.failed > 0) {
    co_return control_failure(ControlFailure::failed,
                              cat("revoked, but there is no new certificate yet: ", outcome.first_failure),
                              outcome.first_hint);
  }
  end.message = "revoked; the new certificate is served";
  co_return end;
}

}  // namespace

Task<ControlEnd> revoke(const OperationTools& tools, const ControlRequest& request, Conversation& conversation) {
  if (revocation_reason_name(request.reason).empty()) {
    co_return control_failure(ControlFailure::usage, "the reason is none of " + revocation_reason_words());
  }
  const bool foreign = !request.certificate_pem.empty();
  Sentence sentence = foreign ? sentence_foreign(tools, request) : sentence_stored(tools, request);
  if (sentence.problem) co_return *sentence.problem;
  std::vector<TendedCertificate*> served;
  for (const Condemned& condemned : sentence.all) {
    auto task = execute(condemned, request.reason);
    auto revoked = co_await std::move(task);
    if (!revoked) co_return control_failure(std::move(revoked).error().with_context(condemned.title));
    const char* how = *revoked == Revoked::before ? " was revoked before" : " is revoked";
    const std::string line = cat(condemned.title, ": the certificate with serial ", condemned.serial, how, " (",
                                 revocation_reason_name(request.reason), ")");
    tools.log->notice(line);
    conversation.say(ControlProgress{LogLevel::notice, line});
    if (condemned.tended != nullptr) served.push_back(condemned.tended);
  }
  auto task = replace(tools, std::move(served), request.order_new, conversation);
  auto end = co_await std::move(task);
  co_return end;
}

}  // namespace acme
