#include "common/control/acmectl/planned_changes.hpp"

#include "tests/check.hpp"

using namespace acme;

namespace {

const UtcTime kNow{Seconds{1800000000}};

CertificateRow wanted(const std::string& id, std::vector<std::string> names, const std::string& issuer = "ca",
                      const std::string& key = "ecdsa:256") {
  CertificateRow row;
  row.id = id;
  row.name = names.front();
  row.names = std::move(names);
  row.issuer = issuer;
  row.key_type = key;
  return row;
}

CertificateRow live(CertificateRow row) {
  row.standing = CertificateStanding::valid;
  row.version = 1;
  row.issued_by = row.issuer;
  row.not_after = kNow + std::chrono::days{60};
  row.next = kNow + std::chrono::days{30};
  row.reason = "a third of its lifetime is left";
  return row;
}

std::string planned(const std::vector<CertificateRow>& running, const std::vector<CertificateRow>& configured) {
  std::string text;
  for (const auto& change : planned_changes(running, configured, kNow)) {
    text += std::string{action_name(change.action)} + " " + change.id + ": " + change.why + "\n";
  }
  return text;
}

}  // namespace

static void what_stays_is_kept() {
  CHECK_EQ(planned({}, {}), "");
  const auto row = wanted("a", {"a.test"});
  CHECK_EQ(planned({live(row)}, {row}), "keep a: valid to 2027-03-16 08:00 UTC, next renewal 2027-02-14 08:00 UTC\n");
}

static void records_to_set_once_are_shown() {
  auto row = wanted("a", {"*.a.test", "a.test", "b.test", "192.0.2.1"});
  auto plain = wanted("b", {"b.test"});
  plain.challenges = {"http-01"};
  CHECK(!wants_records({row, plain}));
  row.challenges = {"http-01", "dns-persist-01"};
  CHECK(wants_records({plain, row}));
  IssuerRow issuer;
  issuer.name = row.issuer;
  issuer.ca_names = {"ca.example", "old-ca.example"};
  auto changes = planned_changes({}, {row, plain}, kNow);
  add_records(changes, {row, plain}, {issuer});
  CHECK(changes.at(0).records.empty());  // no account yet
  issuer.account_url = "https://ca.example/7";
  add_records(changes, {row, plain}, {issuer});
  CHECK(changes.at(0).records ==
        (std::vector<std::string>{
            "_validation-persist.a.test. TXT \"ca.example; accounturi=https://ca.example/7; policy=wildcard\"",
            "_validation-persist.b.test. TXT \"ca.example; accounturi=https://ca.example/7\""}));
  CHECK(changes.at(1).records.empty());
}

static void what_is_due_is_renewed() {
  const auto row = wanted("a", {"a.test"});
  auto due = live(row);
  due.next = kNow;
  CHECK_EQ(planned({due}, {row}), "renew a: a third of its lifetime is left\n");
  auto expired = live(row);
  expired.not_after = kNow - Seconds{1};
  CHECK_EQ(planned({expired}, {row}), "renew a: it has expired\n");
  auto revoked = live(row);
  revoked.standing = CertificateStanding::revoked;
  revoked.reason = "it was revoked";
  CHECK_EQ(planned({revoked}, {row}), "renew a: it was revoked\n");
  auto none = row;
  none.last_error = "no answer";
  CHECK_EQ(planned({none}, {row}), "order a: there is none yet: no answer\n");
  none.hint = "look";
  CHECK_EQ(planned({none}, {row}), "order a: there is none yet: no answer (look)\n");
}

static void changes_are_told() {
  const auto before = live(wanted("a", {"a.test", "b.test"}));
  const std::string served = "; the one of a.test is served until then\n";
  CHECK_EQ(planned({before}, {wanted("b", {"a.test", "b.test", "c.test"})}), "replace b: names added: c.test" + served);
  CHECK_EQ(planned({before}, {wanted("b", {"a.test", "c.test"})}),
           "replace b: names added: c.test; names removed: b.test" + served);
  CHECK_EQ(planned({before}, {wanted("b", {"a.test", "b.test"}, "other")}),
           "replace b: issuer other instead of ca" + served);
  CHECK_EQ(planned({before}, {wanted("b", {"a.test", "b.test"}, "ca", "rsa:2048")}),
           "replace b: key rsa:2048 instead of ecdsa:256" + served);
}

static void what_covers_it_spares_the_order() {
  const std::string until = "; the one of a.test covers it, ordered about 2027-02-14 08:00 UTC\n";
  const auto before = live(wanted("a", {"a.test", "*.b.test"}));
  CHECK_EQ(planned({before}, {wanted("b", {"a.test"})}), "keep b: names removed: *.b.test" + until);
  CHECK_EQ(planned({before}, {wanted("b", {"a.test", "*.b.test"})}), "keep b: its profile changed" + until);
  // One that leaves for two.
  CHECK_EQ(planned({before}, {wanted("b", {"a.test"}), wanted("c", {"x.b.test"})}),
           "keep b: names removed: *.b.test" + until + "keep c: names added: x.b.test; names removed: a.test *.b.test" +
               until);
  auto orphan = before;
  orphan.standing = CertificateStanding::orphan;
  orphan.issuer.clear();
  CHECK_EQ(planned({orphan}, {wanted("b", {"a.test"})}), "keep b: names removed: *.b.test" + until);
  // After the reload.
  auto spared = wanted("b", {"a.test"});
  spared.next = kNow + std::chrono::days{30};
  spared.reason = "the certificate from before covers it";
  CHECK_EQ(planned({spared}, {wanted("b", {"a.test"})}),
           "keep b: the certificate from before covers it, ordered about 2027-02-14 08:00 UTC\n");
}

static void what_cannot_be_used_spares_nothing() {
  const auto before = live(wanted("a", {"a.test", "b.test"}));
  const auto plans_an_order = [](CertificateRow row) {
    return planned({row}, {wanted("b", {"a.test"})})
        .starts_with("replace b: names removed: b.test; the one of a.test is");
  };
  CHECK(!plans_an_order(before));
  auto row = before;
  row.standing = CertificateStanding::revoked;
  CHECK(plans_an_order(row));
  row = before;
  row.not_after = kNow;
  CHECK(plans_an_order(row));
  row = before;
  row.next = kNow;
  CHECK(plans_an_order(row));
  row.next = std::nullopt;
  CHECK(plans_an_order(row));
  row = before;
  row.failures = 1;
  CHECK(plans_an_order(row));
  row = before;
  row.issued_by = "fallback";
  CHECK(plans_an_order(row));
}

static void one_that_is_held_is_kept() {
  auto held = live(wanted("a", {"a.test"}));
  held.standing = CertificateStanding::revoked;
  held.next = std::nullopt;
  held.reason = "held: it was revoked with --no-renew";
  CHECK_EQ(planned({held}, {wanted("a", {"a.test"})}),
           "keep a: not renewed by itself: held: it was revoked with --no-renew\n");
}

static void new_and_gone() {
  CHECK_EQ(planned({}, {wanted("a", {"a.test"})}), "order a: it is new in the configuration\n");
  CHECK_EQ(
      planned({live(wanted("a", {"a.test"}))}, {wanted("b", {"b.test"})}),
      "order b: it is new in the configuration\ndrop a: it is in the configuration no more; kept until it expires\n");
  // A second key type is new, nothing leaves.
  const auto first = wanted("a", {"a.test"});
  CHECK_EQ(planned({live(first)}, {first, wanted("r", {"a.test"}, "ca", "rsa:2048")}),
           "keep a: valid to 2027-03-16 08:00 UTC, next renewal 2027-02-14 08:00 UTC\n"
           "order r: it is new in the configuration\n");
}

static void what_is_stored_from_earlier_is_used() {
  auto orphan = live(wanted("a", {"a.test"}));
  orphan.standing = CertificateStanding::orphan;
  CHECK_EQ(planned({orphan}, {wanted("a", {"a.test"})}),
           "keep a: stored from earlier, valid to 2027-03-16 08:00 UTC\n");
  orphan.not_after = kNow;
  CHECK_EQ(planned({orphan}, {wanted("a", {"a.test"})}), "order a: what is stored from earlier has expired\n");
  CHECK_EQ(planned({orphan}, {}), "");
}

int main() {
  return acme_test::run(
      "planned changes",
      {ACME_TEST(what_stays_is_kept), ACME_TEST(what_is_due_is_renewed), ACME_TEST(records_to_set_once_are_shown),
       ACME_TEST(changes_are_told), ACME_TEST(what_covers_it_spares_the_order),
       ACME_TEST(what_cannot_be_used_spares_nothing), ACME_TEST(one_that_is_held_is_kept), ACME_TEST(new_and_gone),
       ACME_TEST(what_is_stored_from_earlier_is_used)});
}
