#include "common/runtime/activation_of_life.hpp"

#include "common/transport/socket_tls_probe.hpp"

namespace acme {

namespace {

const TendedCertificate& tended_at(const Life& life, std::size_t certificate) {
  return *life.engine->certificates()[certificate];
}

/// An older version of the certificate that is kept; 0: none.
std::uint64_t older_version(const TendedCertificate& tended, const std::string& fingerprint) {
  const std::string& id = tended.config().id;
  for (const std::uint64_t version : tended.store().version_numbers(id)) {
    const auto stored = tended.store().load_version(id, version);
    if (stored && stored->meta.fingerprint == fingerprint) return version;
  }
  return 0;
}

LeafOrigin origin_of(const Life& life, std::size_t certificate, const std::string& fingerprint) {
  LeafOrigin origin;
  origin.version = older_version(tended_at(life, certificate), fingerprint);
  if (origin.version > 0) return origin;
  for (const auto& other : life.engine->certificates()) {
    if (other->meta() && other->meta()->fingerprint == fingerprint) origin.other = other->config().first_name;
  }
  return origin;
}

}  // namespace

std::unique_ptr<Activation> make_activation(const EngineTools& tools, Life& life) {
  auto looks = TlsLooks::make();
  if (!looks) {
    tools.log->warn("nobody looks whether certificates are live: " + describe(looks.error()));
    return nullptr;
  }
  life.probe = std::make_unique<SocketTlsProbe>(*tools.scheduler, *tools.descriptors, *std::move(looks));
  Activation::Services services;
  services.scheduler = tools.scheduler;
  services.log = tools.log;
  services.probe = life.probe.get();
  services.busy = [&life] { return life.engine->busy(); };
  services.fingerprint = [&life](std::size_t certificate) {
    const auto& meta = tended_at(life, certificate).meta();
    return meta ? meta->fingerprint : std::string{};
  };
  services.origin = [&life](std::size_t certificate, const std::string& fingerprint) {
    return origin_of(life, certificate, fingerprint);
  };
  services.changed = [&life](std::size_t certificate) { tended_at(life, certificate).tell_changed(); };
  return std::make_unique<Activation>(*tools.setup->configuration, std::move(services));
}

}  // namespace acme
