// What any server may send in place of an answer: fixed cases with exact results, and many thousand damaged messages
// that must be an error or an answer within bounds.
#include "common/dns/message.hpp"
#include "tests/fakes/dns_properties.hpp"
#include "tests/fakes/garbage.hpp"
#include "tests/fakes/local_dns.hpp"

#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;

namespace {

constexpr auto kName = "www.example.org";
constexpr std::uint16_t kId = 0x1234;
constexpr std::size_t kFirstRecord = 12 + 17 + 4;  // behind header and question
constexpr std::size_t kBeforeData = 12;            // pointer, type, class, TTL, length

DnsBytes operator+(DnsBytes a, const DnsBytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

DnsBytes pointer(std::size_t to) {
  return {static_cast<std::uint8_t>(0xC0U | to >> 8U), static_cast<std::uint8_t>(to)};
}

const DnsBytes kOwner = pointer(12);   // www.example.org
const DnsBytes kParent = pointer(16);  // example.org

/// "label" and the name at the pointer.
DnsBytes below(const std::string& label, const DnsBytes& parent) {
  DnsBytes bytes = dns_name(label);
  bytes.pop_back();
  return std::move(bytes) + parent;
}

/// One record with its owner as given: a pointer, mostly.
DnsBytes packed(const DnsBytes& owner, std::uint16_t type, const DnsBytes& data) {
  DnsBytes behind = dns_record("", type, data);
  behind.erase(behind.begin());
  return owner + behind;
}

DnsBytes query(DnsType type) {
  auto made = make_query({kName, type}, kId);
  CHECK_OK(made);
  return *made;
}

DnsBytes caa(const std::string& tag, const std::string& value, std::uint8_t flags = 0) {
  DnsBytes bytes{flags, static_cast<std::uint8_t>(tag.size())};
  bytes.insert(bytes.end(), tag.begin(), tag.end());
  bytes.insert(bytes.end(), value.begin(), value.end());
  return bytes;
}

/// www -> alias -> end, each owner a pointer into the data of the record before it.
std::vector<DnsBytes> cname_chain() {
  const DnsBytes first = packed(kOwner, 5, below("alias", kParent));
  const std::size_t alias = kFirstRecord + kBeforeData;
  const std::size_t end = kFirstRecord + first.size() + kBeforeData;
  return {first, packed(pointer(alias), 5, below("end", kParent)), packed(pointer(end), 16, dns_txt({"at the end"}))};
}

struct Sample {
  DnsType type;
  DnsBytes message;
};

std::vector<Sample> samples() {
  const auto answer = [](DnsType type, const std::vector<DnsBytes>& records) {
    return Sample{type, dns_answer(query(type), records)};
  };
  DnsBytes soa = below("ns1", kParent) + below("hostmaster", kParent);
  soa.resize(soa.size() + 20, 1);
  return {
      answer(DnsType::a, {packed(kOwner, 1, {192, 0, 2, 7}), packed(kOwner, 1, {192, 0, 2, 8})}),
      answer(DnsType::txt, {packed(kOwner, 16, dns_txt({"part one, ", "", "part two"})),
                            packed(kOwner, 16, dns_txt({std::string(255, 'x')}))}),
      answer(DnsType::caa, {packed(kOwner, 257, caa("issue", "ca.example; validationmethods=dns-01", 128)),
                            packed(kOwner, 257, caa("issuewild", ";"))}),
      answer(DnsType::txt, cname_chain()),
      {DnsType::txt, dns_answer(query(DnsType::txt), {}, 3, {packed(kParent, 6, soa)})},
      answer(DnsType::ns, {packed(kOwner, 2, below("ns1", kParent)), packed(kOwner, 2, below("ns2", kOwner))}),
  };
}

bool check_message(const DnsBytes& message, DnsType type, const DnsBytes& asked) {
  return check_dns_message(message, {kName, type}, asked);
}

}  // namespace

static void the_whole_samples_are_read() {
  const auto all = samples();
  const auto read = [&](std::size_t i) {
    CHECK(is_answer_to(query(all[i].type), all[i].message));
    auto answer = parse_answer(all[i].message, {kName, all[i].type});
    CHECK_OK(answer);
    return *answer;
  };
  CHECK_EQ(read(0).records.at(1).data, "192.0.2.8");
  CHECK_EQ(read(1).records.at(0).data, "part one, part two");
  CHECK_EQ(read(2).records.at(1).caa.value, ";");
  CHECK_EQ(read(3).records.at(2).data, "at the end");
  CHECK_EQ(read(3).records.at(2).owner, "end.example.org");
  CHECK_EQ(read(4).authority.at(0).data, "ns1.example.org");
  CHECK_EQ(read(5).records.at(1).data, "ns2.www.example.org");
}

static void fixed_garbage_is_an_error() {
  const DnsBytes asked = query(DnsType::txt);
  const DnsBytes text = dns_txt({"x"});
  DnsBytes counts = dns_answer(asked, {packed(kOwner, 16, text)});
  counts[6] = counts[7] = 0xFF;
  DnsBytes long_data = dns_answer(asked, {packed(kOwner, 16, text)});
  long_data[kFirstRecord + 11] = 3;
  const std::size_t next = kFirstRecord + 2;
  const DnsBytes rows[] = {
      {},
      DnsBytes(11, 0),
      DnsBytes(65535, 0xFF),
      dns_answer(asked, {packed(pointer(kFirstRecord), 16, text)}),                  // points to itself
      dns_answer(asked, {packed(pointer(next) + pointer(kFirstRecord), 16, text)}),  // to and fro
      dns_answer(asked, {packed(pointer(0x3FFF), 16, text)}),                        // behind the end
      dns_answer(asked, {packed(below("a", pointer(kFirstRecord)), 16, text)}),      // longer at each round
      dns_answer(asked, {packed(kOwner, 5, pointer(kFirstRecord + kBeforeData))}),   // data that is itself
      dns_answer(asked, {packed(kOwner, 16, {200, 'x'})}),                           // a string longer than all
      dns_answer(asked, {packed(kOwner, 1, {192, 0, 2})}),                           // three bytes of address
      counts,
      long_data,
  };
  for (const auto& row : rows) {
    const auto answer = parse_answer(row, {kName, DnsType::txt});
    CHECK(!answer && answer.error().kind == ErrorKind::server_error);
  }
}

static void fixed_garbage_is_not_believed() {
  const DnsBytes asked = query(DnsType::txt);
  DnsBytes other = dns_answer(asked, {packed(kOwner, 16, dns_txt({"x"}))});
  other[13] ^= 1;  // "vww"
  CHECK(!is_answer_to(asked, other));
  const auto answer = parse_answer(other, {kName, DnsType::txt});
  CHECK_OK(answer);
  CHECK(answer->records.empty());
  const auto stray = parse_answer(dns_answer(asked, {packed(kParent, 16, dns_txt({"x"}))}), {kName, DnsType::txt});
  CHECK_OK(stray);
  CHECK(stray->records.empty());
  // Without data: no address, and no link to the root.
  const auto bare = parse_answer(
      dns_answer(query(DnsType::a), {packed(kOwner, 1, {}), packed(kOwner, 5, {}), packed({0}, 1, {192, 0, 2, 7})}),
      {kName, DnsType::a});
  CHECK_OK(bare);
  CHECK(bare->records.empty());
}

static void an_empty_caa_value_forbids() {
  const auto answer =
      parse_answer(dns_answer(query(DnsType::caa), {packed(kOwner, 257, caa("issue", ""))}), {kName, DnsType::caa});
  CHECK_OK(answer);
  CHECK_EQ(answer->records.at(0).caa.tag, "issue");
  CHECK(evaluate_caa({answer->records[0].caa}, {{"ca.example"}, "", "dns-01"}).refusal == CaaRefusal::nobody);
}

static void a_message_cut_anywhere_is_an_error() {
  for (const auto& sample : samples()) {
    const DnsBytes asked = query(sample.type);
    for (std::size_t size = 0; size < sample.message.size(); ++size) {
      const DnsBytes cut{sample.message.begin(), sample.message.begin() + static_cast<std::ptrdiff_t>(size)};
      CHECK(!check_message(cut, sample.type, asked));
      CHECK_EQ(is_answer_to(asked, cut), size >= asked.size());
    }
  }
}

static void damaged_answers_are_errors_or_within_bounds() {
  Garbage garbage{20261122};
  int read = 0;
  const auto all = samples();
  const DnsBytes asked = query(DnsType::txt);
  constexpr int kRounds = 20000;
  for (int round = 0; round < kRounds; ++round) {
    const auto& sample = all[garbage.below(all.size())];
    if (check_message(garbage.of_message(sample.message), sample.type, asked)) ++read;
  }
  CHECK(read > 1000 && read < kRounds - 1000);  // neither half of the code was spared
}

/// 64 KB of links, each of them of the longest names there can be.
static void the_largest_answer_is_read() {
  const DnsBytes asked = query(DnsType::txt);
  const std::string label(63, '\xFF');
  const std::string longest = label + "." + label + "." + label + "." + label.substr(2);
  std::vector<DnsBytes> links{packed(kOwner, 5, dns_name(longest))};
  const DnsBytes name = pointer(kFirstRecord + kBeforeData);
  while (links.size() < 4500) links.push_back(packed(name, 5, name));
  const DnsBytes message = dns_answer(asked, links);
  CHECK(message.size() > 60000 && message.size() <= 65535);
  CHECK(check_message(message, DnsType::txt, asked));
}

static void a_question_may_disable_checking() {
  DnsQuestion question{kName, DnsType::a};
  const auto checked = make_query(question, kId);
  question.checking_disabled = true;
  const auto unchecked = make_query(question, kId);
  CHECK_OK(checked);
  CHECK_OK(unchecked);
  CHECK_EQ((*checked)[3] & 0x10, 0);
  CHECK_EQ((*unchecked)[3] & 0x10, 0x10);
}

int main() {
  return run("dns/message_garbage",
             {ACME_TEST(the_whole_samples_are_read), ACME_TEST(fixed_garbage_is_an_error),
              ACME_TEST(fixed_garbage_is_not_believed), ACME_TEST(an_empty_caa_value_forbids),
              ACME_TEST(a_message_cut_anywhere_is_an_error), ACME_TEST(damaged_answers_are_errors_or_within_bounds),
              ACME_TEST(the_largest_answer_is_read), ACME_TEST(a_question_may_disable_checking)});
}
