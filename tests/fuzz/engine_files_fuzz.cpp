// The small files of engine/: the first line names one, the rest is its content. Whatever stands there, what is read is
// within bounds, and stays the same when it is written.
#include <sys/stat.h>

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "common/report/notice_book.hpp"
#include "common/store/dns_journal.hpp"
#include "common/store/file_io.hpp"
#include "common/store/hook_record.hpp"
#include "common/store/ledger.hpp"
#include "common/store/reload_record.hpp"
#include "common/store/sealed_record.hpp"
#include "tests/fakes/temporary_directory.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

constexpr UtcTime kNow{Seconds{1'800'000'000}};
constexpr UtcTime kLatest{Seconds{253'402'300'799}};

/// A stored time has to be one that every difference can be reckoned with, and every log can show.
void check_time(const std::optional<UtcTime>& time) { CHECK(!time || (*time >= UtcTime{} && *time <= kLatest)); }

struct Engine {
  Engine() { ::mkdir((temp / "sealed").c_str(), 0700); }
  void put(const std::string& name, std::string_view text) const { acme_test::spill(temp / name, std::string{text}); }
  acme_test::TemporaryDirectory temp;
  UniqueFd directory = std::move(*open_directory(temp.path()));
};

void check_reloads(const Engine& engine, std::string_view text) {
  engine.put("reloads.json", text);
  const auto read = load_reload_record(engine.directory.get());
  check_time(read.requested_at);
  check_time(read.last_request);
  CHECK_OK(save_reload_record(engine.directory.get(), read));
  const auto again = load_reload_record(engine.directory.get());
  CHECK(again.load_id == read.load_id && again.asked == read.asked);
  CHECK(again.requested_at == read.requested_at && again.last_request == read.last_request);
}

void check_hooks(const Engine& engine, std::string_view text) {
  engine.put("hooks.json", text);
  const auto read = load_hook_record(engine.directory.get());
  CHECK(read.size() <= 1000);
  for (const auto& hook : read) {
    CHECK(!hook.argv.empty() && !hook.certificate_id.empty());
    check_time(hook.next_try);
  }
  CHECK_OK(save_hook_record(engine.directory.get(), read));
  CHECK_EQ(load_hook_record(engine.directory.get()).size(), read.size());
}

void check_dns_records(const Engine& engine, std::string_view text) {
  engine.put("dns-records", text);
  const auto read = load_dns_journal(engine.directory.get());
  CHECK_OK(read);
  CHECK(read->size() <= kMostJournaledRecords);
  for (const auto& record : *read) {
    CHECK(!record.name.empty() && !record.value.empty() && !record.provider.empty());
    check_time(record.set_at);
  }
  CHECK_OK(save_dns_journal(engine.directory.get(), *read));
  CHECK(load_dns_journal(engine.directory.get()).value() == *read);
}

void check_ledger(const Engine& engine, std::string_view text) {
  engine.put("ledger", text);
  const auto opened = open_ledger(engine.directory.get(), kNow);
  CHECK_OK(opened);
  Ledger& ledger = **opened;
  CHECK_OK(ledger.append({kNow, LedgerEvent::new_order, "ca\n", "x\ty"}));
  const auto entries = ledger.entries();
  for (const auto& entry : entries) CHECK(entry.time <= kNow + std::chrono::days{8});
  const auto again = open_ledger(engine.directory.get(), kNow);
  CHECK_OK(again);
  // Opening may forget what is too old, never what counts.
  std::size_t counting = 0;
  std::size_t kept = 0;
  for (const auto& entry : entries) counting += entry.time >= kNow - std::chrono::days{8};
  for (const auto& entry : (*again)->entries()) kept += entry.time >= kNow - std::chrono::days{8};
  CHECK_EQ(kept, counting);
}

void check_sealed(const Engine& engine, std::string_view text) {
  const Secret secret{std::string(32, 's')};
  engine.put("sealed/record", text);
  const auto read = load_sealed_record(engine.directory.get(), secret, "record");
  check_error_of(read);
  CHECK(!read);  // nobody but we can seal
  CHECK(read.error().kind == ErrorKind::crypto || read.error().kind == ErrorKind::malformed);
}

void check_notices(std::string_view text) {
  NoticeBook book;
  for (const auto line : split(text, '\n')) {
    if (const auto json = Json::parse(line)) book.take_up(*json);
  }
  const auto lines = book.lines();
  CHECK_EQ(lines.size(), book.size());
  NoticeBook again;
  for (const auto& line : lines) again.take_up(Json::parse(line).value());
  CHECK(again.lines() == lines);
  // A book that knows anything at all can be followed.
  const auto told = book.follow(
      {},
      [](const std::string& id) {
        TroubledCertificate certificate;
        certificate.id = certificate.name = id;
        certificate.issuer = "ca";
        return certificate;
      },
      kNow);
  for (const auto& notice : told) CHECK(is_plain(notice.title) && is_plain(notice.hint));
}

}  // namespace

FUZZ_TARGET(engine_files) {
  static const Engine engine;
  Input rest{input};
  const std::string_view name = rest.line();
  if (name == "reloads.json") check_reloads(engine, rest.rest());
  if (name == "hooks.json") check_hooks(engine, rest.rest());
  if (name == "dns-records") check_dns_records(engine, rest.rest());
  if (name == "ledger") check_ledger(engine, rest.rest());
  if (name == "sealed") check_sealed(engine, rest.rest());
  if (name == "notices") check_notices(rest.rest());
}
