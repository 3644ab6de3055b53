// MemoryDnsProvider: a zone in memory. It takes a moment for each request, and fails as told.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "common/base/text.hpp"
#include "common/dns_provider/dns_provider.hpp"

namespace acme_test {

/// What outlives the provider, as a zone does.
struct MemoryZone {
  std::set<acme::TxtRecord> records;
  std::vector<std::string> calls;  // "present a=1 b=2"
  /// The error of a call; nullopt: it succeeds.
  std::function<std::optional<acme::Error>(const std::string& call)> fault;
  bool before_cname = false;

  std::string all() const {
    std::vector<std::string> shown;
    for (const auto& record : records) shown.push_back(acme::cat(record.name, "=", record.value));
    return acme::join(shown, " ");
  }
};

class MemoryDnsProvider final : public acme::DnsProvider {
 public:
  MemoryDnsProvider(acme::Scheduler& scheduler, MemoryZone& zone) : scheduler_{scheduler}, zone_{zone} {}

  acme::Task<acme::Status> present(std::vector<acme::TxtRecord> records) override {
    return change("present", std::move(records));
  }
  acme::Task<acme::Status> clean_up(std::vector<acme::TxtRecord> records) override {
    return change("clean_up", std::move(records));
  }
  bool takes_names_before_cname() const override { return zone_.before_cname; }

 private:
  static constexpr acme::Duration kMoment = std::chrono::milliseconds{10};

  acme::Task<acme::Status> change(std::string what, std::vector<acme::TxtRecord> records) {
    std::string call = what;
    for (const auto& record : records) call += acme::cat(" ", record.name, "=", record.value);
    zone_.calls.push_back(call);
    const acme::Wake wake = co_await scheduler_.sleep_for(kMoment);
    if (wake == acme::Wake::cancelled) co_return acme::Error{acme::ErrorKind::cancelled, "stopping"};
    if (zone_.fault) {
      if (auto error = zone_.fault(call)) co_return *std::move(error);
    }
    for (const auto& record : records) {
      if (what == "present") {
        zone_.records.insert(record);
      } else {
        zone_.records.erase(record);
      }
    }
    co_return acme::Status{};
  }

  acme::Scheduler& scheduler_;
  MemoryZone& zone_;
};

}  // namespace acme_test
