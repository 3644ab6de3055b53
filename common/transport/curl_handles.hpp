// Handles of libcurl's objects, and EasyOptions: sets options and remembers the first refusal.
#pragma once

#include <curl/curl.h>

#include <cstring>
#include <type_traits>

#include "common/base/handle.hpp"

namespace acme {

static_assert(LIBCURL_VERSION_NUM >= 0x075700, "libcurl 7.87 or newer: CURLOPT_QUICK_EXIT, CURLOPT_CA_CACHE_TIMEOUT");

namespace detail {
/// Headers may hold tokens; libcurl copied them.
inline void free_cleansed_list(curl_slist* list) {
  for (curl_slist* item = list; item != nullptr; item = item->next)
    ::explicit_bzero(item->data, std::strlen(item->data));
  curl_slist_free_all(list);
}
}  // namespace detail

using CurlEasy = Handle<CURL, curl_easy_cleanup>;
using CurlMulti = Handle<CURLM, curl_multi_cleanup>;
using CurlList = Handle<curl_slist, detail::free_cleansed_list>;
using CurlUrl = Handle<CURLU, curl_url_cleanup>;
using CurlText = Handle<char, curl_free>;

class EasyOptions {
 public:
  explicit EasyOptions(CURL* easy) noexcept : easy_{easy} {}

  template <class T>
  void set(CURLoption option, T value) noexcept {
    // curl reads its varargs as long, pointer or curl_off_t; an int would be read past its end.
    static_assert(!std::is_integral_v<T> || std::is_same_v<T, long> || std::is_same_v<T, curl_off_t>);
    const CURLcode code = curl_easy_setopt(easy_, option, value);
    if (code != CURLE_OK && first_refusal_ == CURLE_OK) first_refusal_ = code;
  }
  CURLcode first_refusal() const noexcept { return first_refusal_; }

 private:
  CURL* easy_;
  CURLcode first_refusal_ = CURLE_OK;
};

}  // namespace acme
