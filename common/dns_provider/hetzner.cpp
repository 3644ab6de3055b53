#include "common/dns_provider/hetzner.hpp"

#include "common/dns_provider/api_zones.hpp"
#include "common/dns_provider/json_sets.hpp"
#include "common/dns_provider/listed_zones.hpp"
#include "common/dns_provider/set_by_set.hpp"
#include "common/dns_provider/token_api.hpp"

namespace acme {

namespace {

constexpr std::uint32_t kMinTtl = 60;
constexpr int kMaxPolls = 20;
constexpr std::chrono::milliseconds kFirstPoll{250};
constexpr std::chrono::milliseconds kLongestPoll{5000};

/// "conflict": the set is being changed by another request. "locked": so is the zone.
bool is_conflict(const HttpResponse& response) {
  const auto json = Json::parse(response.body);
  if (!json || (response.status != 409 && response.status != 423)) return false;
  const std::string code = text_member((*json)["error"], "code");
  return code == "conflict" || code == "locked" || code == "uniqueness_error";
}

std::string next_page(const Json& page, int, const HttpResponse&) {
  const auto next = page["meta"]["pagination"]["next_page"].integer();
  return next ? cat("/zones?mode=primary&per_page=50&page=", *next) : std::string{};
}

class Hetzner final : public SetBySet {
 public:
  explicit Hetzner(ApiClient client) : SetBySet{std::move(client)} {}

  Task<Result<std::vector<ApiZone>>> list_zones() override {
    return listed_zones(client_, "/zones?mode=primary&per_page=50", next_page, ZoneShape{"zones", "name", "id"});
  }

 private:
  static std::string path_of(const ApiZone& zone, const std::string& name) {
    return cat("/zones/", percent_encoded(zone.id), "/rrsets/", percent_encoded(relative_name(zone, name)), "/TXT");
  }

  Task<Status> read_name(ApiZone zone, std::string name, std::vector<TxtSet>& sets) override {
    return read_set_at(path_of(zone, name), name, "rrset", SetShape{"ttl", "records", "value"}, sets);
  }

  /// Only one of the two: a set is added to or removed from. An emptied set goes away by itself.
  Task<Status> write_set(ApiZone zone, SetChange change) override {
    const bool add = !change.added.empty();
    ApiCall call{"POST", cat(path_of(zone, change.after.name), "/actions/", add ? "add_records" : "remove_records")};
    JsonBuilder body = JsonBuilder::object();
    body.set("records", wrapped_values(add ? change.added : change.removed, "value"));
    // A set that exists has its own TTL; another one would be refused.
    if (add && change.before.values.empty()) {
      body.set("ttl", static_cast<std::int64_t>(std::max(change.after.ttl, kMinTtl)));
    }
    call.body = body.text();
    auto task = client_.json(std::move(call));
    auto answer = co_await std::move(task);
    if (!answer) co_return std::move(answer).error();
    auto rest = finished((*answer)["action"]);
    auto status = co_await std::move(rest);
    co_return status;
  }

  /// Waits until an action is no longer running.
  Task<Status> finished(Json action) {
    Duration pause = kFirstPoll;
    for (int polls = 0;; ++polls) {
      const std::string state = text_member(action, "status");
      if (state == "success") co_return Status{};
      if (state == "error") {
        const std::string why = cleaned(text_member(action["error"], "message"), 200);
        co_return Error{ErrorKind::problem, cat("Hetzner could not make the change: ", why)};
      }
      if (state != "running") co_return client_.missing("state of an action");
      if (polls == kMaxPolls) co_return Error{ErrorKind::server_error, "Hetzner: a change does not come to its end"};
      auto sleep = client_.scheduler().sleep_for(pause);
      const Wake wake = co_await sleep;
      if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "stopped"};
      pause = std::min<Duration>(pause * 2, kLongestPoll);
      auto task = client_.json(ApiCall{"GET", cat("/actions/", percent_encoded(text_member(action, "id")))});
      auto answer = co_await std::move(task);
      if (!answer) co_return std::move(answer).error();
      action = (*answer)["action"];
    }
  }
};

}  // namespace

Result<std::unique_ptr<DnsProvider>> make_hetzner(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  auto setup = token_api(config, "Hetzner", "https://api.hetzner.cloud/v1", "Authorization: Bearer ", "api_token");
  if (!setup) return std::move(setup).error();
  setup->credential_hint = "check api_token: a token with \"Read & Write\" of the Cloud project that holds the zone";
  setup->conflict = is_conflict;
  return edited_by<Hetzner>(config, tools, *std::move(setup));
}

}  // namespace acme
