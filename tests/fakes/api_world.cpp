#include "tests/fakes/api_world.hpp"

#include "common/base/text.hpp"
#include "tests/fakes/run.hpp"

namespace acme_test {

using namespace acme;

namespace {

std::string as_text(const HttpRequest& request) {
  std::string text = cat(request.method, " ", request.url, "\n");
  for (const auto& header : request.headers) text += header + "\n";
  if (!request.body.empty()) text += cat("Content-Type: ", request.content_type, "\n");
  return text + "\n" + request.body;
}

}  // namespace

ApiWorld::ApiWorld(std::string name, Maker maker)
    : http{scheduler, [this](const HttpRequest& request) { return exchange(request); }}, maker_{maker} {
  config.name = std::move(name);
}

void ApiWorld::expect(std::string request, HttpResponse answer) {
  script_.push_back({std::move(request), Result<HttpResponse>{std::move(answer)}});
}

void ApiWorld::expect(std::string request, Error error) {
  script_.push_back({std::move(request), Result<HttpResponse>{std::move(error)}});
}

DnsProvider& ApiWorld::provider() {
  if (provider_) return *provider_;
  DnsProviderTools tools;
  tools.scheduler = &scheduler;
  tools.http = &http;
  tools.log = &log;
  auto made = maker_(config, std::move(tools));
  CHECK_OK(made);
  provider_ = *std::move(made);
  return *provider_;
}

// A coroutine runs this: what is wrong is kept, and thrown by checked().
Result<HttpResponse> ApiWorld::exchange(const HttpRequest& request) {
  const std::string text = as_text(request);
  if (done_ == script_.size()) {
    if (wrong_.empty()) wrong_ = "unexpected: " + text;
    return Error{ErrorKind::transport, "nothing is expected any more"};
  }
  const Exchange& expected = script_[done_++];
  if (!expected.request.empty() && text != expected.request && wrong_.empty()) {
    wrong_ = cat("sent:\n", text, "\nexpected:\n", expected.request);
  }
  return expected.answer;
}

Status ApiWorld::checked(Task<Status> task) {
  Status status = run(scheduler, clock, std::move(task));
  if (!wrong_.empty()) throw Failure{__FILE__, __LINE__, wrong_};
  if (done_ != script_.size()) throw Failure{__FILE__, __LINE__, "never sent:\n" + script_[done_].request};
  script_.clear();
  done_ = 0;
  return status;
}

Status ApiWorld::present(std::vector<TxtRecord> records) { return checked(provider().present(std::move(records))); }
Status ApiWorld::clean_up(std::vector<TxtRecord> records) { return checked(provider().clean_up(std::move(records))); }

Error ApiWorld::error_of(HttpResponse answer) {
  expect("", std::move(answer));
  const Status status = present({{"_acme-challenge.example.org", "v1"}});
  CHECK(!status.ok());
  for (const auto& [name, secret] : config.secrets) {
    CHECK(status.error().message.find(secret.view()) == std::string::npos);
    CHECK(status.error().hint.find(secret.view()) == std::string::npos);
  }
  CHECK(status.error().message.size() < 1000);
  return status.error();
}

HttpResponse json_answer(int status, std::string body) {
  return answer(status, std::move(body), {{"content-type", "application/json; charset=utf-8"}});
}

std::vector<HttpResponse> nasty_answers() {
  std::vector<HttpResponse> answers;
  answers.push_back(answer(200, "<html>Sign in</html>", {{"content-type", "text/html"}}));
  for (const char* body :
       {"", "{", "null", "[[", R"({"result":null})", R"([{"name":7}])", R"([17,"x"])", R"({"a":[{}]})"}) {
    answers.push_back(json_answer(200, body));
  }
  answers.push_back(json_answer(200, "[\"" + std::string(1000000, 'x') + "\"]"));
  answers.push_back(json_answer(200, std::string(100000, '[')));
  return answers;
}

}  // namespace acme_test
