#include "common/report/json_text.hpp"

#include "common/json/json.hpp"
#include "tests/check.hpp"

using namespace acme;

static std::string joined(JsonText& json) {
  std::string text;
  for (const auto& piece : std::move(json).pieces()) text += piece;
  return text;
}

static void members_keep_their_order_and_types() {
  JsonText json;
  json.begin_object().number("n", std::int64_t{-1}).number("u", ~std::uint64_t{0}).flag("f", true).text("t", "x");
  json.begin_array("a").item("1").item("").begin_object().end_object().begin_array().end_array().end_array();
  json.time("z", UtcTime{Seconds{0}}).seconds("s", std::chrono::milliseconds{2005}).texts("l", {"a", "b"}).end_object();
  CHECK_EQ(joined(json), R"({"n":-1,"u":9223372036854775807,"f":true,"t":"x","a":["1","",{},[]],)"
                         R"("z":"1970-01-01T00:00:00Z","s":2.005,"l":["a","b"]})");
}

static void what_is_not_there_is_left_out() {
  JsonText json;
  json.begin_object().text("t", "").time("z", std::nullopt).flag("f", false).end_object();
  CHECK_EQ(joined(json), R"({"f":false})");
}

static void any_bytes_become_a_valid_string() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  JsonText json;
  json.begin_object().text("t", bytes).text("m", "</script>&\\\"").text("l", std::string(100'000, '"')).end_object();
  const auto parsed = Json::parse(joined(json));
  CHECK_OK(parsed);
  CHECK_EQ((*parsed)["m"].string().value_or(""), "</script>&\\\"");
  CHECK_EQ((*parsed)["l"].string().value_or("").size(), 2000U);
}

static void a_negative_duration_is_none() {
  JsonText json;
  json.begin_object().seconds("s", std::chrono::milliseconds::min()).end_object();
  CHECK_EQ(joined(json), R"({"s":0.000})");
}

int main() {
  return acme_test::run("json_text",
                        {ACME_TEST(members_keep_their_order_and_types), ACME_TEST(what_is_not_there_is_left_out),
                         ACME_TEST(any_bytes_become_a_valid_string), ACME_TEST(a_negative_duration_is_none)});
}
