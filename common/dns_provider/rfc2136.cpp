#include "common/dns_provider/rfc2136.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "common/base/join.hpp"
#include "common/base/server_address.hpp"
#include "common/base/text.hpp"
#include "common/dns/message.hpp"
#include "common/dns/socket_address.hpp"
#include "common/dns/update.hpp"
#include "common/dns/update_message.hpp"
#include "common/dns/zone.hpp"

namespace acme {

namespace {

constexpr Seconds kZoneKept{600};
constexpr std::size_t kMostZonesKept = 20000;

constexpr std::array kAddressTypes = {DnsType::a, DnsType::aaaa};

using Servers = std::vector<std::string>;

struct Host {
  std::string name;
  std::uint16_t port = 53;
};

/// "ns.example.org" or "ns.example.org:5353".
std::optional<Host> parse_host(const std::string& text) {
  const auto colon = text.find(':');
  Host host{text.substr(0, colon)};
  const auto port = colon == std::string::npos ? host.port : parse_number(text.substr(colon + 1)).value_or(0);
  if (!is_askable(host.name) || port == 0 || port > 65535) return std::nullopt;
  host.port = static_cast<std::uint16_t>(port);
  return host;
}

class Rfc2136 final : public DnsProvider {
 public:
  Rfc2136(const DnsProviderConfig& config, TsigKey key, DnsProviderTools tools)
      : server_{config.settings.at("server")}, ttl_{config.ttl}, key_{std::move(key)}, tools_{std::move(tools)} {
    const auto transport = config.settings.find("transport");
    if (transport != config.settings.end() && transport->second == "tcp") transport_ = UpdateTransport::tcp;
  }

  Task<Status> present(std::vector<TxtRecord> records) override { return update(UpdateKind::add, std::move(records)); }
  Task<Status> clean_up(std::vector<TxtRecord> records) override {
    return update(UpdateKind::remove, std::move(records));
  }

 private:
  struct KnownZone {
    std::string name;
    SteadyTime until;
  };
  using Entries = std::vector<TxtEntry>;

  DnsWire wire() { return {*tools_.scheduler, *tools_.descriptors}; }
  Task<Status> update(UpdateKind kind, std::vector<TxtRecord> records);
  Task<Result<Servers>> find_server();
  Task<void> find_zone_of(std::string name, Servers servers, Result<std::string>* place);
  Task<std::map<std::string, Result<std::string>>> find_zones(std::vector<TxtRecord> records, Servers servers);
  Task<void> update_zone(std::string zone, UpdateKind kind, Entries entries, Servers servers, Status* status);
  Task<Status> send(std::string zone, UpdateKind kind, Entries entries, Servers servers);
  void forget_old_zones();

  const std::string server_;
  const std::uint32_t ttl_;
  const TsigKey key_;
  UpdateTransport transport_ = UpdateTransport::udp_first;
  DnsProviderTools tools_;
  std::map<std::string, KnownZone> zones_;  // by record name
};

/// The server's addresses, each with its port.
Task<Result<Servers>> Rfc2136::find_server() {
  if (parse_server_address(server_)) co_return Servers{server_};
  const auto [host, port] = parse_host(server_).value_or(Host{});
  Servers servers;
  Error silence{ErrorKind::transport, "no address was found for the name server " + host};
  for (const DnsType type : kAddressTypes) {
    DnsQuestion question{host, type};
    question.servers = tools_.resolvers;
    auto task = tools_.lookup->ask(std::move(question));
    const auto answer = co_await std::move(task);
    if (!answer) silence = Error{answer.error()}.with_context("the address of the name server");
    for (std::size_t i = 0; answer && i < answer->records.size(); ++i) {
      if (answer->records[i].type == type) servers.push_back(with_port(answer->records[i].data, port));
    }
  }
  if (servers.empty()) co_return silence;
  co_return servers;
}

void Rfc2136::forget_old_zones() {
  const SteadyTime now = tools_.scheduler->clock().steady_now();
  std::erase_if(zones_, [&](const auto& entry) { return entry.second.until <= now; });
  if (zones_.size() > kMostZonesKept) zones_.clear();
}

Task<void> Rfc2136::find_zone_of(std::string name, Servers servers, Result<std::string>* place) {
  auto at_server = find_zone(*tools_.lookup, name, DnsRoute{std::move(servers), false});
  auto zone = co_await std::move(at_server);
  // A server may take updates but answer no questions from here.
  if (!zone && (zone.error().kind == ErrorKind::server_error || zone.error().kind == ErrorKind::not_found)) {
    auto elsewhere = find_zone(*tools_.lookup, name, DnsRoute{tools_.resolvers});
    auto found = co_await std::move(elsewhere);
    if (found) zone = std::move(found);
  }
  if (!zone) {
    *place = std::move(zone).error();
    co_return;
  }
  *place = zone->name;
  zones_.insert_or_assign(name, KnownZone{zone->name, tools_.scheduler->clock().steady_now() + kZoneKept});
}

/// The zone of each record's name.
Task<std::map<std::string, Result<std::string>>> Rfc2136::find_zones(std::vector<TxtRecord> records, Servers servers) {
  forget_old_zones();
  std::map<std::string, Result<std::string>> zones;
  std::vector<Task<void>> searches;
  for (const auto& record : records) {
    const auto [place, fresh] = zones.try_emplace(record.name, Error{});
    if (!fresh) continue;
    const auto known = zones_.find(record.name);
    if (known != zones_.end()) place->second = known->second.name;
    if (known == zones_.end()) searches.push_back(find_zone_of(record.name, servers, &place->second));
  }
  auto all = join_all(*tools_.scheduler, std::move(searches));
  co_await std::move(all);
  co_return zones;
}

Task<Status> Rfc2136::send(std::string zone, UpdateKind kind, Entries entries, Servers servers) {
  Status status = Error{ErrorKind::internal, "no server"};
  for (const auto& server : servers) {
    const auto id = random_message_id();
    if (!id) co_return id.error();
    auto message = make_update(zone, kind, entries, ttl_, *id);
    if (!message) co_return std::move(message).error();
    auto task = send_update(wire(), UpdateServer{server, key_, transport_}, std::move(*message));
    auto sent = co_await std::move(task);
    status = std::move(sent);
    if (status || status.error().kind != ErrorKind::transport) co_return status;
  }
  co_return status;
}

Task<void> Rfc2136::update_zone(std::string zone, UpdateKind kind, Entries entries, Servers servers, Status* status) {
  std::span<const TxtEntry> rest{entries};
  while (!rest.empty()) {
    const std::size_t count = std::max<std::size_t>(fitting_entries(rest), 1);
    Entries batch{rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(count)};
    rest = rest.subspan(count);
    auto task = send(zone, kind, std::move(batch), servers);
    Status sent = co_await std::move(task);
    if (!sent && status->ok()) *status = std::move(sent).error().with_context(cat("update of the zone ", zone));
  }
  if (*status) {
    tools_.log->debug(
        cat("rfc2136: ", entries.size(), kind == UpdateKind::add ? " added to " : " removed from ", zone));
  } else {
    for (const auto& entry : entries) zones_.erase(entry.name);  // perhaps it is another zone by now
  }
}

Task<Status> Rfc2136::update(UpdateKind kind, std::vector<TxtRecord> records) {
  auto finding = find_server();
  const auto servers = co_await std::move(finding);
  if (!servers) co_return servers.error();
  std::sort(records.begin(), records.end());
  records.erase(std::unique(records.begin(), records.end()), records.end());
  auto searching = find_zones(records, *servers);
  const auto zones = co_await std::move(searching);
  Status failure;
  std::map<std::string, Entries> by_zone;
  for (const auto& record : records) {
    const auto& zone = zones.at(record.name);
    if (zone) by_zone[*zone].push_back({record.name, record.value});
    if (!zone && failure) failure = Error{zone.error()}.with_context("the zone of " + record.name);
  }
  std::map<std::string, Status> statuses;
  std::vector<Task<void>> updates;
  for (auto& [zone, entries] : by_zone)
    updates.push_back(update_zone(zone, kind, std::move(entries), *servers, &statuses[zone]));
  auto all = join_all(*tools_.scheduler, std::move(updates));
  co_await std::move(all);
  for (auto& entry : statuses) {
    if (failure) failure = std::move(entry.second);
  }
  co_return failure;
}

std::string setting(const DnsProviderConfig& config, const std::string& name) {
  const auto found = config.settings.find(name);
  return found == config.settings.end() ? std::string{} : found->second;
}

}  // namespace

Result<std::unique_ptr<DnsProvider>> make_rfc2136(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  const std::string server = setting(config, "server");
  if (!parse_server_address(server) && !parse_host(server))
    return Error{ErrorKind::configuration,
                 cat("rfc2136: \"", cleaned(server, 100), "\" is no address and no host name"),
                 "server=ADDRESS[:PORT], server=[IPv6-ADDRESS]:PORT or server=NAME[:PORT]"};
  const auto secret = config.secrets.find("key");
  if (secret == config.secrets.end()) return Error{ErrorKind::configuration, "rfc2136: there is no key"};
  auto key = parse_tsig_key(secret->second.view(), setting(config, "key_name"), setting(config, "algorithm"));
  if (!key) return std::move(key).error().with_context("rfc2136");
  return std::unique_ptr<DnsProvider>{std::make_unique<Rfc2136>(config, std::move(*key), tools)};
}

}  // namespace acme
