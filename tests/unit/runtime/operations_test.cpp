#include "common/runtime/operations.hpp"

#include <sys/socket.h>

#include "common/base/join.hpp"
#include "common/base/text.hpp"
#include "common/control/lines.hpp"
#include "common/crypto/certificate.hpp"
#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

/// What one command said.
struct Said {
  std::vector<ControlAnswer> answers;

  const ControlEnd& end() const {
    CHECK(!answers.empty());
    return std::get<ControlEnd>(answers.back());
  }
  template <class Row>
  std::vector<const Row*> rows() const {
    std::vector<const Row*> found;
    for (const auto& answer : answers) {
      if (const auto* row = std::get_if<Row>(&answer)) found.push_back(row);
    }
    return found;
  }
  bool has(const std::string& text) const {
    for (const auto* progress : rows<ControlProgress>()) {
      if (progress->line.find(text) != std::string::npos) return true;
    }
    return false;
  }
  std::string all() const {
    std::string text;
    for (const auto& answer : answers) text += to_json(answer) + "\n";
    return text;
  }
};

Task<void> talk(Operations& operations, const ControlRequest& request, Conversation& conversation) {
  auto task = operations.answer(request, conversation);
  co_await std::move(task);
  conversation.end();
}

Task<bool> both(Scheduler& scheduler, std::vector<Task<void>> tasks) {
  auto joined = join_all(scheduler, std::move(tasks));
  co_await std::move(joined);
  co_return true;
}

struct World : EngineWorld {
  Said ask(const ControlRequest& request) {
    OperationTools tools;
    tools.configuration = &configuration;
    tools.engine = &engine();
    tools.scheduler = &scheduler();
    tools.http = &http();
    tools.keys = &keys;
    tools.random = &random;
    tools.log = &engine_log;
    tools.board = &board;
    tools.state_path = "/nowhere";
    tools.server = "test/1";
    Operations operations{tools};
    Conversation conversation{scheduler()};
    Descriptors descriptors{scheduler()};
    int ends[2];
    CHECK_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
    const UniqueFd ours{ends[0]}, theirs{ends[1]};
    std::vector<Task<void>> tasks;
    tasks.push_back(talk(operations, request, conversation));
    tasks.push_back(conversation.write_out(descriptors, theirs.get()));
    run(scheduler(), clock, both(scheduler(), std::move(tasks)));
    return read(ours.get());
  }
  Said ask(ControlVerb verb, const std::string& name = "") {
    ControlRequest request;
    request.verb = verb;
    request.name = name;
    return ask(request);
  }

 private:
  static Said read(int fd) {
    Said said;
    LineReader lines{kLongestAnswer};
    char buffer[4096];
    for (ssize_t length = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT); length > 0;
         length = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT)) {
      CHECK(lines.add({buffer, static_cast<std::size_t>(length)}));
      while (auto line = lines.next()) {
        auto answer = parse_control_answer(*line);
        CHECK_OK(answer);
        said.answers.push_back(*std::move(answer));
      }
    }
    return said;
  }
};

ControlRequest renewal(const std::string& name, bool force) {
  ControlRequest request;
  request.verb = ControlVerb::renew;
  request.name = name;
  request.force = force;
  return request;
}

ControlRequest revocation(const std::string& name, int reason = 0) {
  ControlRequest request;
  request.verb = ControlVerb::revoke;
  request.name = name;
  request.reason = reason;
  return request;
}

bool is_revoked(World& world, const std::string& serial, const std::string& ca = "ca") {
  for (auto& order : world.ca(ca).records().orders) {
    auto chain = CertificateChain::from_pem(order.chain);
    if (chain && chain->facts().serial == serial) return order.revoked;
  }
  throw acme_test::Failure{__FILE__, __LINE__, "the CA issued no such certificate"};
}

void status_shows_every_certificate() {
  World world;
  const auto id = world.add_certificate("a.test www.a.test");
  world.add_certificate("b.test");
  world.ca().bad_names["b.test"] = "dns";
  world.start();
  auto said = world.ask(ControlVerb::status);
  CHECK_EQ(said.rows<EngineRow>().size(), 1U);
  CHECK_EQ(said.rows<EngineRow>()[0]->state_path, "/nowhere");
  CHECK_EQ(said.rows<CertificateRow>().size(), 2U);
  world.pass(30s);
  said = world.ask(ControlVerb::status);
  const auto rows = said.rows<CertificateRow>();
  CHECK_EQ(rows[0]->id, id);
  CHECK(rows[0]->standing == CertificateStanding::valid);
  CHECK_EQ(rows[0]->serial, world.current(id)->meta.serial);
  CHECK_EQ(rows[0]->names.size(), 2U);
  CHECK(rows[0]->next.has_value() && rows[0]->not_after.has_value());
  CHECK(rows[1]->standing == CertificateStanding::failing);
  CHECK(rows[1]->last_error.find("b.test") != std::string::npos);
  // The hint is apart; the log has both, each once.
  CHECK(!rows[1]->hint.empty() && rows[1]->last_error.find(rows[1]->hint) == std::string::npos);
  CHECK(world.log.has(cat(rows[1]->last_error, " (", rows[1]->hint, "); tried again ")));
  CHECK(rows[1]->version == 0 && rows[1]->failures > 0);
  CHECK(!said.end().failure);
}

void names_mean_one_certificate() {
  World world;
  const auto first = world.add_certificate("a.test shared.test");
  const auto rsa = world.add_certificate("a.test shared.test", "ca", {KeyAlgorithm::rsa, 2048});
  world.add_certificate("b.test shared.test");
  world.add_certificate("c.test a.test");
  world.start();
  const auto count = [&](const std::string& name) {
    return world.ask(ControlVerb::status, name).rows<CertificateRow>().size();
  };
  CHECK_EQ(count("a.test"), 2U);  // its first name: both key types, not the one where it is another name
  CHECK_EQ(count(first), 1U);
  CHECK_EQ(count(rsa), 1U);
  CHECK_EQ(count("A.Test."), 2U);
  CHECK_EQ(count("c.test"), 1U);
  const auto ambiguous = world.ask(ControlVerb::status, "shared.test");
  CHECK(ambiguous.end().failure == ControlFailure::ambiguous_name);
  CHECK(ambiguous.end().message.find(first) != std::string::npos);
  for (const char* name : {"d.test", "a", "*", "../a.test", "\n", "a.test b.test"}) {
    CHECK(world.ask(ControlVerb::status, name).end().failure == ControlFailure::unknown_name);
    CHECK(world.ask(renewal(name, true)).end().failure == ControlFailure::unknown_name);
    CHECK(world.ask(revocation(name)).end().failure == ControlFailure::unknown_name);
    CHECK(world.ask(ControlVerb::export_pem, name).end().failure == ControlFailure::unknown_name);
  }
}

void renews_by_force_only_what_is_not_due() {
  World world;
  const auto id = world.add_certificate("a.test");
  world.add_certificate("b.test");
  world.start();
  CHECK(world.reach_version(1, 1min));
  const auto not_due = world.ask(renewal("a.test", false));
  CHECK(!not_due.end().failure);
  CHECK(not_due.has("not due before"));
  CHECK_EQ(world.engine().versions().at(id), 1U);
  const auto forced = world.ask(renewal("a.test", true));
  CHECK(!forced.end().failure);
  CHECK(forced.has("renewing the certificate"));
  CHECK(!forced.has("b.test"));
  CHECK(forced.has("new certificate, live now"));
  CHECK_EQ(world.engine().versions().at(id), 2U);
  const auto all = world.ask(renewal("", true));
  CHECK(all.end().message.find("2 renewed") != std::string::npos);
}

void a_failed_renewal_says_why() {
  World world;
  world.add_certificate("a.test");
  world.ca().bad_names["a.test"] = "dns";
  world.start();
  world.pass(30s);
  const auto failed = world.ask(renewal("a.test", false));
  CHECK(failed.end().failure == ControlFailure::failed);
  CHECK(failed.end().message.find("a.test") != std::string::npos);
  world.ca().bad_names.clear();
  const auto good = world.ask(renewal("a.test", false));
  CHECK(!good.end().failure);
  CHECK(good.end().message.find("1 renewed") != std::string::npos);
}

void a_dry_run_keeps_nothing() {
  World world;
  SimulatedCa& staging = world.add_ca("staging");
  const auto id = world.add_certificate("a.test");
  world.issuer().staging_uri = staging.directory_url();
  world.start();
  CHECK(world.reach_version(1, 1min));
  const int requests = world.ca().requests();
  const auto ledger = world.ledger.entries().size();
  const int saves = world.store.calls("save_account") + world.store.calls("save_order") +
                    world.store.calls("save_certificate") + world.store.calls("save_state");
  ControlRequest request = renewal("a.test", false);
  request.dry_run = true;
  const auto said = world.ask(request);
  CHECK(!said.end().failure);
  CHECK(said.has("issued and verified"));
  CHECK_EQ(staging.count(CaRequest::new_account), 1);
  CHECK_EQ(staging.count(CaRequest::certificate), 1);
  CHECK_EQ(world.ca().requests(), requests);
  CHECK_EQ(world.engine().versions().at(id), 1U);
  CHECK_EQ(world.ledger.entries().size(), ledger);
  CHECK(world.board.live.empty());
  CHECK_EQ(world.store.calls("save_account") + world.store.calls("save_order") + world.store.calls("save_certificate") +
               world.store.calls("save_state"),
           saves);
  staging.bad_names["a.test"] = "dns";
  const auto failed = world.ask(request);
  CHECK(failed.end().failure == ControlFailure::failed);
  CHECK(world.board.live.empty());
  CHECK_EQ(world.state(id).failures, 0U);
}

void without_staging_nothing_is_ordered() {
  World world;
  world.add_certificate("a.test");
  world.start();
  CHECK(world.reach_version(1, 1min));
  const int orders = world.ca().count(CaRequest::new_order);
  const int directories = world.ca().count(CaRequest::directory);
  ControlRequest request = renewal("a.test", false);
  request.dry_run = true;
  const auto said = world.ask(request);
  CHECK(!said.end().failure);
  CHECK(said.has("nothing was ordered"));
  CHECK_EQ(world.ca().count(CaRequest::new_order), orders);
  CHECK_EQ(world.ca().count(CaRequest::directory), directories + 1);
  CHECK_EQ(world.ca().count(CaRequest::new_account), 1);
  world.ca().instead = [](CaRequest) { return std::optional<SimulatedCa::Answer>{html(503)}; };
  CHECK(world.ask(request).end().failure == ControlFailure::failed);
}

void revocation_brings_a_new_certificate() {
  World world;
  const auto id = world.add_certificate("a.test");
  world.start();
  CHECK(world.reach_version(1, 1min));
  const auto before = world.current(id);
  const auto said = world.ask(revocation("a.test", 4));
  CHECK(!said.end().failure);
  CHECK(said.has("is revoked (superseded)"));
  CHECK(is_revoked(world, before->meta.serial));
  CHECK_EQ(world.engine().versions().at(id), 2U);
  CHECK(!is_revoked(world, world.current(id)->meta.serial));
  CHECK(world.current(id)->key_pem.view() != before->key_pem.view());
  // The older one again, by its serial number: nothing is ordered for that.
  ControlRequest older = revocation("a.test");
  older.serial = cat("00", before->meta.serial);
  const auto again = world.ask(older);
  CHECK(!again.end().failure);
  CHECK(again.has("was revoked before"));
  CHECK_EQ(world.engine().versions().at(id), 2U);
  older.serial = "123456";
  CHECK(world.ask(older).end().failure == ControlFailure::unknown_name);
}

void no_renewal_when_told() {
  World world;
  const auto id = world.add_certificate("a.test");
  world.start();
  CHECK(world.reach_version(1, 1min));
  ControlRequest request = revocation("a.test", 5);
  request.order_new = false;
  CHECK(!world.ask(request).end().failure);
  CHECK(is_revoked(world, world.current(id)->meta.serial));
  // Neither the CA's suggestion nor the schedule, nor another load of the configuration.
  world.ca().suggests = [&](const std::string&) {
    return SimulatedCa::Window{world.clock.now() - 48h, world.clock.now() - 24h};
  };
  world.pass(24h);
  world.start(true);
  world.pass(24h * 100);
  const auto held = world.ask(ControlVerb::status, "a.test");
  const CertificateRow& row = *held.rows<CertificateRow>().at(0);
  CHECK(row.standing == CertificateStanding::revoked && !row.next);
  CHECK(row.reason.starts_with("held"));
  CHECK_EQ(world.ca().count(CaRequest::new_order), 1);
  CHECK_EQ(world.ask(renewal("a.test", false)).end().message, "1 renewed, 0 not due");
  CHECK(world.ask(ControlVerb::status, "a.test").rows<CertificateRow>().at(0)->standing == CertificateStanding::valid);
}

void a_held_renewal_is_revoked_again_with_one() {
  World world;
  const auto id = world.add_certificate("a.test");
  world.start();
  CHECK(world.reach_version(1, 1min));
  ControlRequest request = revocation("a.test", 5);
  request.order_new = false;
  CHECK(!world.ask(request).end().failure);
  request.order_new = true;
  CHECK(!world.ask(request).end().failure);
  CHECK_EQ(world.engine().versions().at(id), 2U);
}

void a_compromised_key_is_never_used_again() {
  World world;
  const auto id = world.add_certificate("a.test");
  world.issuer().reuse_key = true;
  world.start();
  CHECK(world.reach_version(1, 1min));
  const auto before = world.current(id);
  bool by_key = false;
  world.ca().afterwards = [&](CaRequest kind, SimulatedCa::Answer&) {
    by_key = by_key || kind == CaRequest::revoke_cert;
  };
  CHECK(!world.ask(revocation("a.test", 1)).end().failure);
  CHECK(by_key);
  CHECK(is_revoked(world, before->meta.serial));
  CHECK(world.current(id)->key_pem.view() != before->key_pem.view());
}

void a_foreign_certificate_by_its_key() {
  World world;
  const auto id = world.add_certificate("a.test");
  world.start();
  CHECK(world.reach_version(1, 1min));
  const auto stored = world.current(id);
  CHECK_EQ(world.ask(renewal("a.test", true)).end().message, "1 renewed, 0 not due");
  ControlRequest request = revocation("");
  request.certificate_pem = stored->fullchain_pem;
  request.key_pem = stored->key_pem.clone();
  CHECK(!world.ask(request).end().failure);
  CHECK(is_revoked(world, stored->meta.serial));
  request.certificate_pem = "junk";
  CHECK(world.ask(request).end().failure == ControlFailure::failed);
  request.certificate_pem = stored->fullchain_pem;
  request.key_pem = Secret{"junk"};
  CHECK(world.ask(request).end().failure == ControlFailure::failed);
  request.key_pem = Secret{};
  request.reason = 2;
  CHECK(world.ask(request).end().failure == ControlFailure::usage);
}

void export_gives_chain_and_key() {
  World world;
  const auto id = world.add_certificate("*.a.test");
  world.configuration.certificates.back().challenges = {"dns-01"};
  world.ca().offers = {"dns-01"};
  world.start();
  CHECK(world.ask(ControlVerb::export_pem, "*.a.test").end().failure == ControlFailure::failed);
  CHECK(world.reach_version(1, 1min));
  const auto said = world.ask(ControlVerb::export_pem, "*.a.test");
  const auto exported = said.rows<ExportedCertificate>();
  CHECK_EQ(exported.size(), 1U);
  CHECK_EQ(exported[0]->name, "_wildcard.a.test");
  CHECK_EQ(exported[0]->fullchain_pem, world.current(id)->fullchain_pem);
  CHECK_EQ(exported[0]->key_pem.view(), world.current(id)->key_pem.view());
}

void accounts_are_shown_and_changed() {
  World world;
  world.add_certificate("a.test");
  world.start();
  auto none = world.ask(ControlVerb::account_show);
  CHECK_EQ(none.rows<IssuerRow>().size(), 1U);
  CHECK(world.reach_version(1, 1min));
  const auto shown = world.ask(ControlVerb::account_show);
  CHECK_EQ(shown.rows<IssuerRow>()[0]->account_status, "valid");
  CHECK(!shown.rows<IssuerRow>()[0]->account_url.empty());
  const auto rolled = world.ask(ControlVerb::account_rollover);
  CHECK(!rolled.end().failure);
  CHECK_EQ(world.ca().count(CaRequest::key_change), 1);
  CHECK(!world.ask(renewal("a.test", true)).end().failure);
  ControlRequest unknown;
  unknown.verb = ControlVerb::account_rollover;
  unknown.issuer = "nobody";
  CHECK(world.ask(unknown).end().failure == ControlFailure::unknown_name);
  CHECK(!world.ask(ControlVerb::account_deactivate).end().failure);
  CHECK_EQ(world.ask(ControlVerb::account_show).rows<IssuerRow>()[0]->account_status, "deactivated");
  const auto failed = world.ask(renewal("a.test", true));
  CHECK(failed.end().failure == ControlFailure::failed);
  CHECK(failed.end().message.find("deactivated") != std::string::npos);
}

void several_issuers_must_be_told_apart() {
  World world;
  world.add_ca("second");
  world.add_certificate("a.test");
  world.start();
  CHECK(world.ask(ControlVerb::account_rollover).end().failure == ControlFailure::ambiguous_name);
  CHECK_EQ(world.ask(ControlVerb::account_show).rows<IssuerRow>().size(), 2U);
}

void config_shows_no_secret() {
  World world;
  world.issuer().external_account = ExternalAccount{"kid-1", Secret{"very secret"}, MacAlgorithm::hs256};
  world.issuer().proxy = "http://user:password@proxy.test:3128";
  world.add_certificate("a.test");
  world.start();
  const auto said = world.ask(ControlVerb::config);
  CHECK_EQ(said.rows<IssuerRow>()[0]->external_account_id, "kid-1");
  CHECK_EQ(said.rows<CertificateRow>().size(), 1U);
  CHECK(said.all().find("secret") == std::string::npos);
  CHECK(said.all().find("password") == std::string::npos);
}

void orphans_are_listed() {
  World world;
  world.add_certificate("a.test");
  world.add_certificate("b.test");
  world.start();
  CHECK(world.reach_version(1, 1min));
  world.configuration.certificates.pop_back();
  world.configuration.sets.pop_back();
  world.start();
  ControlRequest request;
  request.orphans = true;
  const auto said = world.ask(request);
  const auto rows = said.rows<CertificateRow>();
  CHECK_EQ(rows.size(), 2U);
  CHECK(rows[1]->standing == CertificateStanding::orphan);
  CHECK_EQ(rows[1]->name, "b.test");
}

}  // namespace

int main() {
  return acme_test::run(
      "operations",
      {ACME_TEST(status_shows_every_certificate), ACME_TEST(names_mean_one_certificate),
       ACME_TEST(renews_by_force_only_what_is_not_due), ACME_TEST(a_failed_renewal_says_why),
       ACME_TEST(a_dry_run_keeps_nothing), ACME_TEST(without_staging_nothing_is_ordered),
       ACME_TEST(revocation_brings_a_new_certificate), ACME_TEST(no_renewal_when_told),
       ACME_TEST(a_held_renewal_is_revoked_again_with_one), ACME_TEST(a_compromised_key_is_never_used_again),
       ACME_TEST(a_foreign_certificate_by_its_key), ACME_TEST(export_gives_chain_and_key),
       ACME_TEST(accounts_are_shown_and_changed), ACME_TEST(several_issuers_must_be_told_apart),
       ACME_TEST(config_shows_no_secret), ACME_TEST(orphans_are_listed)});
}
