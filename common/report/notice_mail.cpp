// A notice as a mail.
#include <algorithm>
#include <array>

#include "common/base/text.hpp"
#include "common/config/notify_words.hpp"
#include "common/report/notice_forms.hpp"

namespace acme {

namespace {

constexpr std::size_t kLongestSubject = 200;
constexpr std::size_t kWidth = 76;
/// RFC 5322 §2.1.1 allows 998; what has no space in it is broken here.
constexpr std::size_t kLongestWord = 500;
/// RFC 2047 §2: 75 characters for a word with its frame.
constexpr std::size_t kEncodedPiece = 42;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// As many bytes as fit, not in the middle of a character.
std::size_t piece_of(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text.size();
  std::size_t length = most;
  while (length > 1 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80) --length;
  return length;
}

std::string base64(std::string_view bytes) {
  std::string text = base64url_encode(bytes);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

/// RFC 2047 for what is not ASCII, folded.
std::string encoded(std::string_view text) {
  if (is_ascii(text)) return std::string{text};
  std::string words;
  while (!text.empty()) {
    const std::size_t length = piece_of(text, kEncodedPiece);
    words += cat(words.empty() ? "" : "\n ", "=?UTF-8?B?", base64(text.substr(0, length)), "?=");
    text.remove_prefix(length);
  }
  return words;
}

/// "Sun, 22 Nov 2026 12:44:41 +0000".
std::string mail_date(UtcTime time) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::string clock = format_rfc3339(time).substr(11, 8);
  return cat(days[std::chrono::weekday{day}.c_encoding()], ", ", static_cast<unsigned>(date.day()), " ",
             months[static_cast<unsigned>(date.month()) - 1], " ", static_cast<int>(date.year()), " ", clock, " +0000");
}

/// One line, broken at spaces.
void append_wrapped(std::string& out, std::string_view line) {
  std::size_t column = 0;
  const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
  out.append(line.substr(0, indent));
  for (std::string_view word : split(line.substr(indent), ' ')) {
    if (column > 0 && column + 1 + word.size() > kWidth) {
      out += '\n';
      column = 0;
    }
    if (column > 0) out += ' ';
    for (; word.size() > kLongestWord; word.remove_prefix(piece_of(word, kLongestWord))) {
      out += cat(word.substr(0, piece_of(word, kLongestWord)), "\n");
    }
    out.append(word);
    column += word.size() + 1;
  }
  out += '\n';
}

/// The right side of a Message-ID.
std::string id_domain(const std::string& host) {
  const auto usable = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return host.empty() || !std::all_of(host.begin(), host.end(), usable) ? "localhost" : host;
}

}  // namespace

std::string mail_message(const Notice& notice, const MailAddresses& addresses) {
  const std::string host = cleaned(notice.host, 100);
  const std::string subject = cleaned(cat("[", host, "] ", notice.title), kLongestSubject);
  std::string message = addresses.from.empty() ? "" : cat("From: ", addresses.from, "\n");
  message += cat("To: ", addresses.to, "\nSubject: ", encoded(subject), "\nDate: ", mail_date(notice.time));
  message +=
      cat("\nMessage-ID: <", cleaned(notice.id, 100), "@", id_domain(notice.host), ">\nAuto-Submitted: auto-generated");
  message += cat("\nX-Acme-Event: ", notice_event_name(notice.event), "\nMIME-Version: 1.0");
  message += "\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n";
  for (const auto line : split(notice.text, '\n')) append_wrapped(message, cleaned(line, 4096));
  message += cat("-- \n", cleaned(notice.server, 200), " on ", host, "\n");
  return message;
}

}  // namespace acme
