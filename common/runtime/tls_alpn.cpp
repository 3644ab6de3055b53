#include "common/runtime/tls_alpn.hpp"

#include <array>
#include <mutex>

#include "common/base/guard.hpp"
#include "common/base/ip_address.hpp"
#include "common/base/text.hpp"
#include "common/base/time.hpp"

namespace acme {

namespace {

constexpr std::size_t kMostKept = 32;

struct Live {
  Identifier name;
  std::string key_authorization;
};

struct Kept {
  Live live;
  ChallengeCertificate certificate;
};

}  // namespace

struct TlsAlpn::State {
  explicit State(ChallengeReader& reader) : challenges{reader} {}

  std::optional<Live> find(std::string_view server_name);
  Result<ChallengeCertificate> certificate_for(const Live& live);
  Result<ChallengeContext> context();

  ChallengeReader& challenges;
  std::mutex mutex;  // guards what follows
  std::optional<ChallengeContext> made_context;
  std::array<std::optional<Kept>, kMostKept> kept;
  std::size_t oldest = 0;
};

std::optional<Live> TlsAlpn::State::find(std::string_view server_name) {
  if (server_name.size() > 253) return std::nullopt;
  const std::string name = to_lower(server_name);
  if (auto address = ip_of_reverse_name(name)) {
    if (auto found = challenges.find_tls_alpn(*address)) {
      return Live{{IdentifierType::ip, *std::move(address)}, *std::move(found)};
    }
  }
  // No server name is an address (RFC 6066 §3).
  if (parse_ip(name)) return std::nullopt;
  auto found = challenges.find_tls_alpn(name);
  if (!found) return std::nullopt;
  return Live{{IdentifierType::dns, name}, *std::move(found)};
}

Result<ChallengeCertificate> TlsAlpn::State::certificate_for(const Live& live) {
  const std::lock_guard lock{mutex};
  for (const auto& one : kept) {
    if (one && one->live.name == live.name && one->live.key_authorization == live.key_authorization) {
      return one->certificate;
    }
  }
  auto made = make_challenge_certificate(live.name, live.key_authorization, SystemClock{}.now());
  if (!made) return made;
  kept[oldest] = Kept{live, *made};
  oldest = (oldest + 1) % kMostKept;
  return made;
}

Result<ChallengeContext> TlsAlpn::State::context() {
  const std::lock_guard lock{mutex};
  if (!made_context) {
    auto made = ChallengeContext::make();
    if (!made) return made;
    made_context = *std::move(made);
  }
  return *made_context;
}

TlsAlpn::TlsAlpn(ChallengeReader& challenges) : state_{std::make_unique<State>(challenges)} {}
TlsAlpn::~TlsAlpn() = default;

TlsAlpn::Hello TlsAlpn::on_client_hello(ssl_st* ssl) noexcept {
  const auto server_name = challenged_server_name(ssl);
  if (!server_name) return Hello::ordinary;
  return guard(Hello::failed, [&] {
    const auto live = state_->find(*server_name);
    if (!live) return Hello::ordinary;
    const auto certificate = state_->certificate_for(*live);
    const auto context = state_->context();
    return certificate && context && context->take_over(ssl, *certificate) ? Hello::answered : Hello::failed;
  });
}

std::optional<ChallengeCertificate> TlsAlpn::answer(std::string_view server_name, ssl_st* ssl) noexcept {
  return guard(std::optional<ChallengeCertificate>{}, [&]() -> std::optional<ChallengeCertificate> {
    const auto live = state_->find(server_name);
    if (!live) return std::nullopt;
    evp_pkey_st* key = chosen_key(ssl);
    auto made = key == nullptr
                    ? state_->certificate_for(*live)
                    : make_challenge_certificate(live->name, live->key_authorization, SystemClock{}.now(), key);
    if (!made) return std::nullopt;
    return *std::move(made);
  });
}

}  // namespace acme
