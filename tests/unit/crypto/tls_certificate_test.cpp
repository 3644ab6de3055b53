#include "common/crypto/tls_certificate.hpp"

#include <openssl/err.h>

#include "common/crypto/openssl_handles.hpp"
#include "tests/fakes/test_ca.hpp"

#include "tests/check.hpp"

using namespace acme;
using acme_test::TestCa;

using SslPtr = Handle<SSL, SSL_free>;
using SslContextPtr = Handle<SSL_CTX, SSL_CTX_free>;

static const KeyType kEc{KeyAlgorithm::ecdsa, 256};
static const KeyType kRsa{KeyAlgorithm::rsa, 2048};

static CertificateChain chain_for(TestCa& ca, const PrivateKey& key) {
  acme_test::IssueOptions options;
  options.not_before = std::chrono::floor<Seconds>(std::chrono::system_clock::now()) - std::chrono::hours{1};
  return *CertificateChain::from_pem(ca.issue(key, {{IdentifierType::dns, "a.test"}}, options));
}

static TlsCertificate certificate_of(TestCa& ca, KeyType type) {
  const auto key = PrivateKey::generate(type);
  auto certificate = TlsCertificate::make(chain_for(ca, *key), *key);
  CHECK_OK(certificate);
  CHECK(certificate->key_type() == type);
  return *std::move(certificate);
}

/// What a server does in its certificate callback.
struct Swap {
  std::vector<TlsCertificate> certificates;
  bool installed = false;
};

static int swap_certificates(SSL* ssl, void* data) noexcept {
  auto* swap = static_cast<Swap*>(data);
  swap->installed = install(ssl, swap->certificates);
  return 1;
}

/// Fingerprint of the leaf and length of the chain that a client gets; "" when the handshake fails.
struct Seen {
  std::string leaf;
  int chain = 0;
};

static Seen handshake(Swap& swap, const TlsCertificate& static_one, const char* signature_algorithms) {
  const SslContextPtr server_context{SSL_CTX_new(TLS_server_method())};
  const SslContextPtr client_context{SSL_CTX_new(TLS_client_method())};
  const SslPtr first{SSL_new(server_context.get())};
  CHECK(install(first.get(), {&static_one, 1}));
  // The context's own certificate, as the configuration put it there.
  CHECK(SSL_CTX_use_cert_and_key(server_context.get(), SSL_get_certificate(first.get()),
                                 SSL_get_privatekey(first.get()), nullptr, 1) == 1);
  SSL_CTX_set_cert_cb(server_context.get(), swap_certificates, &swap);
  const SslPtr server{SSL_new(server_context.get())};
  const SslPtr client{SSL_new(client_context.get())};
  CHECK(SSL_set1_sigalgs_list(client.get(), signature_algorithms) == 1);
  BIO* server_end = nullptr;
  BIO* client_end = nullptr;
  CHECK(BIO_new_bio_pair(&server_end, 0, &client_end, 0) == 1);
  SSL_set_bio(server.get(), server_end, server_end);
  SSL_set_bio(client.get(), client_end, client_end);
  SSL_set_accept_state(server.get());
  SSL_set_connect_state(client.get());
  for (int i = 0; i < 10; ++i) {
    SSL_do_handshake(client.get());
    SSL_do_handshake(server.get());
  }
  ERR_clear_error();
  if (SSL_is_init_finished(client.get()) != 1) return {};
  const BioPtr pem{BIO_new(BIO_s_mem())};
  STACK_OF(X509)* peers = SSL_get_peer_cert_chain(client.get());
  CHECK(PEM_write_bio_X509(pem.get(), sk_X509_value(peers, 0)) == 1);
  return {CertificateChain::from_pem(written(pem.get()))->facts().fingerprint, sk_X509_num(peers)};
}

static const char* const kAny = "ECDSA+SHA256:RSA-PSS+SHA256";

static void the_installed_certificate_is_served_with_its_chain() {
  TestCa ca;
  const auto old_one = certificate_of(ca, kEc);
  Swap swap{{certificate_of(ca, kEc)}};
  const Seen seen = handshake(swap, old_one, kAny);
  CHECK(swap.installed);
  CHECK_EQ(seen.leaf, swap.certificates[0].chain().facts().fingerprint);
  CHECK_EQ(seen.chain, 2);
}

static void another_key_type_leaves_nothing_of_the_old_one() {
  TestCa ca;
  const auto old_one = certificate_of(ca, kEc);
  Swap swap{{certificate_of(ca, kRsa)}};
  CHECK_EQ(handshake(swap, old_one, kAny).leaf, swap.certificates[0].chain().facts().fingerprint);
  CHECK_EQ(handshake(swap, old_one, "ECDSA+SHA256").leaf, "");
}

static void two_key_types_serve_each_client_its_own() {
  TestCa ca;
  const auto old_one = certificate_of(ca, kEc);
  Swap swap{{certificate_of(ca, kEc), certificate_of(ca, kRsa)}};
  CHECK_EQ(handshake(swap, old_one, "ECDSA+SHA256").leaf, swap.certificates[0].chain().facts().fingerprint);
  CHECK_EQ(handshake(swap, old_one, "RSA-PSS+SHA256").leaf, swap.certificates[1].chain().facts().fingerprint);
}

static void a_leaf_without_intermediates_is_served_alone() {
  TestCa ca;
  const auto old_one = certificate_of(ca, kEc);
  const auto key = PrivateKey::generate(kEc);
  const auto now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
  Swap swap{{*TlsCertificate::make(*CertificateChain::from_pem(*make_placeholder(*key, now)), *key)}};
  CHECK_EQ(handshake(swap, old_one, kAny).chain, 1);
}

static void what_openssl_refuses_leaves_none() {
  TestCa ca;
  const SslContextPtr context{SSL_CTX_new(TLS_server_method())};
  const SslPtr ssl{SSL_new(context.get())};
  const std::vector<TlsCertificate> certificates{certificate_of(ca, kEc)};
  CHECK(install(ssl.get(), certificates));
  CHECK(SSL_get_certificate(ssl.get()) != nullptr);
  SSL_set_security_level(ssl.get(), 5);  // 256 bits of security, more than P-256 has
  CHECK(!install(ssl.get(), certificates));
  CHECK(SSL_get_certificate(ssl.get()) == nullptr);
  CHECK_EQ(ERR_peek_error(), 0U);
}

static void a_foreign_key_is_refused() {
  TestCa ca;
  const auto key = PrivateKey::generate(kEc);
  for (const KeyType type : {kEc, kRsa}) {
    const auto pair = TlsCertificate::make(chain_for(ca, *key), *PrivateKey::generate(type));
    CHECK(!pair.ok());
    CHECK(pair.error().kind == ErrorKind::verification);
    CHECK_EQ(ERR_peek_error(), 0U);
  }
}

int main() {
  return acme_test::run(
      "tls_certificate",
      {ACME_TEST(the_installed_certificate_is_served_with_its_chain),
       ACME_TEST(another_key_type_leaves_nothing_of_the_old_one), ACME_TEST(two_key_types_serve_each_client_its_own),
       ACME_TEST(a_leaf_without_intermediates_is_served_alone), ACME_TEST(what_openssl_refuses_leaves_none),
       ACME_TEST(a_foreign_key_is_refused)});
}
