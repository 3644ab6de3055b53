#include "common/runtime/certificate_slot.hpp"

#include <time.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>

#include "common/base/guard.hpp"
#include "common/runtime/serving_tree.hpp"

namespace acme {

namespace {

using Milliseconds = std::int64_t;

constexpr Milliseconds kBetweenLooks = 50;
constexpr Milliseconds kFirstRetry = 1000;
constexpr Milliseconds kLongestRetry = 60000;

/// The coarse clock is a few milliseconds late and costs next to nothing.
Milliseconds coarse_now() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return static_cast<Milliseconds>(now.tv_sec) * 1000 + now.tv_nsec / 1000000;
}

using Certificates = std::vector<TlsCertificate>;

/// One source as this process has it.
struct Loaded {
  std::uint64_t version = 0;  // of `certificate`; remembered from before its files were read
  std::optional<TlsCertificate> certificate;
  std::uint64_t failed_version = 0;  // could not be read; not again before retry_at
  Milliseconds retry_at = 0;
  Milliseconds retry_delay = 0;
};

Result<TlsCertificate> read_certificate(const CertificateSlot::Source& source, std::uint64_t version) {
  auto stored = source.tree->read(source.id, version);
  if (!stored) return std::move(stored).error();
  auto chain = CertificateChain::from_pem(stored->fullchain_pem);
  if (!chain) return std::move(chain).error();
  auto key = PrivateKey::from_pem(stored->key_pem.view());
  if (!key) return std::move(key).error();
  return TlsCertificate::make(*std::move(chain), *std::move(key));
}

bool has_key_like(const Certificates& certificates, const TlsCertificate& other) {
  return std::any_of(certificates.begin(), certificates.end(),
                     [&](const TlsCertificate& one) { return one.key_type().algorithm == other.key_type().algorithm; });
}

}  // namespace

struct CertificateSlot::State {
  std::vector<Source> sources;
  std::atomic<Milliseconds> next_look{0};
  std::atomic<bool> own_live{false};
  std::atomic<std::shared_ptr<const Certificates>> installed;  // null: the SSL_CTX is right as it is
  std::atomic<bool> looked{false};  // once at least: what is there is more than the SSL_CTX had at the load
  std::mutex looking;               // guards what follows; whoever does not get it uses what is there
  std::vector<Loaded> loaded;       // by source

  void look_if_due();
  void look(Milliseconds now);
  bool load(std::size_t index, std::uint64_t version, Milliseconds now);
  void follow(const std::vector<std::uint64_t>& current, Milliseconds now);
  void publish();
};

/// Something of this source changed in memory. What cannot be read leaves what was there; a source that
/// is in the SSL_CTX alone is then read as it was injected, so that the others can go on.
bool CertificateSlot::State::load(std::size_t index, std::uint64_t version, Milliseconds now) {
  Loaded& mine = loaded[index];
  if (version == mine.failed_version && now < mine.retry_at) return false;
  auto certificate = read_certificate(sources[index], version);
  if (certificate) {
    Loaded fresh;
    fresh.version = version;
    fresh.certificate = *std::move(certificate);
    mine = std::move(fresh);
    return true;
  }
  mine.failed_version = version;
  mine.retry_delay = std::clamp(mine.retry_delay * 2, kFirstRetry, kLongestRetry);
  mine.retry_at = now + mine.retry_delay;
  const std::uint64_t injected = sources[index].injected_version;
  if (mine.certificate || injected == 0 || injected == version) return false;
  auto before = read_certificate(sources[index], injected);
  if (!before) return false;
  mine.version = injected;
  mine.certificate = *std::move(before);
  return true;
}

/// A set is installed as a whole, so the certificates that the SSL_CTX holds already are loaded beside
/// the first that it does not.
void CertificateSlot::State::follow(const std::vector<std::uint64_t>& current, Milliseconds now) {
  bool as_injected = true;
  bool differs = false;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    // While there are stand-ins, nothing of the set's own is in the SSL_CTX.
    as_injected = as_injected && !sources[i].stand_in && current[i] != 0 && current[i] == sources[i].injected_version;
    differs = differs || (current[i] != 0 && current[i] != sources[i].injected_version);
  }
  if (as_injected) return installed.store(nullptr);
  bool changed = false;
  for (std::size_t i = 0; differs && i < sources.size(); ++i) {
    if (current[i] == 0 || current[i] == loaded[i].version) continue;
    changed = load(i, current[i], now) || changed;
  }
  if (changed) publish();
}

void CertificateSlot::State::publish() {
  auto certificates = std::make_shared<Certificates>();
  bool own = false;
  bool complete = true;  // all of the set's own are there, which come first
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto& mine = loaded[i].certificate;
    own = own || (mine && !sources[i].stand_in);
    if (!sources[i].stand_in) complete = complete && mine;
    const bool needed = !sources[i].stand_in || (!complete && mine && !has_key_like(*certificates, *mine));
    if (mine && needed) certificates->push_back(*mine);
    // Installing clears the connection of all others: wait until every one that is served can be there.
    if (!mine && !sources[i].stand_in && sources[i].injected_version != 0) return;
  }
  if (certificates->empty()) return;
  installed.store(std::move(certificates));
  if (own) own_live.store(true, std::memory_order_release);
}

/// The first look of a process is waited for: a thread that went past it would serve what was current at the load, be
/// it the placeholder.
void CertificateSlot::State::look_if_due() {
  const Milliseconds now = coarse_now();
  std::unique_lock lock{looking, std::defer_lock};
  if (looked.load(std::memory_order_acquire)) {
    if (now < next_look.load(std::memory_order_relaxed) || !lock.try_lock()) return;
  } else {
    lock.lock();
    if (looked.load(std::memory_order_relaxed)) return;
  }
  look(now);
  looked.store(true, std::memory_order_release);
}

void CertificateSlot::State::look(Milliseconds now) {
  next_look.store(now + kBetweenLooks, std::memory_order_relaxed);
  std::vector<std::uint64_t> current;
  for (const auto& source : sources) {
    current.push_back(source.tree->has_secret() ? source.tree->current(source.id.c_str()) : 0);
  }
  follow(current, now);
}

/// All of them; those that this connection's settings allow (a security level refuses a short key) when
/// not all are allowed.
void install_what_is_allowed(ssl_st* ssl, const Certificates& certificates) {
  if (install(ssl, certificates)) return;
  for (const auto& certificate : certificates) {
    if (install(ssl, {&certificate, 1})) return;
  }
}

CertificateSlot::CertificateSlot(std::vector<Source> sources) : state_{std::make_unique<State>()} {
  state_->loaded.resize(sources.size());
  state_->own_live = std::any_of(sources.begin(), sources.end(),
                                 [](const Source& source) { return !source.stand_in && source.injected_version != 0; });
  state_->sources = std::move(sources);
}

CertificateSlot::~CertificateSlot() = default;

int CertificateSlot::on_certificate_callback(ssl_st* ssl) noexcept {
  return guard(1, [&] {
    state_->look_if_due();
    const auto certificates = state_->installed.load();
    if (certificates) install_what_is_allowed(ssl, *certificates);
    return 1;
  });
}

bool CertificateSlot::own_is_live() noexcept {
  if (state_->own_live.load(std::memory_order_acquire)) return true;
  return guard(false, [&] {
    state_->look_if_due();
    return state_->own_live.load(std::memory_order_acquire);
  });
}

}  // namespace acme
