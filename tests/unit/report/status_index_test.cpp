// The layout of the status index: each part there and back, and what damage becomes.
#include "common/report/status_index.hpp"

#include <limits>

#include "tests/unit/report/sample_summaries.hpp"

#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;

namespace {

void check_same(const CertificateSummary& read, const CertificateSummary& written) {
  CHECK_EQ(read.id, written.id);
  CHECK_EQ(read.name, written.name);
  CHECK_EQ(read.names, written.names);
  CHECK_EQ(read.names_proved, written.names_proved);
  CHECK_EQ(read.issuer, written.issuer);
  CHECK_EQ(read.key_type, written.key_type);
  CHECK(read.standing == written.standing && read.served == written.served);
  CHECK_EQ(read.version, written.version);
  CHECK(read.not_before == written.not_before && read.not_after == written.not_after);
  CHECK(read.window_start == written.window_start && read.window_end == written.window_end);
  CHECK(read.renew_at == written.renew_at && read.next == written.next);
  CHECK_EQ(read.failures, written.failures);
  CHECK_EQ(read.error_type, written.error_type);
}

void entries_come_back() {
  for (const auto& summary : {full_summary(), CertificateSummary{}}) {
    const auto read = decode(encode(summary));
    CHECK(read.has_value());
    check_same(*read, summary);
  }
}

void long_texts_are_cut_at_a_character() {
  CertificateSummary summary = full_summary();
  summary.name = std::string(250, 'n') + ".org";  // the longest of the DNS
  summary.id = std::string(57, 'i');              // the longest of ours
  summary.key_type = std::string(16, 'k');
  summary.issuer = std::string(48, 's');
  summary.error_type = std::string(48, 'e');
  const auto whole = decode(encode(summary));
  CHECK(whole.has_value());
  check_same(*whole, summary);

  summary.id = std::string(300, 'i');
  summary.issuer = "x" + std::string(30, ' ');
  for (std::size_t i = 0; i < 40; ++i) summary.issuer += "\xc3\xa4";
  summary.name = std::string(100000, 'n');
  const auto cut = decode(encode(summary));
  CHECK(cut.has_value());
  CHECK_EQ(cut->id, std::string(kLongestId, 'i'));
  CHECK_EQ(cut->issuer.size(), 47U);  // no half of a character
  CHECK(cut->name.size() >= 100 && cut->name.size() < 300);
}

void impossible_times_are_none() {
  CertificateSummary summary = full_summary();
  summary.not_after = UtcTime{Seconds{std::numeric_limits<std::int64_t>::max()}};
  summary.not_before = UtcTime{Seconds{std::numeric_limits<std::int64_t>::min()}};
  const auto read = decode(encode(summary));
  CHECK(read.has_value() && !read->not_after && !read->not_before && read->next == summary.next);
  CHECK(decode(encode(IndexSlot{CertificateStanding::valid, summary.not_after})).has_value());
}

void slots_come_back() {
  for (const auto& event : {std::optional<UtcTime>{}, std::optional{at(1772060000)}, std::optional{at(-5)}}) {
    const auto read = decode(encode(IndexSlot{CertificateStanding::expiring, event}));
    CHECK(read.has_value() && read->standing == CertificateStanding::expiring && read->event == event);
  }
}

void headers_come_back() {
  IndexHeader header;
  header.count = 10000;
  header.generation = 42;
  header.written = at(1772060000);
  header.flushes = 17;
  for (std::size_t i = 0; i < kStandings; ++i) header.counts[i] = static_cast<std::uint32_t>(i * 3);
  IndexHeader read;
  CHECK(decode(encode(header), read) == HeaderState::good);
  CHECK_EQ(read.count, header.count);
  CHECK_EQ(read.generation, header.generation);
  CHECK(read.written == header.written);
  CHECK_EQ(read.flushes, header.flushes);
  CHECK(read.counts == header.counts);
}

/// Every flipped bit is noticed.
void damage_is_noticed() {
  const EntryBytes entry = encode(full_summary());
  for (std::size_t bit = 0; bit < entry.size() * 8; ++bit) {
    EntryBytes damaged = entry;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    CHECK(!decode(damaged).has_value());
  }
  const SlotBytes slot = encode(IndexSlot{CertificateStanding::failing, at(1772060000)});
  for (std::size_t bit = 0; bit < slot.size() * 8; ++bit) {
    SlotBytes damaged = slot;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    CHECK(!decode(damaged).has_value());
  }
  const HeaderBytes header = encode(IndexHeader{});
  for (std::size_t bit = 0; bit < header.size() * 8; ++bit) {
    HeaderBytes damaged = header;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    IndexHeader read;
    CHECK(decode(damaged, read) != HeaderState::good);
  }
}

void what_is_no_index_is_told_from_what_is_torn() {
  IndexHeader read;
  CHECK(decode(HeaderBytes{}, read) == HeaderState::other);
  HeaderBytes torn = encode(IndexHeader{});
  torn[40] = 'x';
  CHECK(decode(torn, read) == HeaderState::torn);
  IndexHeader large;
  large.count = kMostCertificates + 1;
  CHECK(decode(encode(large), read) == HeaderState::torn);
  CHECK(!decode(EntryBytes{}).has_value() && !decode(SlotBytes{}).has_value());
}

}  // namespace

int main() {
  return acme_test::run("status_index",
                        {ACME_TEST(entries_come_back), ACME_TEST(long_texts_are_cut_at_a_character),
                         ACME_TEST(impossible_times_are_none), ACME_TEST(slots_come_back), ACME_TEST(headers_come_back),
                         ACME_TEST(damage_is_noticed), ACME_TEST(what_is_no_index_is_told_from_what_is_torn)});
}
