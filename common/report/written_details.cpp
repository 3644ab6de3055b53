#include "common/report/written_details.hpp"

#include <algorithm>

namespace acme {

namespace {

/// As many as may be ordered at a time, and a few.
constexpr std::size_t kKept = 32;

}  // namespace

bool WrittenDetails::is(const CertificateDetail& record, const std::optional<std::size_t>& size) const {
  return std::any_of(all_.begin(), all_.end(),
                     [&](const Written& one) { return one.size == size && one.record == record; });
}

const CertificateDetail* WrittenDetails::find(const std::string& id) const {
  const auto found =
      std::find_if(all_.begin(), all_.end(), [&](const Written& one) { return one.record.summary.id == id; });
  return found == all_.end() ? nullptr : &found->record;
}

void WrittenDetails::keep(CertificateDetail record, std::size_t size) {
  forget(record.summary.id);
  all_.push_front({std::move(record), size});
  if (all_.size() > kKept) all_.pop_back();
}

void WrittenDetails::forget(const std::string& id) {
  all_.remove_if([&](const Written& one) { return one.record.summary.id == id; });
}

}  // namespace acme
