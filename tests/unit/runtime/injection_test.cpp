#include "common/runtime/injection.hpp"

#include "common/base/text.hpp"
#include "common/crypto/certificate.hpp"
#include "common/crypto/key.hpp"
#include "common/store/file_io.hpp"
#include "common/store/file_store.hpp"
#include "tests/check.hpp"
#include "tests/fakes/issued_certificate.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const KeyType kRsa{KeyAlgorithm::rsa, 2048};

std::vector<Identifier> names(const std::string& text) {
  std::vector<Identifier> all;
  for (const auto name : split(text, ' ')) all.push_back({IdentifierType::dns, std::string{name}});
  return all;
}

/// A state directory and what an engine stored in it.
struct State {
  State() : tree{std::make_shared<ServingTree>(temp.path())} {
    std::filesystem::create_directory(temp / "engine");
    tree->set_secret(secret.clone());
  }

  /// Issued `age` days ago; its chain as PEM.
  std::string store(const std::string& id, const std::string& of, int age = 1, KeyType type = {}) {
    FileStore store{std::move(*open_directory(temp / "engine")), secret.clone()};
    const UtcTime begin = SystemClock{}.now() - std::chrono::days{age};
    const auto made = issued_certificate(ca, names(of), begin, type);
    CHECK_OK(store.save_certificate(id, made));
    return made.fullchain_pem;
  }

  TemporaryDirectory temp;
  TestCa ca;
  Secret secret{std::string_view{"0123456789abcdef0123456789abcdef"}};
  std::shared_ptr<ServingTree> tree;
};

struct World {
  /// A set with one certificate per id.
  void add_set(const std::string& of, const std::vector<std::string>& ids) {
    ManagedSet set;
    set.names = names(of);
    for (const auto& id : ids) {
      set.certificates.push_back(configuration.certificates.size());
      CertificateConfig certificate;
      certificate.id = id;
      certificate.issuer = "ca";
      certificate.names = set.names;
      certificate.first_name = set.names.front().value;
      configuration.certificates.push_back(certificate);
    }
    configuration.sets.push_back(set);
  }
  Injection read() { return Injection::read(configuration, {{"ca", state.tree}}, elsewhere, log); }

  State state;
  Configuration configuration;
  std::vector<std::shared_ptr<ServingTree>> elsewhere;
  RecordingLogger log;
};

}  // namespace

static void its_own_certificate_is_preferred_to_any_other() {
  World world;
  world.add_set("a.test", {"a"});
  const auto own = world.state.store("a", "a.test", 30);
  world.state.store("newer", "a.test www.a.test", 1);
  const auto injection = world.read();
  CHECK_EQ(injection.of_set(0).size(), 1U);
  CHECK_EQ(injection.of_set(0)[0].fullchain, own);
  CHECK(injection.stand_ins(0).empty());
  CHECK_EQ(injection.version_of("a"), 1U);
  CHECK(injection.notices().empty());
}

static void a_set_without_one_has_the_best_stored() {
  World world;
  world.add_set("a.test b.test c.test", {"new"});
  world.state.store("one", "a.test", 1);
  const auto best = world.state.store("two", "a.test b.test", 9);
  world.state.store("expired", "a.test b.test c.test", 91);
  const auto injection = world.read();
  CHECK_EQ(injection.of_set(0).size(), 1U);
  CHECK_EQ(injection.of_set(0)[0].fullchain, best);
  CHECK_EQ(injection.stand_ins(0)[0].id, "two");
  // It is not its own: nothing is asked to be reloaded away, and live/ is not written from it.
  CHECK_EQ(injection.version_of("new"), 0U);
  CHECK_EQ(injection.notices().size(), 1U);
}

static void a_certificate_of_another_set_may_stand_in() {
  World world;
  world.add_set("a.test b.test", {"own"});
  world.add_set("b.test", {"new"});
  const auto own = world.state.store("own", "a.test b.test");
  const auto injection = world.read();
  CHECK_EQ(injection.of_set(1).size(), 1U);
  CHECK_EQ(injection.of_set(1)[0].fullchain, own);
}

static void a_key_type_added_needs_no_stand_in() {
  World world;
  world.add_set("a.test", {"a", "a-rsa"});
  world.state.store("a", "a.test");
  world.state.store("other-rsa", "a.test", 1, kRsa);
  const auto injection = world.read();
  CHECK_EQ(injection.of_set(0).size(), 1U);
  CHECK(injection.stand_ins(0).empty());
}

static void both_key_types_stand_in() {
  World world;
  world.add_set("a.test b.test", {"new", "new-rsa"});
  world.state.store("old", "a.test");
  world.state.store("old-rsa", "a.test", 1, kRsa);
  CHECK_EQ(world.read().of_set(0).size(), 2U);
}

static void a_host_keeps_its_own_until_the_wildcard_is_there() {
  World world;
  world.add_set("*.a.test", {"wild"});
  world.configuration.sets.push_back({{0}, names("b.a.test"), {}});
  const auto before = world.state.store("b", "b.a.test");
  const auto waiting = world.read();
  CHECK(waiting.of_set(0).empty());
  CHECK_EQ(waiting.of_set(1).size(), 1U);
  CHECK_EQ(waiting.of_set(1)[0].fullchain, before);
  const auto wildcard = world.state.store("wild", "*.a.test");
  const auto there = world.read();
  for (const std::size_t set : {0U, 1U}) {
    CHECK_EQ(there.of_set(set).size(), 1U);
    CHECK_EQ(there.of_set(set)[0].fullchain, wildcard);
    CHECK(there.stand_ins(set).empty());
  }
}

static void a_directory_that_was_left_still_helps() {
  World world;
  State before;
  world.add_set("a.test", {"a"});
  const auto old = before.store("a", "a.test");
  CHECK(world.read().of_set(0).empty());
  world.elsewhere.push_back(before.tree);
  const auto injection = world.read();
  CHECK_EQ(injection.of_set(0).size(), 1U);
  CHECK_EQ(injection.of_set(0)[0].fullchain, old);
  CHECK(injection.stand_ins(0)[0].tree == before.tree);
}

static void damage_elsewhere_is_passed_over() {
  World world;
  world.add_set("a.test", {"new"});
  world.state.store("broken", "a.test");
  std::filesystem::resize_file(world.state.temp / "engine/certificates/broken/1/fullchain.pem", 20);
  CHECK(world.read().of_set(0).empty());
  CHECK(world.log.lines().empty());
  // Its own is told, and another stands in.
  world.add_set("b.test", {"b"});
  world.state.store("b", "b.test");
  std::filesystem::resize_file(world.state.temp / "engine/certificates/b/1/fullchain.pem", 20);
  world.state.store("good", "b.test");
  CHECK_EQ(world.read().of_set(1).size(), 1U);
  CHECK_EQ(world.log.lines().size(), 1U);
}

static void notices_are_bounded() {
  World world;
  world.state.store("old", "*.a.test");
  for (int i = 0; i < 20; ++i) world.add_set(cat("w", i, ".a.test"), {cat("new", i)});
  const auto notices = world.read().notices();
  CHECK_EQ(notices.size(), 6U);
  CHECK(notices.back().find("15 more") != std::string::npos);
}

int main() {
  return acme_test::run(
      "injection",
      {ACME_TEST(its_own_certificate_is_preferred_to_any_other), ACME_TEST(a_set_without_one_has_the_best_stored),
       ACME_TEST(a_certificate_of_another_set_may_stand_in), ACME_TEST(a_key_type_added_needs_no_stand_in),
       ACME_TEST(both_key_types_stand_in), ACME_TEST(a_host_keeps_its_own_until_the_wildcard_is_there),
       ACME_TEST(a_directory_that_was_left_still_helps), ACME_TEST(damage_elsewhere_is_passed_over),
       ACME_TEST(notices_are_bounded)});
}
