#include "common/transport/socket_tls_probe.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include "common/base/unique_fd.hpp"
#include "common/crypto/certificate.hpp"
#include "tests/check.hpp"
#include "tests/fakes/local_server.hpp"
#include "tests/fakes/poll_loop.hpp"

using namespace acme;
using namespace acme_test;

namespace {

struct World {
  World() : probe{loop.scheduler, loop.descriptors, *TlsLooks::make()} {}
  Result<ShownLeaf> look(int port, LeafKey key = LeafKey::any, const std::string& address = "127.0.0.1") {
    ProbeTarget target;
    target.address = address;
    target.port = static_cast<std::uint16_t>(port);
    target.server_name = "a.test";
    target.key = key;
    return loop.run(probe.look(target));
  }
  PollLoop loop;
  SocketTlsProbe probe;
};

std::optional<std::string> no_answer_needed(const std::string&) { return std::nullopt; }

/// Nobody listens here.
int closed_port() {
  const UniqueFd fd{::socket(AF_INET, SOCK_STREAM, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CHECK_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  CHECK_EQ(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  return ntohs(address.sin_port);
}

}  // namespace

static void the_leaf_is_seen_without_a_request() {
  World world;
  const Identity identity = make_identity("a.test");
  LocalServer server{no_answer_needed, identity};
  const auto shown = world.look(server.port());
  CHECK(shown.ok());
  const auto chain = CertificateChain::from_pem(identity.certificate_pem);
  CHECK_EQ(shown->fingerprint, chain->facts().fingerprint);
  CHECK(shown->not_after == chain->facts().not_after);
  CHECK_EQ(server.requests(), 0);
}

static void a_kind_of_key_that_is_not_there_is_refused() {
  World world;
  const Identity identity = make_identity("a.test");
  const bool rsa = PrivateKey::from_pem(identity.key_pem)->type().algorithm == KeyAlgorithm::rsa;
  LocalServer server{no_answer_needed, identity};
  CHECK(world.look(server.port(), rsa ? LeafKey::rsa : LeafKey::ecdsa).ok());
  const auto other = world.look(server.port(), rsa ? LeafKey::ecdsa : LeafKey::rsa);
  CHECK(!other.ok());
  CHECK(other.error().kind == ErrorKind::server_error);
  CHECK(other.error().message.find("alert") != std::string::npos);
}

static void what_is_no_tls_server_says_so() {
  World world;
  CHECK_EQ(world.look(closed_port()).error().message, "nothing listens there");
  LocalServer plain{no_answer_needed};
  const auto closed = [](const std::string&) { return std::optional<std::string>{""}; };
  LocalServer closing{closed};
  // What is shown to them is no request: the one closes, the other waits until the client has had enough.
  const auto seen = world.look(plain.port());
  CHECK(!seen.ok());
  CHECK(world.look(closing.port()).error().kind != ErrorKind::internal);
}

static void an_address_that_is_none_is_not_looked_up() {
  World world;
  const auto seen = world.look(443, LeafKey::any, "localhost");
  CHECK(!seen.ok());
  CHECK(seen.error().kind == ErrorKind::internal);
}

int main() {
  return acme_test::run(
      "socket_tls_probe",
      {ACME_TEST(the_leaf_is_seen_without_a_request), ACME_TEST(a_kind_of_key_that_is_not_there_is_refused),
       ACME_TEST(what_is_no_tls_server_says_so), ACME_TEST(an_address_that_is_none_is_not_looked_up)});
}
