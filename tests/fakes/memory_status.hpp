// MemoryStatus: a StatusSource over what a test puts into it.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "common/report/summary_order.hpp"

namespace acme_test {

class MemoryStatus final : public acme::StatusSource {
 public:
  acme::Overview shown;  // its counts are those of `details` when count() was called, else as set
  std::vector<acme::CertificateDetail> details;
  acme::Counters counted;
  std::optional<acme::Error> broken;  // what every call answers
  std::size_t calls = 0;

  acme::CertificateDetail& add(acme::CertificateSummary summary) {
    acme::CertificateDetail detail;
    detail.names = {summary.name};
    detail.summary = std::move(summary);
    return details.emplace_back(std::move(detail));
  }
  void count() {
    shown.counts = {};
    for (const auto& detail : details) ++shown.counts[static_cast<std::size_t>(detail.summary.standing)];
  }

  acme::Result<acme::Overview> overview() override {
    ++calls;
    if (broken) return *broken;
    return shown;
  }

  acme::Result<acme::SummaryPage> summaries(const acme::SummaryQuery& query) override {
    ++calls;
    if (broken) return *broken;
    std::vector<acme::CertificateSummary> found;
    for (const auto& detail : details) {
      const acme::CertificateSummary& one = detail.summary;
      if (acme::is_asked_for(one.standing, query) && acme::holds_text(one, query.search)) found.push_back(one);
    }
    std::sort(found.begin(), found.end(), acme::comes_before);
    std::stable_partition(found.begin(), found.end(),
                          [](const auto& one) { return acme::needs_operator(one.standing); });
    acme::SummaryPage page;
    page.matching = found.size();
    for (std::size_t i = query.offset; i < found.size() && page.rows.size() < query.limit; ++i) {
      page.rows.push_back(found[i]);
    }
    return page;
  }

  acme::Result<std::vector<acme::CertificateSummary>> next_events(std::size_t limit) override {
    ++calls;
    if (broken) return *broken;
    std::vector<acme::CertificateSummary> found;
    for (const auto& detail : details) {
      if (acme::next_event(detail.summary)) found.push_back(detail.summary);
    }
    std::sort(found.begin(), found.end(), acme::comes_before);
    std::stable_sort(found.begin(), found.end(), [](const auto& one, const auto& other) {
      return *acme::next_event(one) < *acme::next_event(other);
    });
    found.resize(std::min(limit, found.size()));
    return found;
  }

  acme::Result<acme::CertificateDetail> certificate(const std::string& id) override {
    ++calls;
    if (broken) return *broken;
    for (const auto& detail : details) {
      if (detail.summary.id == id) return detail;
    }
    return acme::Error{acme::ErrorKind::not_found, "no certificate " + id};
  }

  acme::Result<acme::Counters> counters() override {
    ++calls;
    if (broken) return *broken;
    return counted;
  }

  acme::Status each(const std::function<void(const acme::CertificateSummary&)>& visit) override {
    ++calls;
    if (broken) return *broken;
    for (const auto& detail : details) visit(detail.summary);
    return {};
  }
};

}  // namespace acme_test
