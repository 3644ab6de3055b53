// A CA whose answers are changed on their way, between it and a whole engine: an instruction for each answer, a line
// each: "" as it is; "s NUMBER" another status; "h NAME: VALUE" another header; "b TEXT" another body; "r A|B" B in
// place of the first A in the body; "t NUMBER" cut there; "-" none at all.
#include "common/base/text.hpp"
#include "common/base/url.hpp"
#include "common/crypto/certificate.hpp"
#include "tests/fakes/engine_world.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;
using acme_test::CaRequest;
using acme_test::EngineWorld;
using acme_test::SimulatedCa;

namespace {

constexpr std::size_t kMostRequests = 600;

void set_header(HttpResponse& answer, std::string_view header) {
  Input rest{header};
  const std::string name = to_lower(rest.until(':'));
  std::erase_if(answer.headers, [&](const auto& one) { return one.first == name; });
  answer.headers.emplace_back(name, std::string{trim(rest.rest())});
}

void replace_text(std::string& body, std::string_view instruction) {
  Input rest{instruction};
  const std::string_view wanted = rest.until('|');
  const auto at = wanted.empty() ? std::string::npos : body.find(wanted);
  if (at != std::string::npos) body.replace(at, wanted.size(), rest.rest());
}

void change(SimulatedCa::Answer& answer, std::string_view instruction) {
  if (instruction.empty() || !answer) return;
  const std::string_view what = instruction.size() > 2 ? instruction.substr(2) : std::string_view{};
  switch (instruction.front()) {
    case 's': answer->status = static_cast<int>(parse_number(what).value_or(500) % 1000); break;
    case 'h': set_header(*answer, what); break;
    case 'b': answer->body = what; break;
    case 'r': replace_text(answer->body, what); break;
    case 't': answer->body.resize(std::min<std::size_t>(answer->body.size(), parse_number(what).value_or(0))); break;
    case '-': answer = acme_test::no_answer(); break;
    default: break;
  }
}

void check_stored(EngineWorld& world, const std::string& id) {
  const auto stored = world.current(id);
  if (!stored) return;
  const auto chain = CertificateChain::from_pem(stored->fullchain_pem);
  const auto key = PrivateKey::from_pem(stored->key_pem.view());
  CHECK_OK(chain);
  CHECK_OK(key);
  CHECK_OK(verify_issued(*chain, *key, {{IdentifierType::dns, "a.test"}}, stored->meta.issued_at));
}

}  // namespace

FUZZ_TARGET(ca_conversation) {
  EngineWorld world;
  const auto id = world.add_certificate("a.test b.test");
  Input script{input};
  world.ca().afterwards = [&](CaRequest, SimulatedCa::Answer& answer) { change(answer, script.line()); };
  world.start();
  world.pass(std::chrono::hours{2});
  check_stored(world, id);
  for (const auto& [level, line] : world.log.lines()) CHECK(is_plain(line) && line.size() < 64 * 1024);
  for (const auto& request : world.http().requests()) CHECK(acceptable_url(request.url, false));
  CHECK(world.http().requests().size() < kMostRequests);
}
