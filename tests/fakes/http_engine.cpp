#include "tests/fakes/http_engine.hpp"

#include <cstdio>
#include <cstdlib>

#include "common/base/log.hpp"

namespace acme_test {

using namespace acme;

namespace {

Task<void> fetch(CurlLoop& loop, HttpRequest request, Results& results) {
  auto task = loop.send(std::move(request));
  auto result = co_await std::move(task);
  results.push_back(std::move(result));
}

}  // namespace

HttpEngine::HttpEngine() {
  auto made = CurlLoop::create(scheduler, "acme-test/1");
  if (!made) {
    std::fprintf(stderr, "%s\n", describe(made.error()).c_str());
    std::abort();
  }
  loop = std::move(made).value();
}

void HttpEngine::start(HttpRequest request) { scheduler.spawn(fetch(*loop, std::move(request), results)); }

Result<HttpResponse> send_one(HttpRequest request) {
  HttpEngine engine;
  engine.start(std::move(request));
  engine.run();
  return std::move(engine.results.at(0));
}

HttpRequest plain(const std::string& url) {
  HttpRequest request{url};
  request.trust.allow_http = true;
  request.timeout = std::chrono::seconds{10};
  return request;
}

bool has(const Error& error, const std::string& text) {
  const std::string whole = describe(error);
  const bool found = whole.find(text) != std::string::npos;
  if (!found) std::fprintf(stderr, "no \"%s\" in: %s\n", text.c_str(), whole.c_str());
  return found;
}

std::chrono::milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

}  // namespace acme_test
