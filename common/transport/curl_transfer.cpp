#include "common/transport/curl_transfer.hpp"

#include <sys/socket.h>

#include <algorithm>

#include "common/base/guard.hpp"
#include "common/base/text.hpp"
#include "common/transport/curl_probe.hpp"

namespace acme {

namespace {

constexpr std::size_t kMaxHeaderBytes = 64 * 1024;
constexpr std::size_t kMaxHeaders = 200;
constexpr std::size_t kMaxIdleHandles = 16;
// libcurl parses a file of roots anew for each connection (30 to 50 ms for the system's) unless it
// may keep the parsed form. So long a changed file goes unseen.
constexpr long kRootsKeptSeconds = 60;

bool known_method(std::string_view method) {
  constexpr std::array<std::string_view, 6> kMethods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
  return std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
}

long milliseconds(std::chrono::milliseconds duration) { return static_cast<long>(duration.count()); }

}  // namespace

CurlTransfer::CurlTransfer(Scheduler& scheduler, CurlContext& context, const HttpRequest& request,
                           const HttpTarget& target, SteadyTime deadline)
    : TimedWaiter{scheduler, deadline}, context_{context}, request_{request}, target_{target} {
  failure_.place = target.place;
  failure_.ca_file = request.trust.ca_file;
  failure_.max_body = request.max_body;
  failure_.waited = request.timeout;
  if (request.trust.proxy.empty()) return;
  failure_.proxy = proxy_place(request.trust.proxy);
  failure_.proxy_login = request.trust.proxy.find('@') != std::string::npos;
}

CurlTransfer::~CurlTransfer() {
  if (!easy_ || context_.idle.size() >= kMaxIdleHandles) return;
  curl_easy_reset(easy_.get());
  guard([this] { context_.idle.push_back(std::move(easy_)); });
}

Status CurlTransfer::prepare() {
  if (context_.idle.empty()) {
    easy_.reset(curl_easy_init());
  } else {
    easy_ = std::move(context_.idle.back());
    context_.idle.pop_back();
  }
  if (!easy_) return Error{ErrorKind::internal, "libcurl: out of memory"};
  bool built = known_method(request_.method) && append_header("Expect:");
  if (sends_body()) built = append_header(cat("Content-Type: ", request_.content_type)) && built;
  for (const auto& line : request_.headers) built = append_header(line) && built;
  EasyOptions options{easy_.get()};
  set_method(options);
  set_trust(options);
  set_limits(options);
  if (probes()) {
    connect_to_.reset(curl_slist_append(nullptr, target_.connect_to.c_str()));
    set_probe_options(options, connect_to_.get());
  }
  if (!built || options.first_refusal() != CURLE_OK) {
    return Error{ErrorKind::internal,
                 cat(target_.place, ": libcurl refuses the request: ", curl_easy_strerror(options.first_refusal()))};
  }
  return {};
}

bool CurlTransfer::append_header(const std::string& line) {
  if (line.find_first_of("\r\n") != std::string::npos) return false;
  curl_slist* longer = curl_slist_append(request_headers_.get(), line.c_str());
  if (longer == nullptr) return false;
  static_cast<void>(request_headers_.release());
  request_headers_.reset(longer);
  return true;
}

bool CurlTransfer::sends_body() const {
  const std::string& method = request_.method;
  return method == "POST" || method == "PUT" || method == "PATCH" || (method == "DELETE" && !request_.body.empty());
}

void CurlTransfer::set_method(EasyOptions& options) {
  options.set(CURLOPT_URL, request_.url.c_str());
  options.set(CURLOPT_USERAGENT, context_.user_agent.c_str());
  options.set(CURLOPT_HTTPHEADER, request_headers_.get());
  if (sends_body()) {
    set_body(options);
  } else {
    options.set(request_.method == "HEAD" ? CURLOPT_NOBODY : CURLOPT_HTTPGET, 1L);
  }
  // The name alone; what libcurl does is that of a POST or a GET.
  const bool other_name = request_.method == "PUT" || request_.method == "PATCH" || request_.method == "DELETE";
  if (other_name) options.set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  options.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  // Better wait for the handshake of the first connection than open eight for one HTTP/2 server.
  if (target_.tls) options.set(CURLOPT_PIPEWAIT, 1L);
}

void CurlTransfer::set_body(EasyOptions& options) {
  options.set(CURLOPT_POST, 1L);
  if (request_.never_twice) {
    // A body that cannot be rewound cannot be repeated.
    options.set(CURLOPT_READFUNCTION, &CurlTransfer::on_send);
    options.set(CURLOPT_READDATA, static_cast<void*>(this));
  } else {
    options.set(CURLOPT_POSTFIELDS, request_.body.c_str());
  }
  options.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
}

void CurlTransfer::set_trust(EasyOptions& options) const {
  const HttpTrust& trust = request_.trust;
  const std::string& roots = trust.ca_file.empty() ? context_.system_ca_file : trust.ca_file;
  if (!roots.empty()) {
    options.set(CURLOPT_CAINFO, roots.c_str());
    options.set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));  // a directory would end the caching
  }
  options.set(CURLOPT_CA_CACHE_TIMEOUT, kRootsKeptSeconds);
  options.set(CURLOPT_SSL_VERIFYPEER, trust.verify ? 1L : 0L);
  options.set(CURLOPT_SSL_VERIFYHOST, trust.verify ? 2L : 0L);
  options.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  options.set(CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  options.set(CURLOPT_PROTOCOLS_STR, target_.tls ? "https" : "http");
  options.set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  // Set, even if empty, so that the environment's proxy variables have no say.
  options.set(CURLOPT_PROXY, trust.proxy.c_str());
  options.set(CURLOPT_NOPROXY, "");
  options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

void CurlTransfer::set_limits(EasyOptions& options) {
  options.set(CURLOPT_NOSIGNAL, 1L);
  options.set(CURLOPT_QUICK_EXIT, 1L);
  options.set(CURLOPT_TCP_NODELAY, 1L);
  options.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request_.timeout / 3));
  if (!request_.ignore_body) options.set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.max_body));
  options.set(CURLOPT_ERRORBUFFER, words_.data());
  options.set(CURLOPT_PRIVATE, static_cast<void*>(this));
  options.set(CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
  options.set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  options.set(CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
  options.set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  options.set(CURLOPT_OPENSOCKETFUNCTION, &CurlTransfer::on_open_socket);
}

void CurlTransfer::started() {
  TimedWaiter::started();
  if (curl_multi_add_handle(context_.multi.get(), easy_.get()) != CURLM_OK) {
    failure_.code = CURLE_OUT_OF_MEMORY;
    wake(Wake::ready);
    return;
  }
  added_ = true;
  ++context_.under_way;
}

void CurlTransfer::ended() {
  TimedWaiter::ended();
  if (!added_) return;
  added_ = false;
  failure_.stage = stage();
  // Closes the connection when the exchange is not over; waits for no resolver (CURLOPT_QUICK_EXIT).
  curl_multi_remove_handle(context_.multi.get(), easy_.get());
  if (--context_.under_way == 0) context_.unused_since = scheduler_.clock().steady_now();
}

void CurlTransfer::finished(CURLcode code) {
  guard([&] { read_outcome(code); });
  wake(Wake::ready);
}

void CurlTransfer::read_outcome(CURLcode code) {
  long status = 0;
  long os_error = 0;
  const char* location = nullptr;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &os_error);
  curl_easy_getinfo(easy_.get(), CURLINFO_SSL_VERIFYRESULT, &failure_.verify_result);
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &failure_.proxy_status);
  curl_easy_getinfo(easy_.get(), CURLINFO_REDIRECT_URL, &location);
  // We ended it ourselves: all that matters was there.
  failure_.code = ignored_ > request_.max_body && code == CURLE_WRITE_ERROR ? CURLE_OK : code;
  failure_.os_error = static_cast<int>(os_error);
  failure_.detail = own_words(words_.data());
  if (code == CURLE_FILESIZE_EXCEEDED) failure_.body_too_large = true;
  response_.status = static_cast<int>(status);
  if (location != nullptr) redirect_ = location;
}

HttpStage CurlTransfer::stage() const {
  curl_off_t looked_up = 0;
  curl_off_t asked = 0;
  long port = 0;  // of the peer; set as soon as the connection stands, CURLINFO_CONNECT_TIME only after TLS
  curl_easy_getinfo(easy_.get(), CURLINFO_NAMELOOKUP_TIME_T, &looked_up);
  curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &asked);
  curl_easy_getinfo(easy_.get(), CURLINFO_PRIMARY_PORT, &port);
  if (asked > 0) return HttpStage::answer;
  if (port > 0) return HttpStage::tls_handshake;
  return looked_up > 0 ? HttpStage::connect : HttpStage::name_lookup;
}

Result<HttpResponse> CurlTransfer::take(Wake wake) {
  if (wake == Wake::cancelled) return Error{ErrorKind::cancelled, cat(target_.place, ": stopped")};
  if (wake == Wake::timed_out) failure_.code = CURLE_OPERATION_TIMEDOUT;
  if (probes() && failure_.body_too_large) failure_.code = CURLE_OK;
  if (failure_.code != CURLE_OK) {
    const bool connecting = failure_.code == CURLE_OPERATION_TIMEDOUT && failure_.stage != HttpStage::answer;
    if (connecting && wake != Wake::timed_out) failure_.waited = request_.timeout / 3;
    Error error = explain(failure_);
    if (probes()) error.problem_type = probe_failure_word(failure_);
    return error;
  }
  response_.effective_url = request_.url;
  response_.redirect = redirect_;
  return std::move(response_);
}

bool CurlTransfer::add_header_line(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHeaderBytes || response_.headers.size() >= kMaxHeaders) return false;
  if (!response_.body.empty()) return true;  // a trailer says nothing we want to know
  if (starts_with_no_case(line, "HTTP/")) {
    response_.headers.clear();  // what came before was an interim answer
    return true;
  }
  const auto colon = line.find(':');
  const bool folded = line.empty() || line.front() == ' ' || line.front() == '\t';
  if (colon == std::string_view::npos || folded) return true;
  response_.headers.emplace_back(to_lower(trim(line.substr(0, colon))), std::string{trim(line.substr(colon + 1))});
  return true;
}

std::size_t CurlTransfer::on_send(char* room, std::size_t size, std::size_t count, void* self) noexcept {
  return guard(std::size_t{CURL_READFUNC_ABORT}, [&]() -> std::size_t {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    const std::size_t copied = transfer.request_.body.copy(room, size * count, transfer.sent_);
    transfer.sent_ += copied;
    return copied;
  });
}

std::size_t CurlTransfer::on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  return guard(std::size_t{0}, [&]() -> std::size_t {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    if (transfer.add_header_line({data, size * count})) return size * count;
    transfer.failure_.headers_too_large = true;
    return 0;
  });
}

std::size_t CurlTransfer::on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  return guard(std::size_t{0}, [&]() -> std::size_t {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    const std::size_t length = size * count;
    if (transfer.request_.ignore_body) {
      transfer.ignored_ += length;
      return transfer.ignored_ > transfer.request_.max_body ? 0 : length;
    }
    const std::size_t room = transfer.request_.max_body - transfer.response_.body.size();
    if (length > room) {
      if (transfer.probes()) transfer.response_.body.append(data, room);
      transfer.failure_.body_too_large = true;
      return 0;
    }
    transfer.response_.body.append(data, length);
    return length;
  });
}

curl_socket_t CurlTransfer::on_open_socket(void*, curlsocktype, curl_sockaddr* address) noexcept {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace acme
