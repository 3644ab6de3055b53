// What a configuration load reads while the engine works, dies or loses its power, and with every fault of its own:
// each time certificates whose keys belong to them, and never none where one can be read.
#include "common/runtime/injection.hpp"

#include <map>

#include "tests/fakes/issued_certificate.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/unit/store/store_trial.hpp"

using namespace acme;
using namespace acme_test;

namespace {

constexpr int kServer = 1;
constexpr std::size_t kVersions = 6;

struct Issued {
  std::string fullchain;
  std::string key;
};

/// Of two key types, one behind the other, made once: what each version of "ec" and "rsa" is.
class Versions {
 public:
  Versions() {
    for (std::size_t i = 0; i < kVersions; ++i) {
      ec_.push_back(issue({}));
      rsa_.push_back(issue({KeyAlgorithm::rsa, 2048}));
    }
  }
  const Issued& of(const std::string& id, std::size_t version) const {
    return (id == "ec" ? ec_ : rsa_).at(version - 1);
  }
  /// The next version of both becomes current.
  bool store(FileStore& store, std::size_t version) const {
    for (const char* id : {"ec", "rsa"}) {
      StoredCertificate made = certificate(of(id, version).fullchain);
      made.key_pem = key(of(id, version).key);
      if (!store.save_certificate(id, made)) return false;
    }
    return true;
  }

 private:
  Issued issue(KeyType type) {
    const UtcTime begin = ManualClock{}.now() - std::chrono::days{1};
    const auto made = issued_certificate(ca_, {{IdentifierType::dns, "a.test"}}, begin, type);
    return {made.fullchain_pem, std::string{made.key_pem.view()}};
  }

  TestCa ca_;
  std::vector<Issued> ec_;
  std::vector<Issued> rsa_;
};

const Versions& versions() {
  static const Versions all;
  return all;
}

/// What one load of the configuration finds for its only set.
class Load {
 public:
  explicit Load(const Versions& versions) {
    Configuration configuration;
    ManagedSet set;
    for (const char* id : {"ec", "rsa"}) {
      set.certificates.push_back(configuration.certificates.size());
      CertificateConfig one;
      one.id = id;
      one.issuer = "ca";
      one.names = set.names = {{IdentifierType::dns, "a.test"}};
      one.first_name = "a.test";
      configuration.certificates.push_back(one);
    }
    configuration.sets.push_back(set);
    const auto tree = std::make_shared<ServingTree>(kPath);
    tree->set_secret(secret());
    const auto injection = Injection::read(configuration, {{"ca", tree}}, {}, log);
    for (const auto& pair : injection.of_set(0)) {
      for (const char* id : {"ec", "rsa"}) note(versions, pair, id);
    }
    if (found.size() != injection.of_set(0).size()) wrong = "a pair that was never issued";
  }

  RecordingLogger log;
  std::string wrong;
  std::map<std::string, std::size_t> found;  // id to which of its certificates

 private:
  void note(const Versions& versions, const PemPair& pair, const std::string& id) {
    for (std::size_t version = 1; version <= kVersions; ++version) {
      const Issued& issued = versions.of(id, version);
      if (pair.fullchain == issued.fullchain && pair.key.view() == issued.key) found[id] = version;
    }
  }
};

class Issue final : public StoreTrial {
 public:
  explicit Issue(const Versions& versions) : versions_{versions} {}

 private:
  void fill(FileStore& store) override { CHECK(versions_.store(store, 1)); }
  bool change(FileStore& store) override { return versions_.store(store, 2); }
  void tidy() override {
    StoreTrial::tidy();
    for (const char* id : {"ec", "rsa"}) open_store()->prune_certificate(id, clock().now());
  }
  void look(FileStore&, Ending ending) override {
    const SimulatedProcess serving{disk(), kServer};
    const Load load{versions_};
    CHECK_EQ(load.wrong, "");
    CHECK_EQ(load.log.all(), "");
    CHECK_EQ(load.found.size(), 2U);
    if (ending == Ending::done) CHECK(load.found.at("ec") == 2 && load.found.at("rsa") == 2);
  }

  const Versions& versions_;
};

struct World {
  explicit World(const Versions& given) : versions{given} {
    CHECK_OK(prepare_state_directory(kPath, kWorker));
    CHECK_OK(ensure_secret(kPath));
    CHECK_OK(make_engine_tree(kPath));
    issue();
  }
  void issue() {
    CHECK(versions.store(*open_store(), ++issued));
    clock.advance(std::chrono::days{2});
    for (const char* id : {"ec", "rsa"}) open_store()->prune_certificate(id, clock.now());
  }

  const Versions& versions;
  std::size_t issued = 0;
  ManualClock clock;
  SimulatedDisk disk{1, clock};
};

}  // namespace

static void an_engine_that_dies_leaves_what_can_be_served() {
  explore([&] { return std::make_unique<Issue>(versions()); }, {.power_cuts = 1});
}

static void a_load_amid_any_call_of_the_engine_is_whole() {
  World world{versions()};
  std::string wrong;
  int loads = 0;
  world.disk.fail([&](const DiskAccess& access) {
    if (access.process == kServer) return DiskFault::none();
    const SimulatedProcess serving{world.disk, kServer};
    const Load load{versions()};
    ++loads;
    wrong += load.wrong + load.log.all();
    if (load.found.size() != 2) wrong += "one is missing; ";
    return DiskFault::none();
  });
  while (world.issued < kVersions) world.issue();
  CHECK_EQ(wrong, "");
  CHECK(loads > 300);
}

static void an_issuance_amid_any_call_of_a_load_is_no_matter() {
  bool reached = true;
  for (std::uint64_t nth = 1; reached; ++nth) {
    World world{versions()};
    reached = false;
    world.disk.fail([&](const DiskAccess& access) {
      if (access.process != kServer || access.number != nth) return DiskFault::none();
      reached = true;
      const SimulatedProcess engine{world.disk, 0};
      world.issue();
      return DiskFault::none();
    });
    const SimulatedProcess serving{world.disk, kServer};
    const Load load{versions()};
    CHECK_EQ(load.wrong, "");
    CHECK_EQ(load.log.all(), "");
    CHECK_EQ(load.found.size(), 2U);
  }
}

static void a_load_that_fails_itself_mixes_nothing_up() {
  World world{versions()};
  world.issue();
  for (const int number : {EIO, EMFILE, EACCES, EINTR}) {
    const auto fault = [number](const DiskAccess&) { return DiskFault::error(number); };
    fail_each_call(world.disk, kServer, fault, [&] {
      const Load load{versions()};
      CHECK_EQ(load.wrong, "");
      // One fault costs one of two at most, and the other is the current one.
      CHECK(!load.found.empty());
      for (const auto& [id, version] : load.found) CHECK_EQ(version, 2U);
      CHECK_EQ(world.disk.descriptors(kServer), 0U);
    });
  }
}

int main() {
  return acme_test::run("injection_crash", {ACME_TEST(an_engine_that_dies_leaves_what_can_be_served),
                                            ACME_TEST(a_load_amid_any_call_of_the_engine_is_whole),
                                            ACME_TEST(an_issuance_amid_any_call_of_a_load_is_no_matter),
                                            ACME_TEST(a_load_that_fails_itself_mixes_nothing_up)});
}
