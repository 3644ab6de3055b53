// Handshakes in memory, as the two servers make them: nginx by a client hello callback, Apache by an ALPN callback.
#include "common/runtime/tls_alpn.hpp"

#include <openssl/err.h>

#include "common/crypto/challenge_handshake.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "common/store/file_io.hpp"
#include "tests/fakes/temporary_directory.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;
using acme_test::TemporaryDirectory;

namespace {

using SslContextPtr = Handle<SSL_CTX, SSL_CTX_free>;
using SslPtr = Handle<SSL, SSL_free>;

constexpr std::string_view kOnlyAcme{
    "\x0a"
    "acme-tls/1",
    11};

struct Board {
  Board() {
    std::filesystem::create_directory(temp / "engine");
    engine = std::move(*open_directory(temp / "engine"));
    board = std::move(*open_challenge_board(engine.get()));
  }
  TemporaryDirectory temp;
  UniqueFd engine;
  std::unique_ptr<ChallengeBoard> board;
  ChallengeReader reader{temp.path()};
  TlsAlpn alpn{reader};
};

int agree_on_h2(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned in_size,
                void*) {
  unsigned char* chosen = nullptr;
  const bool found = SSL_select_next_proto(&chosen, size, reinterpret_cast<const unsigned char*>("\x02h2"), 3, in,
                                           in_size) == OPENSSL_NPN_NEGOTIATED;
  *out = chosen;
  return found ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

int reject_every_name(SSL*, int*, void*) { return SSL_TLSEXT_ERR_ALERT_FATAL; }

/// As nginx has it: a certificate, ALPN, client certificates asked for.
SslContextPtr like_nginx(TlsAlpn& alpn) {
  SslContextPtr context{SSL_CTX_new(TLS_server_method())};
  const auto own =
      make_challenge_certificate({IdentifierType::dns, "own.example"}, "own.t", UtcTime{Seconds{1800000000}});
  CHECK_OK(own);
  CHECK_EQ(SSL_CTX_use_certificate(context.get(), own->certificate.get()), 1);
  CHECK_EQ(SSL_CTX_use_PrivateKey(context.get(), own->key.get()), 1);
  SSL_CTX_set_alpn_select_cb(context.get(), agree_on_h2, nullptr);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_client_hello_cb(
      context.get(),
      [](SSL* ssl, int*, void* answers) -> int {
        const auto hello = static_cast<TlsAlpn*>(answers)->on_client_hello(ssl);
        return hello == TlsAlpn::Hello::failed ? SSL_CLIENT_HELLO_ERROR : SSL_CLIENT_HELLO_SUCCESS;
      },
      &alpn);
  return context;
}

struct Client {
  std::string server_name;
  std::string_view offer = kOnlyAcme;
  int version = TLS1_3_VERSION;
  const char* sigalgs = nullptr;
};

struct Outcome {
  bool done = false;
  std::string protocol;  // agreed on
  std::string subject;   // of the certificate that was served: its first name
  int key_type = 0;
  bool ended_by_server = false;  // the server takes the connection as closed
  int tickets = 0;
};

std::string first_name(X509* certificate) {
  const GeneralNamesPtr names{
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
  if (!names) return "";
  const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), 0);
  const ASN1_STRING* text = name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

SslPtr client_for(SSL_CTX* context, const Client& wish) {
  SslPtr client{SSL_new(context)};
  SSL_set_min_proto_version(client.get(), wish.version);
  SSL_set_max_proto_version(client.get(), wish.version);
  if (!wish.server_name.empty()) SSL_set_tlsext_host_name(client.get(), wish.server_name.c_str());
  if (wish.sigalgs != nullptr) CHECK_EQ(SSL_set1_sigalgs_list(client.get(), wish.sigalgs), 1);
  if (!wish.offer.empty()) {
    SSL_set_alpn_protos(client.get(), reinterpret_cast<const unsigned char*>(wish.offer.data()),
                        static_cast<unsigned>(wish.offer.size()));
  }
  return client;
}

bool run_handshake(SSL* server, SSL* client) {
  BIO* to_server = nullptr;
  BIO* to_client = nullptr;
  CHECK_EQ(BIO_new_bio_pair(&to_server, 1 << 16, &to_client, 1 << 16), 1);
  SSL_set_bio(server, to_server, to_server);
  SSL_set_bio(client, to_client, to_client);
  SSL_set_accept_state(server);
  SSL_set_connect_state(client);
  int server_done = 0;
  int client_done = 0;
  for (int i = 0; i < 10 && (server_done != 1 || client_done != 1); ++i) {
    if (client_done != 1) client_done = SSL_do_handshake(client);
    if (server_done != 1) server_done = SSL_do_handshake(server);
  }
  ERR_clear_error();
  return server_done == 1 && client_done == 1;
}

Outcome handshake(SSL_CTX* server_context, const Client& wish) {
  const SslContextPtr client_context{SSL_CTX_new(TLS_client_method())};
  const SslPtr server{SSL_new(server_context)};
  const SslPtr client = client_for(client_context.get(), wish);
  Outcome outcome;
  outcome.done = run_handshake(server.get(), client.get());
  if (!outcome.done) return outcome;
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(client.get(), &protocol, &size);
  outcome.protocol.assign(reinterpret_cast<const char*>(protocol), size);
  X509* served = SSL_get0_peer_certificate(client.get());
  outcome.subject = first_name(served);
  outcome.key_type = EVP_PKEY_get_base_id(X509_get0_pubkey(served));
  char byte = 0;
  const int read = SSL_read(server.get(), &byte, 1);
  outcome.ended_by_server = read == 0 && SSL_get_error(server.get(), read) != SSL_ERROR_WANT_READ;
  SSL_read(client.get(), &byte, 1);  // takes in tickets
  outcome.tickets = SSL_SESSION_is_resumable(SSL_get0_session(client.get()));
  ERR_clear_error();
  return outcome;
}

}  // namespace

static void a_live_name_is_answered() {
  Board b;
  const auto context = like_nginx(b.alpn);
  CHECK_OK(b.board->publish_tls_alpn("example.com", "token.t"));
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const char* name : {"example.com", "EXAMPLE.com"}) {
      const auto outcome = handshake(context.get(), {name, kOnlyAcme, version});
      CHECK(outcome.done);
      CHECK_EQ(outcome.protocol, "acme-tls/1");
      CHECK_EQ(outcome.subject, "example.com");
      CHECK(outcome.ended_by_server);
      CHECK_EQ(outcome.tickets, 0);
    }
  }
  b.board->withdraw_tls_alpn("example.com");
  CHECK(!handshake(context.get(), {"example.com"}).done);  // no client certificate
}

static void addresses_come_by_their_reverse_names() {
  Board b;
  const auto context = like_nginx(b.alpn);
  CHECK_OK(b.board->publish_tls_alpn("127.0.0.1", "four.t"));
  CHECK_OK(b.board->publish_tls_alpn("::1", "six.t"));
  CHECK_EQ(handshake(context.get(), {"1.0.0.127.in-addr.arpa"}).subject, (std::string{"\x7f\0\0\1", 4}));
  const auto six =
      handshake(context.get(), {"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa"});
  CHECK_EQ(six.subject, std::string(15, '\0') + '\1');
  CHECK(!handshake(context.get(), {"127.0.0.1"}).done);
}

static void the_server_may_refuse_all_names_and_know_few_ciphers() {
  Board b;
  const auto context = like_nginx(b.alpn);
  SSL_CTX_set_tlsext_servername_callback(context.get(), reject_every_name);
  CHECK_EQ(SSL_CTX_set_cipher_list(context.get(), "ECDHE-RSA-AES128-GCM-SHA256"), 1);
  CHECK_OK(b.board->publish_tls_alpn("example.com", "token.t"));
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    CHECK_EQ(handshake(context.get(), {"example.com", kOnlyAcme, version}).protocol, "acme-tls/1");
    CHECK(!handshake(context.get(), {"other.example", kOnlyAcme, version}).done);
  }
}

static void everyone_else_gets_what_the_server_gives() {
  Board b;
  const auto context = like_nginx(b.alpn);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  CHECK_OK(b.board->publish_tls_alpn("example.com", "token.t"));
  const std::string_view h2{"\x02h2", 3};
  const std::string_view both{
      "\x0a"
      "acme-tls/1\x02h2",
      14};
  const std::string_view twice{
      "\x0a"
      "acme-tls/1\x0a"
      "acme-tls/1",
      22};
  struct Case {
    Client client;
    const char* protocol;
  };
  for (const auto& [client, protocol] :
       {Case{{"example.com", h2}, "h2"}, Case{{"example.com", both}, "h2"}, Case{{"example.com", ""}, ""},
        Case{{"example.com", twice}, ""}, Case{{"other.example", kOnlyAcme}, ""}, Case{{"", kOnlyAcme}, ""},
        Case{{"www.example.com", kOnlyAcme}, ""}, Case{{std::string(250, 'a'), kOnlyAcme}, ""},
        Case{{"@example.com", kOnlyAcme}, ""}}) {
    const auto outcome = handshake(context.get(), client);
    CHECK(outcome.done);
    CHECK_EQ(outcome.protocol, protocol);
    CHECK_EQ(outcome.subject, "own.example");
    CHECK(!outcome.ended_by_server);
  }
}

static void another_order_has_another_answer() {
  Board b;
  const SslContextPtr context{SSL_CTX_new(TLS_server_method())};
  const SslPtr ssl{SSL_new(context.get())};
  const auto first = [&] { return b.alpn.answer("example.com", ssl.get()); };
  CHECK(!first());
  CHECK_OK(b.board->publish_tls_alpn("example.com", "one.t"));
  const auto one = first();
  CHECK(one.has_value());
  CHECK(first()->certificate == one->certificate);  // made once
  b.board->withdraw_tls_alpn("example.com");
  CHECK(!first());
  CHECK_OK(b.board->publish_tls_alpn("example.com", "two.t"));
  CHECK(first()->certificate != one->certificate);
  for (int i = 0; i < 100; ++i) {
    const std::string name = "n" + std::to_string(i) + ".example";
    CHECK_OK(b.board->publish_tls_alpn(name, "more.t"));
    CHECK(b.alpn.answer(name, ssl.get()).has_value());
  }
  CHECK(first().has_value());
}

namespace {

/// As mod_ssl does: the ALPN callback agrees, then asks for a certificate and installs it.
int like_mod_ssl(SSL* ssl, const unsigned char** out, unsigned char* size, const unsigned char*, unsigned,
                 void* answers) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  const auto answer = static_cast<TlsAlpn*>(answers)->answer(name, ssl);
  if (!answer) return SSL_TLSEXT_ERR_NOACK;
  make_room_for_challenge(ssl);
  *out = reinterpret_cast<const unsigned char*>(kTlsAlpnProtocol.data());
  *size = static_cast<unsigned char>(kTlsAlpnProtocol.size());
  const bool used = SSL_use_certificate(ssl, answer->certificate.get()) == 1 &&
                    SSL_use_PrivateKey(ssl, answer->key.get()) == 1 && SSL_check_private_key(ssl) == 1;
  return used ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

SslContextPtr with_keys(TlsAlpn& alpn, const std::vector<EVP_PKEY*>& keys) {
  SslContextPtr context{SSL_CTX_new(TLS_server_method())};
  for (EVP_PKEY* key : keys) {
    const auto own =
        make_challenge_certificate({IdentifierType::dns, "own.example"}, "own.t", UtcTime{Seconds{1800000000}}, key);
    CHECK_OK(own);
    CHECK_EQ(SSL_CTX_use_certificate(context.get(), own->certificate.get()), 1);
    CHECK_EQ(SSL_CTX_use_PrivateKey(context.get(), key), 1);
  }
  SSL_CTX_set_alpn_select_cb(context.get(), like_mod_ssl, &alpn);
  // As a managed virtual host: something of ours installs certificates, before or after ALPN.
  SSL_CTX_set_cert_cb(
      context.get(),
      [](SSL* ssl, void* own) -> int {
        SSL_certs_clear(ssl);
        for (EVP_PKEY* key : *static_cast<const std::vector<EVP_PKEY*>*>(own)) {
          const auto made = make_challenge_certificate({IdentifierType::dns, "own.example"}, "own.t",
                                                       UtcTime{Seconds{1800000000}}, key);
          if (!made || SSL_use_certificate(ssl, made->certificate.get()) != 1 || SSL_use_PrivateKey(ssl, key) != 1)
            return 0;
        }
        return 1;
      },
      const_cast<std::vector<EVP_PKEY*>*>(&keys));
  return context;
}

}  // namespace

static void whatever_key_was_chosen_is_the_right_one() {
  Board b;
  CHECK_OK(b.board->publish_tls_alpn("example.com", "token.t"));
  const PkeyPtr rsa{EVP_RSA_gen(2048)};
  const PkeyPtr ec{EVP_EC_gen("P-384")};
  const PkeyPtr ed{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
  const char* only_rsa = "RSA-PSS+SHA256:RSA+SHA256";
  const char* only_ecdsa = "ECDSA+SHA384:ECDSA+SHA256";
  struct Case {
    std::vector<EVP_PKEY*> keys;
    const char* sigalgs;
    int key_type;  // served to TLS 1.2
  };
  const std::vector<Case> cases{{{rsa.get()}, nullptr, EVP_PKEY_RSA},
                                {{ec.get()}, nullptr, EVP_PKEY_EC},
                                {{ed.get()}, nullptr, EVP_PKEY_ED25519},
                                {{rsa.get(), ec.get()}, only_rsa, EVP_PKEY_RSA},
                                {{rsa.get(), ec.get()}, only_ecdsa, EVP_PKEY_EC},
                                {{ec.get(), rsa.get()}, only_rsa, EVP_PKEY_RSA}};
  for (const auto& one : cases) {
    const auto context = with_keys(b.alpn, one.keys);
    const auto old = handshake(context.get(), {"example.com", kOnlyAcme, TLS1_2_VERSION, one.sigalgs});
    CHECK(old.done);
    CHECK_EQ(old.protocol, "acme-tls/1");
    CHECK_EQ(old.subject, "example.com");
    CHECK_EQ(old.key_type, one.key_type);
    CHECK_EQ(old.tickets, 0);
    const auto now = handshake(context.get(), {"example.com", kOnlyAcme, TLS1_3_VERSION});
    CHECK(now.done);
    CHECK_EQ(now.subject, "example.com");
    CHECK_EQ(now.key_type, EVP_PKEY_EC);
  }
}

int main() {
  return acme_test::run(
      "tls_alpn", {ACME_TEST(a_live_name_is_answered), ACME_TEST(addresses_come_by_their_reverse_names),
                   ACME_TEST(the_server_may_refuse_all_names_and_know_few_ciphers),
                   ACME_TEST(everyone_else_gets_what_the_server_gives), ACME_TEST(another_order_has_another_answer),
                   ACME_TEST(whatever_key_was_chosen_is_the_right_one)});
}
