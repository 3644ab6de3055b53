#include "common/protocol/dns_challenge.hpp"

#include "common/base/text.hpp"
#include "tests/fakes/garbage.hpp"

#include "tests/check.hpp"

using namespace acme;

static const std::string kAccount = "https://ca.test/acct/7";
static constexpr UtcTime kNow{Seconds{1800000000}};

static void record_of_an_order() {
  const Identifier host{IdentifierType::dns, "example.org"};
  const Identifier wildcard{IdentifierType::dns, "*.example.org"};
  CHECK_EQ(*dns01_value("evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA.nP1qzpXGymHBrUEepNY9HCsQk7K8KhOypzEt62jcerQ"),
           "NGwKoXBgCT8JhEa0bK7AwfSqHyu_ZWeugV07fLGIVq0");
  CHECK_EQ(dns01_record_name(host), "_acme-challenge.example.org");
  CHECK_EQ(dns01_record_name(wildcard), "_acme-challenge.example.org");
  // The example of draft-ietf-acme-dns-account-label.
  const std::string account = "https://example.com/acme/acct/ExampleAccount";
  CHECK_EQ(*dns_account_label(account), "_ujmmovf2vn55tgye");
  CHECK_EQ(*dns_account01_record_name(account, wildcard), "_ujmmovf2vn55tgye._acme-challenge.example.org");
  CHECK_EQ(dns_persist_record_name(wildcard), "_validation-persist.example.org");
}

static void persistent_record_as_text_and_back() {
  DnsPersistRecord record;
  record.issuer_domain = "ca.test";
  record.account_url = kAccount;
  CHECK_EQ(to_text(record), "ca.test; accounturi=https://ca.test/acct/7");
  CHECK(*parse_dns_persist_record(to_text(record)) == record);
  record.wildcard = true;
  record.until = kNow;
  CHECK_EQ(to_text(record), "ca.test; accounturi=https://ca.test/acct/7; policy=wildcard; persistUntil=1800000000");
  CHECK(*parse_dns_persist_record(to_text(record)) == record);
  CHECK_EQ(dns_persist_line({IdentifierType::dns, "*.a.test"}, record),
           cat("_validation-persist.a.test. TXT \"", to_text(record), "\""));
  const auto loose = parse_dns_persist_record(
      "\t CA.test ;PERSISTUNTIL = 1800000000;Policy=WildCard; accountURI =https://ca.test/acct/7\t;later=x=y;empty=");
  CHECK_OK(loose);
  CHECK(*loose == record);
  CHECK(!parse_dns_persist_record("ca.test;policy=narrow")->wildcard);
  CHECK(parse_dns_persist_record("ca.test")->account_url.empty());
}

static void broken_records_are_refused_as_a_whole() {
  struct Row {
    std::string text, says;
  };
  const Row rows[] = {{"", "names no CA"},
                      {" ;accounturi=x", "names no CA"},
                      {"ca.test;", "semicolon"},
                      {"ca.test;;accounturi=x", "semicolon"},
                      {"ca.test; accounturi", "tag=value"},
                      {"ca.test; =x", "without a tag"},
                      {"ca.test; accounturi=", "empty accounturi"},
                      {"ca.test; accounturi=a; ACCOUNTURI=b", "two accounturi"},
                      {"ca.test; policy=a b", "not allowed"},
                      {"ca.test; x=\xc3\xa4", "not allowed"},
                      {std::string{"ca.test; x=a\0b", 14}, "not allowed"},
                      {"ca.test; persistUntil=soon", "persistUntil"},
                      {"ca.test; persistUntil=", "persistUntil"},
                      {"ca.test; persistUntil=-5", "persistUntil"}};
  for (const auto& row : rows) {
    const auto parsed = parse_dns_persist_record(row.text);
    CHECK(!parsed.ok() && parsed.error().kind == ErrorKind::malformed);
    CHECK(parsed.error().message.find(row.says) != std::string::npos);
  }
  CHECK(parse_dns_persist_record("ca.test; persistUntil=18446744073709551615")->until > kNow);
  CHECK(!parse_dns_persist_record(cat("ca.test; ", std::string(100000, ';'))).ok());
}

static DnsPersistFinding judged(std::vector<std::string> texts, bool wildcard = false) {
  DnsPersistNeed need;
  need.issuer_domains = {"ca.test", "old-ca.test"};
  need.account_url = kAccount;
  need.wildcard = wildcard;
  return judge_dns_persist_records(texts, need, kNow);
}

static const std::string kGood = "ca.test; accounturi=https://ca.test/acct/7";

static void one_good_record_is_enough() {
  CHECK(judged({kGood}).found);
  CHECK(judged({"OLD-CA.test;accounturi=https://ca.test/acct/7"}).found);
  CHECK(judged({"v=spf1 -all", "ca.test; x", "ca.test; accounturi=https://ca.test/acct/8", kGood}).found);
  CHECK(judged({kGood + "; policy=wildcard"}, true).found);
  CHECK(judged({kGood + "; persistUntil=1800000000"}).found);
  CHECK(judged({kGood + "; persistUntil=1800000005", kGood + "; persistUntil=1800000009"}).until == kNow + Seconds{9});
  CHECK(!judged({kGood, kGood + "; persistUntil=1800000009"}).until);
  CHECK(!judged({kGood + "; persistUntil=1800000009", kGood}).until);
}

static void what_a_record_lacks_is_said() {
  struct Row {
    std::vector<std::string> texts;
    bool wildcard;
    std::string flaw;
  };
  const Row rows[] = {
      {{}, false, ""},
      {{"v=spf1 -all", "", "other.test; accounturi=x"}, false, ""},
      {{kGood}, true, "lacks policy=wildcard"},
      {{kGood + "; policy=none"}, true, "lacks policy=wildcard"},
      {{kGood + "; persistUntil=1799999999"}, false, "ended on 2027-01-15 07:59 UTC"},
      {{"ca.test"}, false, "has no accounturi"},
      {{"ca.test; accounturi=https://ca.test/acct/70"}, false, "is for another account, https://ca.test/acct/70"},
      // What is nearest to being right.
      {{kGood, "ca.test; accounturi=https://ca.test/acct/8"}, true, "lacks policy=wildcard"}};
  for (const auto& row : rows) {
    const auto finding = judged(row.texts, row.wildcard);
    CHECK(!finding.found);
    CHECK_EQ(finding.flaw, row.flaw);
  }
  CHECK(judged({"ca.test; accounturi=https://a\nb"}).flaw.find('\n') == std::string::npos);
  CHECK(judged({kGood, "ca.test; accounturi=old"}).other_accounts == std::vector<std::string>{"old"});
}

static bool is_clean(const std::string& text) {
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

/// True: accepted.
static bool check_persist(const std::string& text) {
  const auto record = parse_dns_persist_record(text);
  if (!record) {
    CHECK(record.error().kind == ErrorKind::malformed && is_clean(record.error().message));
    CHECK(record.error().message.size() < 400);
    return false;
  }
  CHECK_EQ(record->issuer_domain.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-."), std::string::npos);
  CHECK(is_clean(record->account_url) && record->account_url.find(' ') == std::string::npos);
  CHECK(!record->until || (*record->until >= UtcTime{} && *record->until <= UtcTime{Seconds{253402300799}}));
  if (!record->account_url.empty()) CHECK(*parse_dns_persist_record(to_text(*record)) == *record);
  return true;
}

static void check_persist_finding(const std::vector<std::string>& texts) {
  const auto finding = judge_dns_persist_records(texts, {{"ca.test"}, kAccount, true}, kNow);
  CHECK(is_clean(finding.flaw) && finding.flaw.size() < 600);
  CHECK(finding.other_accounts.size() <= texts.size());
  const bool does = std::any_of(texts.begin(), texts.end(), [](const std::string& text) {
    const auto record = parse_dns_persist_record(text);
    return record && record->issuer_domain == "ca.test" && record->account_url == kAccount && record->wildcard &&
           (!record->until || *record->until >= kNow);
  });
  CHECK_EQ(finding.found, does);
}

static void damaged_persist_records_are_refused_or_read() {
  const std::string whole[] = {
      cat("ca.test; accounturi=", kAccount, "; policy=wildcard; persistUntil=1900000000"),
      cat("ca.test;accounturi=", kAccount, ";policy=wildcard"),
      "other.example; accounturi=https://other.example/7; unknown=x",
  };
  for (const auto& text : whole) CHECK(check_persist(text));
  for (const std::string& bad :
       {std::string{"ca example; a=b"}, std::string{"ca..example"}, std::string{"ca.test; b c=d"},
        std::string{"ca.ex\0mple", 10}, std::string{"ca.test; \xff=d"}, std::string(100000, ';')})
    CHECK(!check_persist(bad));
  acme_test::Garbage garbage{2};
  int read = 0;
  for (int round = 0; round < 10000; ++round) {
    const std::vector<std::string> texts{garbage.of_text(whole[garbage.below(3)]), garbage.of_text(whole[0])};
    if (check_persist(texts[0])) ++read;
    check_persist_finding(texts);
  }
  CHECK(read > 500 && read < 9500);
}

int main() {
  return acme_test::run(
      "protocol/dns_challenge",
      {ACME_TEST(record_of_an_order), ACME_TEST(persistent_record_as_text_and_back),
       ACME_TEST(broken_records_are_refused_as_a_whole), ACME_TEST(one_good_record_is_enough),
       ACME_TEST(what_a_record_lacks_is_said), ACME_TEST(damaged_persist_records_are_refused_or_read)});
}
