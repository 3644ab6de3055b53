#include "common/runtime/activation.hpp"

#include <deque>

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/run.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

ShownLeaf leaf(const std::string& fingerprint, const std::string& subject = "leaf") {
  ShownLeaf shown;
  shown.fingerprint = fingerprint;
  shown.subject = subject;
  shown.issuer = "Some CA";
  shown.not_after = UtcTime{Seconds{1900000000}};
  return shown;
}

/// Answers each target as the test says; by default with what is current.
class ScriptedProbe final : public TlsProbe {
 public:
  explicit ScriptedProbe(Scheduler& scheduler) : scheduler_{scheduler} {}
  Task<Result<ShownLeaf>> look(ProbeTarget target) override {
    seen.push_back(target);
    most_at_once = std::max(most_at_once, ++at_once);
    const Wake wake = co_await scheduler_.sleep_for(5ms);
    --at_once;
    if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "cancelled"};
    co_return answer(target);
  }
  std::function<Result<ShownLeaf>(const ProbeTarget&)> answer;
  std::vector<ProbeTarget> seen;
  int at_once = 0;
  int most_at_once = 0;

 private:
  Scheduler& scheduler_;
};

struct World {
  explicit World(int certificates = 1) {
    for (int i = 0; i < certificates; ++i) add(cat("n", i, ".test"));
    probe.answer = [this](const ProbeTarget& target) -> Result<ShownLeaf> { return leaf(current[target.server_name]); };
  }
  ~World() {
    scheduler.cancel_all();
    scheduler.run_ready();
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void add(const std::string& name) {
    CertificateConfig config;
    config.id = cat(name, "-id");
    config.first_name = name;
    config.names = {{IdentifierType::dns, name}};
    const std::size_t index = configuration.certificates.size();
    configuration.sets.push_back({{index}, config.names, {{"0.0.0.0", 443, false}}});
    configuration.https_names.push_back({name, index, 443});
    configuration.certificates.push_back(std::move(config));
    current[name] = cat("print-of-", name);
  }
  void start() {
    Activation::Services services;
    services.scheduler = &scheduler;
    services.log = &log;
    services.probe = &probe;
    services.busy = [this] { return busy; };
    services.fingerprint = [this](std::size_t i) { return current[configuration.certificates[i].first_name]; };
    services.origin = [this](std::size_t, const std::string& fingerprint) { return origins[fingerprint]; };
    services.changed = [this](std::size_t) { ++changes; };
    activation.emplace(configuration, services);
    scheduler.spawn(activation->run());
    pass(0ms);
  }
  void pass(Duration duration) { acme_test::pass(scheduler, clock, duration); }
  const Served& served(const std::string& name = "n0.test") {
    const Served* found = activation->of(name + "-id");
    if (found == nullptr) throw acme_test::Failure{__FILE__, __LINE__, "not looked at"};
    return *found;
  }
  bool says(const std::string& text) const { return log.all().find(text) != std::string::npos; }

  ManualClock clock;
  Scheduler scheduler{clock};
  RecordingLogger log;
  ScriptedProbe probe{scheduler};
  Configuration configuration;
  std::map<std::string, std::string> current;
  std::map<std::string, LeafOrigin> origins;
  std::size_t busy = 0;
  int changes = 0;
  std::optional<Activation> activation;
};

std::size_t loud(const World& world) { return world.log.count(LogLevel::warn) + world.log.count(LogLevel::error); }

}  // namespace

static void a_new_certificate_is_soon_seen_live_and_told_once() {
  World world;
  world.current["n0.test"] = "";
  world.start();
  world.pass(1h);
  CHECK_EQ(world.probe.seen.size(), 0U);
  CHECK(world.activation->of("n0.test-id") == nullptr);
  world.current["n0.test"] = "new";
  world.activation->installed("n0.test-id");
  world.pass(200ms);
  CHECK(world.served().state == ServedState::live);
  CHECK_EQ(world.probe.seen.at(0).address, "127.0.0.1");
  CHECK_EQ(world.probe.seen.at(0).server_name, "n0.test");
  CHECK_EQ(world.log.all(), "notice: n0.test: seen live\n");
  CHECK_EQ(world.changes, 1);
  world.pass(26h);
  CHECK_EQ(world.probe.seen.size(), 2U);
  CHECK_EQ(world.log.all(), "notice: n0.test: seen live\n");
}

static void what_is_on_its_way_is_no_trouble() {
  World world;
  world.start();
  world.pass(1min);
  world.origins["print-of-n0.test"].version = 1;
  world.current["n0.test"] = "new";
  world.probe.answer = [&](const ProbeTarget&) -> Result<ShownLeaf> { return leaf("print-of-n0.test"); };
  world.activation->installed("n0.test-id");
  world.pass(2s);
  CHECK(world.served().state == ServedState::unknown);
  world.probe.answer = [&](const ProbeTarget&) -> Result<ShownLeaf> { return leaf("new"); };
  world.pass(10s);
  CHECK(world.served().state == ServedState::live);
  CHECK_EQ(loud(world), 0U);
}

static void another_one_is_told_with_its_reason() {
  struct Row {
    Result<ShownLeaf> shown;
    LeafOrigin origin;
    ServedState state;
    const char* words;
  };
  LeafOrigin older;
  older.version = 3;
  LeafOrigin other;
  other.other = "b.test";
  const Row rows[] = {
      {leaf("x"), older, ServedState::other, "version 3 of the certificate is served for n0.test at 127.0.0.1:443"},
      {leaf("x"), other, ServedState::other, "the certificate of b.test is served for n0.test"},
      {leaf("x", "acme placeholder"), {}, ServedState::other, "the placeholder is served"},
      {leaf("0123456789abcdef0123", "shop"),
       {},
       ServedState::other,
       "\"shop\" from \"Some CA\", SHA-256 0123456789abcdef..., valid to 2030-03-17"},
      {Error{ErrorKind::transport, "nothing listens there"}, {}, ServedState::unreachable, "nothing listens there"},
      {Error{ErrorKind::server_error, "it answers with the TLS alert \"x\""}, {}, ServedState::unreachable, "alert"},
  };
  for (const Row& row : rows) {
    World world;
    world.start();
    world.probe.answer = [&](const ProbeTarget&) { return row.shown; };
    if (row.shown) world.origins[row.shown->fingerprint] = row.origin;
    world.activation->installed("n0.test-id");
    world.pass(10s);
    CHECK(world.served().state == row.state);
    CHECK(world.served().detail.find(row.words) != std::string::npos);
    CHECK(world.served().checked.has_value());
    CHECK_EQ(world.log.count(LogLevel::warn), 1U);
    CHECK(world.says(row.words));
    world.pass(std::chrono::days{10});
    CHECK_EQ(world.log.count(LogLevel::warn), 1U);
    CHECK(world.probe.seen.size() >= 12 && world.probe.seen.size() <= 40);
    world.probe.answer = [&](const ProbeTarget&) -> Result<ShownLeaf> { return leaf("print-of-n0.test"); };
    world.pass(26h);
    CHECK(world.served().state == ServedState::live);
    CHECK(world.says("n0.test: seen live"));
  }
}

static void many_are_told_in_one_line() {
  World world{50};
  world.start();
  for (int i = 0; i < 50; ++i) world.activation->installed(cat("n", i, ".test-id"));
  world.pass(3s);
  CHECK_EQ(world.log.all(), "notice: n0.test, n1.test, n2.test and 47 more: all seen live\n");
  CHECK(world.probe.most_at_once <= 4);
}

static void orders_go_first() {
  World world;
  world.start();
  world.busy = 1;
  world.activation->installed("n0.test-id");
  world.pass(900ms);
  CHECK_EQ(world.probe.seen.size(), 0U);
  world.busy = 0;
  world.pass(300ms);
  CHECK_EQ(world.probe.seen.size(), 1U);
}

static void all_are_looked_at_once_at_a_pace() {
  World world{200};
  world.start();
  world.pass(1s);
  CHECK_EQ(world.probe.seen.size(), 0U);
  world.pass(2s);
  CHECK(world.probe.seen.size() <= 21);
  world.pass(20s);
  CHECK_EQ(world.probe.seen.size(), 200U);
  CHECK(world.served("n199.test").state == ServedState::live);
  CHECK_EQ(world.log.all(), "");
}

static void many_troubles_are_looked_at_at_a_pace_and_told_in_few_lines() {
  World world{400};
  world.start();
  world.probe.answer = [&](const ProbeTarget&) -> Result<ShownLeaf> { return leaf("static", "static"); };
  world.pass(30s);
  const std::size_t begun = world.probe.seen.size();
  world.pass(20s);
  CHECK(world.probe.seen.size() - begun <= 420);
  world.pass(10min);
  CHECK(world.served("n399.test").state == ServedState::other);
  CHECK(world.log.count(LogLevel::warn) >= 21 && world.log.count(LogLevel::warn) <= 24);
  CHECK(world.says(" more not seen live either"));
}

static void what_is_read_later_is_looked_at_then() {
  World world;
  world.current["n0.test"] = "";
  world.start();
  world.pass(1h);
  CHECK_EQ(world.probe.seen.size(), 0U);
  world.current["n0.test"] = "read";
  world.pass(2min);
  CHECK(world.served().state == ServedState::live);
  world.pass(1h);
  CHECK_EQ(world.probe.seen.size(), 1U);
  CHECK_EQ(world.log.all(), "");
}

static void one_of_two_keys_is_asked_for_and_what_else_is_there_is_seen() {
  World world;
  auto& config = world.configuration;
  config.certificates.push_back(config.certificates[0]);
  config.certificates[1].id = "rsa-id";
  config.certificates[1].key_type = KeyType{KeyAlgorithm::rsa, 2048};
  config.sets[0].certificates = {0, 1};
  world.probe.answer = [&](const ProbeTarget& target) -> Result<ShownLeaf> {
    if (target.key == LeafKey::rsa) return Error{ErrorKind::server_error, "alert"};
    return target.key == LeafKey::ecdsa ? leaf("print-of-n0.test") : leaf("static", "static");
  };
  world.start();
  world.pass(10s);
  CHECK(world.served().state == ServedState::live);
  CHECK(world.activation->of("rsa-id")->state == ServedState::other);
  CHECK(world.activation->of("rsa-id")->detail.find("static") != std::string::npos);
}

static void an_address_that_is_not_there_says_nothing() {
  World world;
  world.configuration.sets[0].listeners.push_back({"::", 443, false});
  world.probe.answer = [&](const ProbeTarget& target) -> Result<ShownLeaf> {
    if (target.address == "::1") return Error{ErrorKind::not_found, "no such address"};
    return leaf("print-of-n0.test");
  };
  world.start();
  world.pass(10s);
  CHECK(world.served().state == ServedState::live);
}

static void a_stop_ends_looks() {
  World world{10};
  world.start();
  for (int i = 0; i < 10; ++i) world.activation->installed(cat("n", i, ".test-id"));
  world.pass(102ms);
  CHECK(world.probe.at_once > 0);
  world.activation->stop();
  world.pass(100ms);
  CHECK_EQ(world.scheduler.running(), 0U);
}

int main() {
  return acme_test::run(
      "activation",
      {ACME_TEST(a_new_certificate_is_soon_seen_live_and_told_once), ACME_TEST(what_is_on_its_way_is_no_trouble),
       ACME_TEST(another_one_is_told_with_its_reason), ACME_TEST(many_are_told_in_one_line), ACME_TEST(orders_go_first),
       ACME_TEST(all_are_looked_at_once_at_a_pace),
       ACME_TEST(many_troubles_are_looked_at_at_a_pace_and_told_in_few_lines),
       ACME_TEST(what_is_read_later_is_looked_at_then),
       ACME_TEST(one_of_two_keys_is_asked_for_and_what_else_is_there_is_seen),
       ACME_TEST(an_address_that_is_not_there_says_nothing), ACME_TEST(a_stop_ends_looks)});
}
