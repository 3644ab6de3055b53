#include "common/transport/curl_loop.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "common/base/secret_text.hpp"
#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"
#include "common/crypto/openssl_version.hpp"
#include "common/protocol/advice_texts.hpp"
#include "common/transport/curl_transfer.hpp"

namespace acme {

namespace {

constexpr long kMaxConnectionsPerHost = 8;
/// A server closes an idle connection sooner or later, and libcurl looks only when it needs one; so
/// that none lingers half-closed for weeks, ours are closed after this.
constexpr std::chrono::seconds kKeepConnections{60};
constexpr std::chrono::milliseconds kLongestWait{std::chrono::hours{1}};

/// The system's roots as one file, when there is one: only a file is cached by libcurl.
std::string system_ca_file(const curl_version_info_data& version) {
  if (version.cainfo == nullptr || ::access(version.cainfo, R_OK) != 0) return {};
  return version.cainfo;
}

Status check_openssl(const curl_version_info_data& version) {
  const std::string theirs = version.ssl_version == nullptr ? "no TLS" : version.ssl_version;
  const std::string ours = cat("OpenSSL/", openssl_version());
  for (const auto word : split(theirs, ' ')) {
    if (word == ours) return {};
  }
  return Error{ErrorKind::internal, cat("libcurl uses ", theirs, ", this server ", ours),
               "both must come from one distribution; install its libcurl4 (OpenSSL flavour)"};
}

/// It was the server that named the URL, not the operator: a login page on the way, which may be gone soon.
Error led_astray(Error refused) {
  refused.kind = ErrorKind::server_error;
  return std::move(refused).with_context("redirected").with_hint(std::string{advice("not-acme")});
}

CurlMulti make_multi() {
  CurlMulti multi{curl_multi_init()};
  if (!multi) return multi;
  const bool set = curl_multi_setopt(multi.get(), CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX) == CURLM_OK &&
                   curl_multi_setopt(multi.get(), CURLMOPT_MAX_HOST_CONNECTIONS, kMaxConnectionsPerHost) == CURLM_OK;
  if (!set) multi.reset();
  return multi;
}

/// OpenSSL writes to a closed connection without MSG_NOSIGNAL.
void block_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

/// Tokens are in headers, and in the body of a request for one.
class CleansedRequest {
 public:
  explicit CleansedRequest(HttpRequest& request) noexcept : request_{request} {}
  ~CleansedRequest() {
    cleanse_all(request_.headers);
    cleanse(request_.body);
  }
  CleansedRequest(const CleansedRequest&) = delete;
  CleansedRequest& operator=(const CleansedRequest&) = delete;

 private:
  HttpRequest& request_;
};

}  // namespace

struct CurlLoop::State {
  explicit State(Scheduler& s) : scheduler{s}, descriptors{s} {}

  Scheduler& scheduler;
  Descriptors descriptors;
  CurlContext context;
  UniqueFd wake_up;            // an eventfd and not curl_multi_wakeup: `context.multi` is replaced now and then
  std::vector<pollfd> polled;  // [0] is wake_up, the others those of `descriptors`
  std::atomic<bool> stop{false};
  std::mutex mutex;  // guards the two below
  std::vector<std::function<void()>> posted;
  bool ended = false;

  void wake() const noexcept {
    const std::uint64_t one = 1;
    // Fails only when the counter is full, and then the loop wakes anyhow.
    static_cast<void>(::write(wake_up.get(), &one, sizeof one) == sizeof one);
  }
  bool drive_curl();
  void run_posted();
  void serve_descriptors();
  void close_unused_connections();
  int wait_limit() const;
  void wait();
};

/// Moves all transfers on; true when one ended.
bool CurlLoop::State::drive_curl() {
  int running = 0;
  curl_multi_perform(context.multi.get(), &running);
  bool any = false;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(context.multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    CurlTransfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    transfer->finished(code);  // ends the life of `message`
    any = true;
  }
  return any;
}

void CurlLoop::State::run_posted() {
  std::vector<std::function<void()>> work;
  {
    const std::lock_guard lock{mutex};
    work.swap(posted);
  }
  for (const auto& piece : work) piece();
}

// libcurl passes on only POLLIN and POLLOUT, but a closed pipe reports POLLHUP alone; so look ourselves.
void CurlLoop::State::serve_descriptors() {
  if (::poll(polled.data(), polled.size(), 0) <= 0) return;
  descriptors.wake_ready(std::span{polled}.subspan(1));
  if (polled[0].revents != 0) {
    std::uint64_t count = 0;
    static_cast<void>(::read(wake_up.get(), &count, sizeof count) == sizeof count);
  }
}

void CurlLoop::State::close_unused_connections() {
  if (!context.unused_since || context.under_way > 0) return;
  if (scheduler.clock().steady_now() < *context.unused_since + kKeepConnections) return;
  context.unused_since.reset();
  CurlMulti fresh = make_multi();
  if (fresh) context.multi = std::move(fresh);
}

/// How long the loop may sleep, in whole milliseconds, rounded up so that it never spins.
int CurlLoop::State::wait_limit() const {
  const SteadyTime now = scheduler.clock().steady_now();
  SteadyTime until = scheduler.next_deadline().value_or(now + kLongestWait);
  if (context.unused_since && context.under_way == 0) until = std::min(until, *context.unused_since + kKeepConnections);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now);
  return static_cast<int>(std::clamp(left, std::chrono::milliseconds{0}, kLongestWait).count());
}

void CurlLoop::State::wait() {
  polled.assign(1, pollfd{wake_up.get(), POLLIN, 0});
  descriptors.fill(polled);
  std::vector<curl_waitfd> extra;
  extra.reserve(polled.size());
  for (const auto& entry : polled) {
    const short events = entry.events == POLLOUT ? CURL_WAIT_POLLOUT : CURL_WAIT_POLLIN;
    extra.push_back({entry.fd, events, 0});
  }
  const auto count = static_cast<unsigned>(extra.size());
  curl_multi_poll(context.multi.get(), extra.data(), count, wait_limit(), nullptr);
}

Result<std::unique_ptr<CurlLoop>> CurlLoop::create(Scheduler& scheduler, std::string user_agent) {
  // Once per process, never undone: other modules of the server may use libcurl as well.
  static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialized != CURLE_OK) return Error{ErrorKind::internal, "libcurl cannot be initialized"};
  const curl_version_info_data& version = *curl_version_info(CURLVERSION_NOW);
  Status same = check_openssl(version);
  if (!same) return std::move(same).error();
  auto state = std::make_unique<State>(scheduler);
  state->context.multi = make_multi();
  state->context.user_agent = std::move(user_agent);
  state->context.system_ca_file = system_ca_file(version);
  state->wake_up.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!state->context.multi || !state->wake_up)
    return Error{ErrorKind::internal, "no memory or descriptors for libcurl"};
  return std::unique_ptr<CurlLoop>{new CurlLoop{std::move(state)}};
}

CurlLoop::CurlLoop(std::unique_ptr<State> state) : state_{std::move(state)} {}
CurlLoop::~CurlLoop() = default;

Task<Result<HttpResponse>> CurlLoop::send(HttpRequest request) {
  const CleansedRequest cleansed{request};
  const SteadyTime deadline = state_->scheduler.clock().steady_now() + request.timeout;
  const bool follows = request.method == "GET";
  for (int redirects = 0;; ++redirects) {
    auto target = request.probe_address.empty() ? parse_target(request.url, request.trust) : probe_place(request);
    if (!target && redirects > 0) co_return led_astray(std::move(target).error());
    if (!target) co_return std::move(target).error();
    CurlTransfer transfer{state_->scheduler, state_->context, request, *target, deadline};
    Status prepared = transfer.prepare();
    if (!prepared) co_return std::move(prepared).error();
    const Wake wake = co_await transfer;
    auto answer = transfer.take(wake);
    const bool last = !follows || redirects >= request.max_redirects || transfer.redirect().empty();
    if (!answer || last) co_return answer;
    request.url = transfer.redirect();
  }
}

void CurlLoop::run() {
  block_sigpipe();
  State& state = *state_;
  {
    const std::lock_guard lock{state.mutex};
    state.ended = false;
  }
  for (;;) {
    if (state.stop && !state.scheduler.cancelled()) state.scheduler.cancel_all();
    state.run_posted();
    state.scheduler.run_ready();
    if (state.scheduler.running() == 0) break;
    const bool ended = state.drive_curl();
    if (ended || state.scheduler.has_ready()) continue;
    state.close_unused_connections();
    state.wait();
    state.serve_descriptors();
  }
  const std::lock_guard lock{state.mutex};
  state.ended = true;
  state.posted.clear();
}

void CurlLoop::request_stop() noexcept {
  state_->stop = true;
  state_->wake();
}

void CurlLoop::post(std::function<void()> work) {
  {
    const std::lock_guard lock{state_->mutex};
    if (state_->ended) return;
    state_->posted.push_back(std::move(work));
  }
  state_->wake();
}

Descriptors& CurlLoop::descriptors() noexcept { return state_->descriptors; }

}  // namespace acme
