// How it is remembered what is to be delivered still.
#include <algorithm>

#include "common/base/text.hpp"
#include "common/config/notify_words.hpp"
#include "common/runtime/notice_sender.hpp"
#include "common/store/record_fields.hpp"

namespace acme {

namespace {

std::int64_t number(UtcTime time) { return static_cast<std::int64_t>(time.time_since_epoch().count()); }

constexpr std::uint32_t kMostAttempts = 100;
constexpr std::size_t kMostTold = 1000;

}  // namespace

/// What it was told within the hour, and what is held back.
std::string NoticeSender::receiver_line(const Receiver& receiver) const {
  JsonBuilder times = JsonBuilder::array();
  for (const auto& time : receiver.told) times.add(cat(static_cast<long long>(number(time))));
  JsonBuilder titles = JsonBuilder::array();
  for (const auto& title : receiver.held_titles) titles.add(title);
  JsonBuilder json = JsonBuilder::object();
  json.set("receiver", receiver.key).set("told", std::move(times)).set("titles", std::move(titles));
  json.set("held", static_cast<std::int64_t>(receiver.held)).set("event", notice_event_name(receiver.held_event));
  json.set("severity", static_cast<int>(receiver.held_severity)).set("failing", receiver.failing);
  return json.text();
}

std::vector<std::string> NoticeSender::lines() {
  changed_ = false;
  std::vector<std::string> lines;
  for (const auto& receiver : receivers_) {
    lines.push_back(receiver_line(receiver));
    for (const auto& delivery : receiver.deliveries) {
      JsonBuilder json = JsonBuilder::object();
      json.set("to", receiver.key).set("attempts", static_cast<std::int64_t>(delivery.attempts));
      if (delivery.next_try) json.set("nextTry", number(*delivery.next_try));
      json.set("notice", to_json(delivery.notice));
      lines.push_back(json.text());
    }
  }
  return lines;
}

void NoticeSender::take_up(const Json& line) {
  const bool is_delivery = line.has("to");
  const std::string key = line[is_delivery ? "to" : "receiver"].string().value_or("");
  const auto found =
      std::find_if(receivers_.begin(), receivers_.end(), [&](const auto& one) { return one.key == key; });
  if (found == receivers_.end()) return;
  if (is_delivery) {
    auto notice = parse_notice(line["notice"]);
    const auto attempts = line["attempts"].integer().value_or(0);
    if (!notice || attempts < 0 || attempts > kMostAttempts) return;
    Delivery delivery;
    delivery.notice = *std::move(notice);
    delivery.attempts = static_cast<std::uint32_t>(attempts);
    delivery.next_try = seconds_of(line["nextTry"]);
    found->deliveries.push_back(std::move(delivery));
    return;
  }
  for (const auto& time : line["told"].items()) {
    const auto seconds = parse_number(time.string().value_or(""));
    if (seconds && *seconds <= kLastStoredSecond && found->told.size() < kMostTold) {
      found->told.emplace_back(Seconds{static_cast<std::int64_t>(*seconds)});
    }
  }
  const auto held = line["held"].integer().value_or(0);
  found->held = held > 0 ? static_cast<std::size_t>(held) : 0;
  for (const auto& title : line["titles"].items()) found->held_titles.push_back(cleaned(title.string().value_or("")));
  found->held_event = parse_notice_event(line["event"].string().value_or("")).value_or(NoticeEvent::failed);
  const auto severity = line["severity"].integer().value_or(0);
  if (severity >= 2 && severity <= 6) found->held_severity = static_cast<NoticeSeverity>(severity);
  found->failing = line["failing"].boolean().value_or(false);
}

}  // namespace acme
