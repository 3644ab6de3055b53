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
  Milliseconds retry_at = 0;
  Milliseconds retry_delay = 0;
};

}  // namespace

struct CertificateSlot::State {
  std::vector<Source> sources;
  std::atomic<Milliseconds> next_look{0};
  std::atomic<std::shared_ptr<const Certificates>> installed;  // null: the SSL_CTX is right as it is
  std::mutex looking;          // guards what follows; whoever does not get it uses what is there
  std::vector<Loaded> loaded;  // by source

  void look(Milliseconds now);
  bool load(std::size_t index, std::uint64_t version, Milliseconds now);
  bool reload_changed(Milliseconds now);
  void publish();
};

/// False: it cannot be read now; what was there stays.
bool CertificateSlot::State::load(std::size_t index, std::uint64_t version, Milliseconds now) {
  Loaded& mine = loaded[index];
  if (now < mine.retry_at) return false;
  const Source& source = sources[index];
  const auto read = [&]() -> Result<TlsCertificate> {
    auto stored = source.tree->read(source.id, version);
    if (!stored) return std::move(stored).error();
    auto chain = CertificateChain::from_pem(stored->fullchain_pem);
    if (!chain) return std::move(chain).error();
    auto key = PrivateKey::from_pem(stored->key_pem.view());
    if (!key) return std::move(key).error();
    return TlsCertificate::make(*std::move(chain), *std::move(key));
  };
  auto certificate = read();
  if (!certificate) {
    mine.retry_delay = std::clamp(mine.retry_delay * 2, kFirstRetry, kLongestRetry);
    mine.retry_at = now + mine.retry_delay;
    return false;
  }
  mine.version = version;
  mine.certificate = *std::move(certificate);
  mine.retry_at = mine.retry_delay = 0;
  return true;
}

/// Loads what moved. A set is installed as a whole, so the certificates that the SSL_CTX holds
/// already are loaded beside the first that does not.
bool CertificateSlot::State::reload_changed(Milliseconds now) {
  bool differs = false;
  std::vector<std::uint64_t> current;
  for (const auto& source : sources) {
    current.push_back(source.tree->has_secret() ? source.tree->current(source.id.c_str()) : 0);
    differs = differs || (current.back() != 0 && current.back() != source.injected_version);
  }
  bool changed = false;
  for (std::size_t i = 0; differs && i < sources.size(); ++i) {
    if (current[i] == 0 || current[i] == loaded[i].version) continue;
    changed = load(i, current[i], now) || changed;
  }
  return changed;
}

void CertificateSlot::State::publish() {
  auto certificates = std::make_shared<Certificates>();
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (loaded[i].certificate) certificates->push_back(*loaded[i].certificate);
    // Installing clears the connection of all others: wait until every one that is served can be there.
    if (!loaded[i].certificate && sources[i].injected_version != 0) return;
  }
  if (!certificates->empty()) installed.store(std::move(certificates));
}

void CertificateSlot::State::look(Milliseconds now) {
  const std::unique_lock lock{looking, std::try_to_lock};
  if (!lock) return;
  next_look.store(now + kBetweenLooks, std::memory_order_relaxed);
  if (reload_changed(now)) publish();
}

CertificateSlot::CertificateSlot(std::vector<Source> sources) : state_{std::make_unique<State>()} {
  state_->loaded.resize(sources.size());
  state_->sources = std::move(sources);
}

CertificateSlot::~CertificateSlot() = default;

int CertificateSlot::on_certificate_callback(ssl_st* ssl) noexcept {
  return guard(1, [&] {
    const Milliseconds now = coarse_now();
    if (now >= state_->next_look.load(std::memory_order_relaxed)) state_->look(now);
    const auto certificates = state_->installed.load();
    if (certificates) install(ssl, *certificates);
    return 1;
  });
}

}  // namespace acme
