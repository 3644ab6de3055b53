#include <array>

#include "common/base/text.hpp"
#include "common/dns_provider/acme_dns.hpp"
#include "common/dns_provider/acmesh.hpp"
#include "common/dns_provider/azure.hpp"
#include "common/dns_provider/cloudflare.hpp"
#include "common/dns_provider/desec.hpp"
#include "common/dns_provider/digitalocean.hpp"
#include "common/dns_provider/dns_provider.hpp"
#include "common/dns_provider/exec.hpp"
#include "common/dns_provider/gandi.hpp"
#include "common/dns_provider/google.hpp"
#include "common/dns_provider/hetzner.hpp"
#include "common/dns_provider/ovh.hpp"
#include "common/dns_provider/powerdns.hpp"
#include "common/dns_provider/rfc2136.hpp"
#include "common/dns_provider/route53.hpp"

namespace acme {

namespace {

using Made = Result<std::unique_ptr<DnsProvider>>;

/// make_<name>() of a provider's header, which returns a Result when its settings may be wrong, else the provider.
template <auto make>
Made made_by(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  return make(config, tools);
}

struct Maker {
  std::string_view name;
  Made (*make)(const DnsProviderConfig&, const DnsProviderTools&);
};

// clang-format off
constexpr std::array kMakers{
    Maker{"acme-dns", made_by<make_acme_dns>},
    Maker{"acmesh", made_by<make_acmesh>},
    Maker{"azure", made_by<make_azure>},
    Maker{"cloudflare", made_by<make_cloudflare>},
    Maker{"desec", made_by<make_desec>},
    Maker{"digitalocean", made_by<make_digitalocean>},
    Maker{"exec", made_by<make_exec>},
    Maker{"gandi", made_by<make_gandi>},
    Maker{"google", made_by<make_google>},
    Maker{"hetzner", made_by<make_hetzner>},
    Maker{"ovh", made_by<make_ovh>},
    Maker{"powerdns", made_by<make_powerdns>},
    Maker{"rfc2136", made_by<make_rfc2136>},
    Maker{"route53", made_by<make_route53>},
};
// clang-format on

}  // namespace

Result<std::unique_ptr<DnsProvider>> make_dns_provider(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  for (const Maker& maker : kMakers) {
    if (maker.name == config.name) return maker.make(config, tools);
  }
  return Error{ErrorKind::configuration, cat("there is no DNS provider \"", cleaned(config.name), "\"")};
}

}  // namespace acme
