#include "common/runtime/certificate_slot.hpp"

#include <openssl/ssl.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <latch>
#include <thread>

#include "common/base/handle.hpp"
#include "common/runtime/serving_tree.hpp"
#include "common/store/file_io.hpp"
#include "common/store/file_store.hpp"
#include "tests/fakes/issued_certificate.hpp"
#include "tests/fakes/temporary_directory.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;
using acme_test::TemporaryDirectory;

namespace {

using ContextPtr = Handle<SSL_CTX, SSL_CTX_free>;
using SslPtr = Handle<SSL, SSL_free>;
using CertificatePtr = Handle<X509, X509_free>;

const UtcTime kNow{Seconds{1795348800}};
const KeyType kRsa{KeyAlgorithm::rsa, 2048};

Secret secret() { return Secret{std::string_view{"0123456789abcdef0123456789abcdef"}}; }

extern "C" int on_certificate(SSL* ssl, void* slot) noexcept {
  return static_cast<CertificateSlot*>(slot)->on_certificate_callback(ssl);
}

/// Longer than the slot waits between two looks.
void next_look() { std::this_thread::sleep_for(std::chrono::milliseconds{90}); }

/// A state directory with an engine that issues, and a server's SSL_CTX that holds a placeholder.
struct Fixture {
  Fixture() : tree{std::make_shared<ServingTree>(temp.path())} {
    std::filesystem::create_directory(temp / "engine");
    tree->set_secret(secret());
    const auto key = PrivateKey::generate(KeyType{});
    const auto chain = CertificateChain::from_pem(*make_placeholder(*key, kNow));
    CHECK_EQ(SSL_CTX_use_certificate(context.get(), chain->get(0)), 1);
    CHECK_EQ(SSL_CTX_use_PrivateKey(context.get(), key->get()), 1);
    placeholder = chain->facts().fingerprint;
  }

  FileStore store() { return FileStore{std::move(*open_directory(temp / "engine")), secret()}; }

  /// Makes the next version current; its fingerprint.
  std::string issue(const std::string& id, KeyType type = {}) {
    const auto made = acme_test::issued_certificate(ca, {{IdentifierType::dns, "example.org"}}, kNow, type);
    CHECK_OK(store().save_certificate(id, made));
    return CertificateChain::from_pem(made.fullchain_pem)->facts().fingerprint;
  }

  CertificateSlot slot(const std::vector<std::pair<std::string, std::uint64_t>>& injected) {
    std::vector<CertificateSlot::Source> sources;
    for (const auto& [id, version] : injected) sources.push_back({id, version, tree});
    return CertificateSlot{std::move(sources)};
  }

  TemporaryDirectory temp;
  acme_test::TestCa ca;
  std::shared_ptr<ServingTree> tree;
  ContextPtr context{SSL_CTX_new(TLS_server_method())};
  std::string placeholder;
};

std::string fingerprint_of(X509* certificate) {
  std::uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  CHECK_EQ(X509_digest(certificate, EVP_sha256(), digest, &size), 1);
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += "0123456789abcdef"[digest[i] >> 4U];
    text += "0123456789abcdef"[digest[i] & 15U];
  }
  return text;
}

/// A whole handshake in memory: the fingerprint of what the server presented, "" when it failed.
std::string handshake(SSL_CTX* server_context, CertificateSlot& slot, const char* signatures = "ECDSA+SHA256") {
  const ContextPtr client_context{SSL_CTX_new(TLS_client_method())};
  const SslPtr server{SSL_new(server_context)};
  const SslPtr client{SSL_new(client_context.get())};
  SSL_set_cert_cb(server.get(), on_certificate, &slot);
  SSL_set1_sigalgs_list(client.get(), signatures);
  BIO* server_side = nullptr;
  BIO* client_side = nullptr;
  CHECK_EQ(BIO_new_bio_pair(&server_side, 0, &client_side, 0), 1);
  SSL_set_bio(server.get(), server_side, server_side);
  SSL_set_bio(client.get(), client_side, client_side);
  SSL_set_accept_state(server.get());
  SSL_set_connect_state(client.get());
  for (int round = 0; round < 10; ++round) {
    SSL_do_handshake(client.get());
    SSL_do_handshake(server.get());
  }
  const CertificatePtr peer{SSL_get1_peer_certificate(client.get())};
  const bool done = SSL_is_init_finished(client.get()) == 1 && SSL_is_init_finished(server.get()) == 1;
  return done && peer ? fingerprint_of(peer.get()) : std::string{};
}

}  // namespace

static void the_placeholder_is_served_until_the_first_certificate() {
  Fixture f;
  CertificateSlot slot = f.slot({{"id", 0}});
  CHECK_EQ(handshake(f.context.get(), slot), f.placeholder);
  const std::string first = f.issue("id");
  next_look();
  CHECK_EQ(handshake(f.context.get(), slot), first);
  const std::string second = f.issue("id");
  next_look();
  CHECK_EQ(handshake(f.context.get(), slot), second);
}

static void what_is_injected_and_current_is_left_to_the_context() {
  Fixture f;
  (void)f.issue("id");
  CertificateSlot slot = f.slot({{"id", 1}});
  // Not the certificate of version 1 but what stands for it in the SSL_CTX: nothing was installed.
  CHECK_EQ(handshake(f.context.get(), slot), f.placeholder);
  const std::string second = f.issue("id");
  next_look();
  CHECK_EQ(handshake(f.context.get(), slot), second);
  CHECK_OK(swap_link_at(open_directory(f.temp / "engine/certificates/id")->get(), "1", "current"));
  next_look();
  CHECK_EQ(handshake(f.context.get(), slot), f.placeholder);
}

static void it_looks_at_most_every_50_ms() {
  Fixture f;
  CertificateSlot slot = f.slot({{"id", 0}});
  const std::string first = f.issue("id");
  CHECK_EQ(handshake(f.context.get(), slot), first);
  next_look();
  CHECK_EQ(handshake(f.context.get(), slot), first);
  const auto begun = std::chrono::steady_clock::now();
  const std::string second = f.issue("id");
  const std::string at_once = handshake(f.context.get(), slot);
  const bool within = std::chrono::steady_clock::now() - begun < std::chrono::milliseconds{40};
  if (within) CHECK_EQ(at_once, first);
  next_look();
  CHECK_EQ(handshake(f.context.get(), slot), second);
}

static void two_key_types_are_served_to_whom_each_fits() {
  Fixture f;
  CertificateSlot slot = f.slot({{"ec", 0}, {"rsa", 0}});
  const std::string ec = f.issue("ec");
  CHECK_EQ(handshake(f.context.get(), slot), ec);
  CHECK_EQ(handshake(f.context.get(), slot, "RSA-PSS+SHA256"), "");
  const std::string rsa = f.issue("rsa", kRsa);
  next_look();
  CHECK_EQ(handshake(f.context.get(), slot, "RSA-PSS+SHA256"), rsa);
  CHECK_EQ(handshake(f.context.get(), slot), ec);
  const std::string newer = f.issue("ec");
  next_look();
  CHECK_EQ(handshake(f.context.get(), slot), newer);
  CHECK_EQ(handshake(f.context.get(), slot, "RSA-PSS+SHA256"), rsa);
}

static void a_change_of_the_key_type_leaves_nothing_of_the_old() {
  Fixture f;
  const std::string rsa = f.issue("rsa", kRsa);
  CertificateSlot slot = f.slot({{"rsa", 0}});
  CHECK_EQ(handshake(f.context.get(), slot, "RSA-PSS+SHA256"), rsa);
  CHECK_EQ(handshake(f.context.get(), slot), "");
}

static void a_damaged_version_keeps_what_is_served() {
  Fixture f;
  CertificateSlot slot = f.slot({{"id", 0}});
  const std::string first = f.issue("id");
  CHECK_EQ(handshake(f.context.get(), slot), first);
  const std::string second = f.issue("id");
  const std::string key_file = f.temp / "engine/certificates/id/2/key.sealed";
  const std::string good = acme_test::slurp(key_file);
  acme_test::spill(key_file, "garbage");
  next_look();
  CHECK_EQ(handshake(f.context.get(), slot), first);
  acme_test::spill(key_file, good);
  next_look();
  CHECK_EQ(handshake(f.context.get(), slot), first);  // not yet: a second has not passed
  std::this_thread::sleep_for(std::chrono::milliseconds{1050});
  CHECK_EQ(handshake(f.context.get(), slot), second);
  acme_test::spill(f.temp / "engine/certificates/id/2/fullchain.pem", "garbage");
  const std::string third = f.issue("id");
  next_look();
  CHECK_EQ(handshake(f.context.get(), slot), third);
}

static void one_damaged_certificate_does_not_hold_up_the_other() {
  Fixture f;
  (void)f.issue("ec");
  const std::string rsa = f.issue("rsa", kRsa);
  CertificateSlot slot = f.slot({{"ec", 1}, {"rsa", 1}});
  const std::string ec = f.issue("ec");
  (void)f.issue("rsa", kRsa);
  acme_test::spill(f.temp / "engine/certificates/rsa/2/key.sealed", "garbage");
  CHECK_EQ(handshake(f.context.get(), slot), ec);
  CHECK_EQ(handshake(f.context.get(), slot, "RSA-PSS+SHA256"), rsa);
}

static void a_deleted_or_replaced_directory_is_survived() {
  Fixture f;
  CertificateSlot slot = f.slot({{"id", 0}});
  const std::string first = f.issue("id");
  CHECK_EQ(handshake(f.context.get(), slot), first);
  std::filesystem::remove_all(f.temp / "engine");
  next_look();
  CHECK_EQ(handshake(f.context.get(), slot), first);
  std::filesystem::create_directory(f.temp / "engine");
  next_look();
  CHECK_EQ(handshake(f.context.get(), slot), first);
  (void)f.issue("id");
  const std::string second = f.issue("id");
  next_look();
  CHECK_EQ(handshake(f.context.get(), slot), second);
}

static void no_secret_or_no_directory_means_the_context() {
  Fixture f;
  (void)f.issue("id");
  f.tree = std::make_shared<ServingTree>(f.temp.path());
  CertificateSlot keyless = f.slot({{"id", 0}});
  CHECK_EQ(handshake(f.context.get(), keyless), f.placeholder);
  f.tree = std::make_shared<ServingTree>(f.temp / "nowhere");
  f.tree->set_secret(secret());
  CertificateSlot homeless = f.slot({{"id", 0}});
  CHECK_EQ(handshake(f.context.get(), homeless), f.placeholder);
  CertificateSlot empty = f.slot({});
  CHECK_EQ(handshake(f.context.get(), empty), f.placeholder);
}

static void what_a_security_level_refuses_is_left_out() {
  Fixture f;
  const std::string ec = f.issue("ec");
  (void)f.issue("rsa", kRsa);
  CertificateSlot slot = f.slot({{"rsa", 0}, {"ec", 0}});
  SSL_CTX_set_security_level(f.context.get(), 3);
  CHECK_EQ(handshake(f.context.get(), slot), ec);
}

static void threads_and_children_see_the_new_certificate() {
  Fixture f;
  CertificateSlot slot = f.slot({{"id", 0}});
  const std::string first = f.issue("id");
  CHECK_EQ(handshake(f.context.get(), slot), first);
  std::atomic<int> wrong{0};
  const std::string second = f.issue("id");
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 30; ++round) {
        const std::string seen = handshake(f.context.get(), slot);
        if (seen != first && seen != second) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK_EQ(wrong.load(), 0);
  const std::string third = f.issue("id");
  next_look();
  const pid_t child = ::fork();
  if (child == 0) ::_exit(handshake(f.context.get(), slot) == third ? 0 : 1);
  int status = 1;
  CHECK_EQ(::waitpid(child, &status, 0), child);
  CHECK_EQ(status, 0);
  CHECK_EQ(handshake(f.context.get(), slot), third);
}

static void no_thread_goes_past_the_first_look() {
  Fixture f;
  const std::string first = f.issue("id");
  std::atomic<int> wrong{0};
  for (int round = 0; round < 20; ++round) {
    CertificateSlot slot = f.slot({{"id", 0}});
    std::latch together{4};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        together.arrive_and_wait();
        if (handshake(f.context.get(), slot) != first) ++wrong;
      });
    }
    for (auto& thread : threads) thread.join();
  }
  CHECK_EQ(wrong.load(), 0);
}

static void a_stand_in_goes_when_its_own_is_there() {
  Fixture fixture;
  fixture.issue("old");
  const auto old_rsa = fixture.issue("old-rsa", kRsa);
  std::vector<CertificateSlot::Source> sources{{"new", 0, fixture.tree},
                                               {"new-rsa", 0, fixture.tree},
                                               {"old", 1, fixture.tree, true},
                                               {"old-rsa", 1, fixture.tree, true}};
  CertificateSlot slot{std::move(sources)};
  // As injected: the SSL_CTX is right as it is.
  CHECK_EQ(handshake(fixture.context.get(), slot), fixture.placeholder);
  // One key type first: a client with the other has what it had.
  const auto own = fixture.issue("new");
  next_look();
  CHECK_EQ(handshake(fixture.context.get(), slot), own);
  CHECK_EQ(handshake(fixture.context.get(), slot, "rsa_pss_rsae_sha256"), old_rsa);
  const auto own_rsa = fixture.issue("new-rsa", kRsa);
  next_look();
  CHECK_EQ(handshake(fixture.context.get(), slot), own);
  CHECK_EQ(handshake(fixture.context.get(), slot, "rsa_pss_rsae_sha256"), own_rsa);
}

static void a_stand_in_with_another_key_type_goes_too() {
  Fixture fixture;
  fixture.issue("old");
  CertificateSlot slot{{{"new-rsa", 0, fixture.tree}, {"old", 1, fixture.tree, true}}};
  handshake(fixture.context.get(), slot);
  const auto own = fixture.issue("new-rsa", kRsa);
  next_look();
  CHECK_EQ(handshake(fixture.context.get(), slot, "ECDSA+SHA256:rsa_pss_rsae_sha256"), own);
}

static void a_stand_in_is_renewed_too() {
  Fixture fixture;
  fixture.issue("other");
  CertificateSlot slot{{{"new", 0, fixture.tree}, {"other", 1, fixture.tree, true}}};
  CHECK_EQ(handshake(fixture.context.get(), slot), fixture.placeholder);
  const auto second = fixture.issue("other");
  next_look();
  CHECK_EQ(handshake(fixture.context.get(), slot), second);
}

static void a_stand_in_that_is_gone_keeps_nobody_waiting() {
  Fixture fixture;
  fixture.issue("old");
  CertificateSlot slot{{{"new", 0, fixture.tree}, {"old", 1, fixture.tree, true}}};
  handshake(fixture.context.get(), slot);
  std::filesystem::remove_all(fixture.temp / "engine/certificates/old");
  const auto own = fixture.issue("new");
  next_look();
  CHECK_EQ(handshake(fixture.context.get(), slot), own);
}

int main() {
  return acme_test::run(
      "certificate_slot",
      {ACME_TEST(the_placeholder_is_served_until_the_first_certificate),
       ACME_TEST(what_is_injected_and_current_is_left_to_the_context), ACME_TEST(it_looks_at_most_every_50_ms),
       ACME_TEST(two_key_types_are_served_to_whom_each_fits),
       ACME_TEST(a_change_of_the_key_type_leaves_nothing_of_the_old), ACME_TEST(a_damaged_version_keeps_what_is_served),
       ACME_TEST(one_damaged_certificate_does_not_hold_up_the_other),
       ACME_TEST(a_deleted_or_replaced_directory_is_survived), ACME_TEST(no_secret_or_no_directory_means_the_context),
       ACME_TEST(what_a_security_level_refuses_is_left_out), ACME_TEST(threads_and_children_see_the_new_certificate),
       ACME_TEST(no_thread_goes_past_the_first_look), ACME_TEST(a_stand_in_goes_when_its_own_is_there),
       ACME_TEST(a_stand_in_is_renewed_too), ACME_TEST(a_stand_in_with_another_key_type_goes_too),
       ACME_TEST(a_stand_in_that_is_gone_keeps_nobody_waiting)});
}
