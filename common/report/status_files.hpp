// Status files: what the engine writes about itself below engine/status/, and the serving processes read.
//
//     index                    one entry of fixed size per certificate, in the order of names (status_index.hpp)
//     certificates/<id>.json   all of one certificate
//     overview.json            the engine and its issuers; its counts and the moment of writing are in the index
//     counters.json            what the metrics count
//
// Nothing is fsync'ed: all of it is made anew by the next engine. JSON files change by rename, the index in place. A
// reader meets every state of them, damaged ones too: each call opens what it needs, keeps nothing, and says what is
// wrong as StatusSource does.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/base/unique_fd.hpp"
#include "common/report/status_source.hpp"

namespace acme {

/// The reader's side. May be used by several threads at once.
class FileStatus final : public StatusSource {
 public:
  /// Opens nothing yet. `state_path`: the state directory; engine/status is beneath it.
  explicit FileStatus(std::string state_path) : state_path_{std::move(state_path)} {}
  /// The same beneath an open engine/, which is borrowed.
  explicit FileStatus(int engine_directory) : engine_directory_{engine_directory} {}

  Result<Overview> overview() override;
  Result<SummaryPage> summaries(const SummaryQuery& query) override;
  Result<std::vector<CertificateSummary>> next_events(std::size_t limit) override;
  Result<CertificateDetail> certificate(const std::string& id) override;
  Result<Counters> counters() override;
  Status each(const std::function<void(const CertificateSummary&)>& visit) override;

 private:
  Result<UniqueFd> open_status() const;

  std::string state_path_;
  int engine_directory_ = -1;
};

/// The engine's side: one thread, while it holds the lock. What fails is tried again by the caller; nothing is then
/// changed for readers.
class StatusWriter {
 public:
  /// Makes status/ where it is missing. `engine_directory` is borrowed.
  static Result<StatusWriter> open(int engine_directory);
  StatusWriter(StatusWriter&&) noexcept;
  StatusWriter& operator=(StatusWriter&&) noexcept;
  ~StatusWriter();

  /// A new index of exactly these takes the place of the one that is there. Details of others are removed.
  Status begin(std::vector<CertificateSummary> all, UtcTime now);
  /// Changes the entry of one; ErrorKind::internal when begin() was not given it. Nothing is written when it is as it
  /// was. True: it was written.
  Result<bool> update(const CertificateSummary& summary);
  /// Ends what update() began: the counts, and the moment of writing. Alone: the heartbeat.
  Status commit(UtcTime now);

  /// Each writes only when it differs from what is there. True: it was written.
  Result<bool> save_detail(CertificateDetail detail);
  Result<bool> save_overview(const Overview& overview);
  Result<bool> save_counters(const Counters& counters);
  /// What save_detail() wrote of this one; only for those that were written lately, until it is called again. nullptr:
  /// it is to be read.
  const CertificateDetail* written_lately(const std::string& id) const;

  /// What is written is still what others read? False after somebody removed it: open() and begin() then make it anew.
  bool intact() const;

 private:
  struct State;
  explicit StatusWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace acme
