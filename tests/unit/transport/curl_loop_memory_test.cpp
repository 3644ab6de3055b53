// What of a request's token stays in memory once the request is over: nothing of ours. It never leaves this process
// here, for libcurl does not cleanse what it sends from.
#include "common/base/text.hpp"
#include "common/transport/curl_loop.hpp"
#include "tests/check.hpp"
#include "tests/fakes/http_engine.hpp"
#include "tests/fakes/own_memory.hpp"

using namespace acme;
using namespace acme_test;

// Not in memory that is written to.
static constexpr const char* kToken = "wK8vRz3Qm7LxT2nYb5Jd9Gc4Hf6Ps1Ea";

static HttpRequest request_with_token() {
  HttpRequest request = plain("http://127.0.0.1:1/");  // nobody listens
  request.method = "POST";
  request.body = cat("client_secret=", kToken);
  for (const char* name : {"Authorization: Bearer ", "X-Api-Key: "}) request.headers.push_back(cat(name, kToken));
  return request;
}

static void nothing_stays_of_a_request() {
  const OwnMemory memory;
  const std::vector<Masked> pieces{masked(kToken), masked(kToken + kPiece)};
  HttpEngine engine;
  for (const bool never_twice : {false, true}) {
    HttpRequest request = request_with_token();
    request.never_twice = never_twice;
    CHECK(memory.places_of(pieces) > 0);  // or this looks for the wrong thing
    engine.start(std::move(request));
    engine.run();
    CHECK(!engine.results.back());
    CHECK_EQ(memory.places_of(pieces), 0U);
  }
}

static void nor_of_one_that_is_stopped() {
  const OwnMemory memory;
  const std::vector<Masked> pieces{masked(kToken), masked(kToken + kPiece)};
  HttpEngine engine;
  engine.start(request_with_token());
  engine.loop->request_stop();
  engine.run();
  CHECK(!engine.results.back());
  CHECK_EQ(memory.places_of(pieces), 0U);
}

int main(int, char** argv) {
  link_at_once(argv);
  return acme_test::run("curl_loop_memory",
                        {ACME_TEST(nothing_stays_of_a_request), ACME_TEST(nor_of_one_that_is_stopped)});
}
