#include "common/runtime/served_status.hpp"

#include <algorithm>
#include <array>

namespace acme {

namespace {

/// Stands for the engine that never runs: every question has the same answer.
class NothingManaged final : public StatusSource {
 public:
  Result<Overview> overview() override { return why(); }
  Result<SummaryPage> summaries(const SummaryQuery&) override { return why(); }
  Result<std::vector<CertificateSummary>> next_events(std::size_t) override { return why(); }
  Result<CertificateDetail> certificate(const std::string&) override { return why(); }
  Result<Counters> counters() override { return why(); }
  Status each(const std::function<void(const CertificateSummary&)>&) override { return why(); }

 private:
  static Error why() {
    return {ErrorKind::configuration, "This server manages no certificate.",
            "Write acme_certificate (Apache: AcmeCertificate) into the virtual hosts that need one."};
  }
};

/// The higher, the more an operator must do.
int weight(CertificateStanding standing) {
  using enum CertificateStanding;
  constexpr std::array order{valid, orphan, ordering, none, failing, expiring, revoked, expired};
  return static_cast<int>(std::find(order.begin(), order.end(), standing) - order.begin());
}

}  // namespace

ServedStatus::ServedStatus(std::string state_path, const Configuration& configuration)
    : configuration_{configuration}, files_{std::move(state_path)} {
  for (std::size_t set = 0; set < configuration.sets.size(); ++set) sets_.push_back(std::make_unique<Standing>());
}

SharedStatusResponse ServedStatus::answer(const StatusRequest& request) {
  if (configuration_.certificates.empty()) return answer_without_certificates(request);
  return answers_.answer(request, files_);
}

Result<Overview> ServedStatus::overview() {
  if (configuration_.certificates.empty()) return NothingManaged{}.overview();
  return files_.overview();
}

void ServedStatus::look(std::size_t set, Standing& standing) {
  standing.known = false;
  standing.not_after.reset();
  for (const std::size_t index : configuration_.sets[set].certificates) {
    const auto detail = files_.certificate(configuration_.certificates[index].id);
    if (!detail) continue;
    const CertificateSummary& one = detail->summary;
    if (!standing.known || weight(one.standing) > weight(standing.standing)) standing.standing = one.standing;
    standing.known = true;
    if (!one.not_after || one.version == 0) continue;
    standing.not_after = standing.not_after ? std::min(*standing.not_after, *one.not_after) : *one.not_after;
  }
}

HostStanding ServedStatus::of_set(std::size_t set, UtcTime now) {
  Standing& standing = *sets_[set];
  const std::lock_guard held{standing.lock};
  if (!standing.looked || *standing.looked != now) {
    look(set, standing);
    standing.looked = now;
  }
  HostStanding answer;
  // The engine may be gone since it wrote that; the date goes on all the same.
  const bool over = standing.not_after && *standing.not_after <= now;
  const bool worse = over && weight(standing.standing) < weight(CertificateStanding::expired);
  const auto word = worse ? CertificateStanding::expired : standing.standing;
  answer.word = standing.known ? standing_name(word) : "unknown";
  if (standing.not_after) answer.expires = format_rfc3339(*standing.not_after);
  return answer;
}

SharedStatusResponse answer_without_certificates(const StatusRequest& request) {
  NothingManaged nothing;
  return std::make_shared<StatusResponse>(answer_status(request, nothing));
}

}  // namespace acme
