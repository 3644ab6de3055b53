#include "common/preflight/alpn_look.hpp"

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "tests/check.hpp"
#include "tests/fakes/memory_board.hpp"
#include "tests/fakes/run.hpp"
#include "tests/fakes/scripted_dns.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

constexpr const char* kName = "www.example.com";

/// Shows what a test wants, and sees what is live meanwhile.
class ScriptedTls final : public TlsProbe {
 public:
  explicit ScriptedTls(std::function<Result<ShownLeaf>(const ProbeTarget&)> answer) : answer_{std::move(answer)} {}
  Task<Result<ShownLeaf>> look(ProbeTarget target) override {
    targets.push_back(target);
    co_return answer_(target);
  }
  std::vector<ProbeTarget> targets;

 private:
  std::function<Result<ShownLeaf>(const ProbeTarget&)> answer_;
};

struct World {
  World() {
    server.own_addresses = {"8.8.4.4", "2606:4700::7"};
    server.has_port_443 = true;
    dns.set(kName, DnsType::a, {"8.8.8.8"});
  }
  std::vector<Finding> look(std::function<Result<ShownLeaf>(const ProbeTarget&)> answer) {
    ScriptedTls tls{std::move(answer)};
    LookedFrom from;
    from.server = &server;
    from.probe = &*probe;
    NameLook what{kName};
    what.until = clock.steady_now() + 5s;
    auto findings = run(scheduler, clock, look_by_alpn({&scheduler, nullptr, &dns}, tls, board, from, what));
    targets = tls.targets;
    return findings;
  }
  ShownLeaf ours() const {
    ShownLeaf leaf;
    leaf.protocol = "acme-tls/1";
    leaf.challenge_hash = to_hex(*sha256(board.live_alpn.at(kName)));
    return leaf;
  }

  ManualClock clock;
  Scheduler scheduler{clock};
  ScriptedDns dns{scheduler};
  MemoryBoard board;
  Result<LiveProbe> probe = LiveProbe::publish(board);
  ServerFacts server;
  std::vector<ProbeTarget> targets;
};

}  // namespace

static void our_challenge_is_seen_and_taken_back() {
  World world;
  world.dns.set(kName, DnsType::aaaa, {"2606:4700::7"});
  const auto findings = world.look([&](const ProbeTarget&) { return world.ours(); });
  CHECK_EQ(findings.size(), 3U);
  for (const auto& finding : findings) CHECK(finding.severity == Severity::ok);
  CHECK_EQ(findings[1].sentence, "www.example.com: [2606:4700::7] port 443 shows this server's challenge");
  CHECK_EQ(world.targets.at(0).address, "2606:4700::7");
  CHECK_EQ(world.targets[0].server_name, kName);
  CHECK_EQ(world.targets[0].protocol, "acme-tls/1");
  CHECK_EQ(world.targets[0].port, 443);
  CHECK(world.board.live_alpn.empty());
}

static void what_else_is_seen_is_a_failure() {
  const auto told = [](Result<ShownLeaf> leaf, const char* words) {
    World world;
    const auto findings = world.look([&](const ProbeTarget&) { return leaf; });
    CHECK(findings.at(1).severity == Severity::failure);
    CHECK(describe(findings[1]).find(words) != std::string::npos);
  };
  ShownLeaf other;
  other.subject = "cdn.example";
  told(other, "something else ends TLS there, with a certificate for cdn.example");
  other.protocol = "acme-tls/1";
  told(other, "another challenge");
  other.challenge_hash = std::string(64, '0');
  told(other, "another challenge");
  told(Error{ErrorKind::server_error, "the TLS alert \"no application protocol\""}, "no application protocol");
  told(Error{ErrorKind::transport, "nothing listens there"}, "nothing listens there");
}

static void what_no_ca_can_reach_is_not_asked() {
  World world;
  world.dns.set(kName, DnsType::a, {"10.0.0.1"});
  const auto findings = world.look([](const ProbeTarget&) { return ShownLeaf{}; });
  CHECK(findings.at(1).severity == Severity::failure);
  CHECK(describe(findings[1]).find("a private address") != std::string::npos);
  CHECK(world.targets.empty());
}

static void what_cannot_be_told_is_a_note() {
  World world;
  world.server.own_addresses = {"192.168.1.2"};
  const auto nat = world.look([](const ProbeTarget&) { return Error{ErrorKind::transport, "in time"}; });
  CHECK(nat.at(1).severity == Severity::note);
  CHECK_OK(world.board.publish_tls_alpn(kName, "an-order's.answer"));
  const auto busy = world.look([](const ProbeTarget&) { return ShownLeaf{}; });
  CHECK_EQ(busy.size(), 1U);
  CHECK(busy[0].severity == Severity::note);
  CHECK_EQ(world.board.live_alpn.at(kName), "an-order's.answer");
}

static Task<void> look_into(World& world, TlsProbe& tls, std::vector<Finding>& findings) {
  LookedFrom from;
  from.server = &world.server;
  from.probe = &*world.probe;
  NameLook what{kName};
  what.until = world.clock.steady_now() + 5s;
  const ProbeTools tools{&world.scheduler, nullptr, &world.dns};
  auto looking = look_by_alpn(tools, tls, world.board, from, what);
  auto found = co_await std::move(looking);
  findings = std::move(found);
}

static void two_looks_at_one_name_do_not_mislead_each_other() {
  World world;
  world.dns.set_delay(1s);
  ScriptedTls tls{[&](const ProbeTarget&) { return world.ours(); }};
  std::vector<Finding> first;
  std::vector<Finding> second;
  world.scheduler.spawn(look_into(world, tls, first));
  world.scheduler.spawn(look_into(world, tls, second));
  pass(world.scheduler, world.clock, 5s);
  CHECK_EQ(first.size(), 2U);
  CHECK(first[1].severity == Severity::ok);
  CHECK_EQ(second.size(), 1U);
  CHECK(second[0].severity == Severity::note);
  CHECK(world.board.live_alpn.empty());
}

int main() {
  return acme_test::run("alpn_look",
                        {ACME_TEST(our_challenge_is_seen_and_taken_back), ACME_TEST(what_else_is_seen_is_a_failure),
                         ACME_TEST(what_no_ca_can_reach_is_not_asked), ACME_TEST(what_cannot_be_told_is_a_note),
                         ACME_TEST(two_looks_at_one_name_do_not_mislead_each_other)});
}
