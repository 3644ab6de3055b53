#include "common/runtime/live_names.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

void add_set(Configuration& configuration, const std::string& name, const std::vector<KeyType>& types) {
  ManagedSet set;
  for (const auto& type : types) {
    CertificateConfig certificate;
    certificate.first_name = name;
    certificate.id = cat(name, "-0123456789abcde", configuration.certificates.size());
    certificate.key_type = type;
    set.certificates.push_back(configuration.certificates.size());
    configuration.certificates.push_back(certificate);
  }
  configuration.sets.push_back(set);
}

}  // namespace

static void names_are_plain_and_unique() {
  Configuration configuration;
  const KeyType ecdsa{};
  const KeyType ecdsa_384{KeyAlgorithm::ecdsa, 384};
  const KeyType rsa{KeyAlgorithm::rsa, 2048};
  add_set(configuration, "a.test", {ecdsa});
  add_set(configuration, "b.test", {ecdsa, rsa, ecdsa_384});
  add_set(configuration, "c.test", {rsa, ecdsa});
  add_set(configuration, "a.test", {ecdsa});
  add_set(configuration, "d.test", {ecdsa, ecdsa_384, ecdsa_384});
  CHECK_EQ(join(live_names(configuration), " "),
           "a.test b.test b.test-rsa b.test-ecdsa c.test c.test-ecdsa a.test-89abcde6 d.test d.test-ecdsa "
           "d.test-ecdsa-89abcde9");
}

int main() { return acme_test::run("live_names", {ACME_TEST(names_are_plain_and_unique)}); }
