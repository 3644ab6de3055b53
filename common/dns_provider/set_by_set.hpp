// ZoneApi for APIs that answer or change one set or record a request: a few of them run at once.
#pragma once

#include "common/dns_provider/api_client.hpp"
#include "common/dns_provider/few_at_once.hpp"
#include "common/dns_provider/json_sets.hpp"
#include "common/dns_provider/txt_records.hpp"
#include "common/dns_provider/zone_api.hpp"

namespace acme {

/// Reads are one name a request.
class NameByName : public ZoneApi {
 public:
  Task<Result<std::vector<TxtSet>>> read_sets(ApiZone zone, std::vector<std::string> names) override;

 protected:
  static constexpr std::size_t kAtOnce = 6;

  explicit NameByName(ApiClient client) : client_{std::move(client)} {}
  /// Appends the set of this name, when there is one.
  virtual Task<Status> read_name(ApiZone zone, std::string name, std::vector<TxtSet>& sets) = 0;
  /// A set at an address of its own: 404 is none. `within` is the member that holds it, "" for the answer itself.
  Task<Status> read_set_at(std::string target, std::string name, const char* within, SetShape shape,
                           std::vector<TxtSet>& sets);

  ApiClient client_;
};

/// Writes are one record a request.
class RecordByRecord : public NameByName {
 public:
  Task<Status> write_sets(ApiZone zone, std::vector<SetChange> changes) override;

 protected:
  using NameByName::NameByName;
  virtual Task<Status> write_record(ApiZone zone, RecordChange record) = 0;
};

/// Writes are one set a request.
class SetBySet : public NameByName {
 public:
  Task<Status> write_sets(ApiZone zone, std::vector<SetChange> changes) override;

 protected:
  using NameByName::NameByName;
  virtual Task<Status> write_set(ApiZone zone, SetChange change) = 0;
};

}  // namespace acme
