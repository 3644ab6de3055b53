// CurlTransfer: one HTTP exchange inside the loop's curl_multi, awaited like any other wait.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "common/base/scheduler.hpp"
#include "common/transport/curl_failure.hpp"
#include "common/transport/curl_handles.hpp"
#include "common/transport/http_client.hpp"
#include "common/transport/http_target.hpp"

namespace acme {

/// What all transfers of one loop share.
struct CurlContext {
  CurlMulti multi;
  /// Used again after curl_easy_reset: each keeps its TLS sessions.
  std::vector<CurlEasy> idle;
  std::string user_agent;
  std::string system_ca_file;              // "": libcurl's own defaults
  std::size_t under_way = 0;               // transfers added to `multi`
  std::optional<SteadyTime> unused_since;  // when `under_way` became 0
};

/// Lives in send()'s frame; `context`, `request` and `target` must outlive it.
class CurlTransfer final : public TimedWaiter {
 public:
  CurlTransfer(Scheduler& scheduler, CurlContext& context, const HttpRequest& request, const HttpTarget& target,
               SteadyTime deadline);
  ~CurlTransfer() override;

  /// Before the wait. ErrorKind::internal.
  Status prepare();
  /// The loop: libcurl is done with it.
  void finished(CURLcode code);
  /// After the wait.
  Result<HttpResponse> take(Wake wake);
  /// Where the answer redirects to, as an absolute URL; "" when it does not.
  const std::string& redirect() const noexcept { return redirect_; }

 private:
  void started() override;
  void ended() override;

  bool sends_body() const;
  void set_method(EasyOptions& options);
  void set_body(EasyOptions& options);
  void set_trust(EasyOptions& options) const;
  void set_limits(EasyOptions& options);
  bool probes() const noexcept { return !request_.probe_address.empty(); }
  bool append_header(const std::string& line);
  bool add_header_line(std::string_view line);
  void read_outcome(CURLcode code);
  HttpStage stage() const;

  static std::size_t on_send(char* room, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address) noexcept;

  CurlContext& context_;
  const HttpRequest& request_;
  const HttpTarget& target_;
  CurlEasy easy_;
  CurlList request_headers_;
  CurlList connect_to_;
  HttpResponse response_;
  std::string redirect_;
  CurlFailure failure_;
  std::size_t header_bytes_ = 0;
  std::size_t sent_ = 0;     // of the body, when it is handed over piece by piece
  std::size_t ignored_ = 0;  // of the answer's
  bool added_ = false;
  std::array<char, CURL_ERROR_SIZE> words_{};
};

}  // namespace acme
