#include "common/json/json.hpp"

#include "tests/check.hpp"

using namespace acme;

static bool is_malformed(std::string_view text) {
  const auto json = Json::parse(text);
  return !json.ok() && json.error().kind == ErrorKind::malformed && !json.error().message.empty();
}

static void members_of_each_type_are_read() {
  const auto json =
      Json::parse(R"({"s":"a\u00e4b","i":-7,"t":true,"f":false,"a":[1,"x",null],"o":{"k":"v"},"n":null})");
  CHECK_OK(json);
  CHECK(json->is_object() && !json->is_array() && *json);
  CHECK_EQ((*json)["s"].string().value_or(""),
           "a\xc3\xa4"
           "b");
  CHECK_EQ((*json)["i"].integer().value_or(0), -7);
  CHECK_EQ((*json)["t"].boolean().value_or(false), true);
  CHECK_EQ((*json)["f"].boolean().value_or(true), false);
  CHECK_EQ((*json)["a"].items().size(), 3U);
  CHECK_EQ((*json)["a"].items()[1].string().value_or(""), "x");
  CHECK(!(*json)["a"].items()[2]);
  CHECK_EQ((*json)["o"]["k"].string().value_or(""), "v");
  CHECK(json->keys() == (std::vector<std::string>{"s", "i", "t", "f", "a", "o", "n"}));
}

static void missing_null_and_other_types_are_not_there() {
  const auto json = Json::parse(R"({"n":null,"s":"x","i":1,"r":1.5})");
  for (const char* key : {"n", "missing", ""}) {
    CHECK(!json->has(key));
    CHECK(!(*json)[key]);
    CHECK(!(*json)[key].string().has_value());
    CHECK((*json)[key]["deeper"].items().empty());
    CHECK((*json)[key].keys().empty());
  }
  CHECK(!(*json)["s"].integer().has_value() && !(*json)["s"].boolean().has_value());
  CHECK(!(*json)["i"].string().has_value() && !(*json)["i"].boolean().has_value());
  CHECK(!(*json)["r"].integer().has_value());
  CHECK((*json)["s"].items().empty() && !(*json)["s"]["x"]);
}

static void a_view_keeps_the_document_alive() {
  std::optional<std::string> text;
  {
    auto member = [] { return (*Json::parse(R"({"a":{"b":"kept"}})"))["a"]; }();
    text = member["b"].string();
  }
  CHECK_EQ(text.value_or(""), "kept");
}

static void what_is_no_json_is_malformed() {
  for (const char* bad : {"", " ", "x", "\"text\"", "1", "null", "{", "[1,", "{\"a\":}", "{\"a\":1}x", "{'a':1}",
                          "<html>502</html>", "{\"a\":1,\"a\":2}", "{\"a\":\"\xff\"}", "{\"a\":\"\\u0000\"}",
                          "{\"a\":\"\\ud800\"}", "[1e999]", "[99999999999999999999]"}) {
    CHECK(is_malformed(bad));
  }
  CHECK(is_malformed(std::string_view{"{\"a\":\"\0\"}", 9}));
}

static void every_truncation_is_malformed() {
  const std::string whole = R"({"a":[1,{"b":"\u00e4"}],"c":null})";
  for (std::size_t size = 0; size < whole.size(); ++size) CHECK(is_malformed(whole.substr(0, size)));
}

static void size_and_depth_are_bounded() {
  CHECK_OK(Json::parse("[\"" + std::string(Json::kMaxSize - 4, 'x') + "\"]"));
  CHECK(is_malformed("[\"" + std::string(Json::kMaxSize - 3, 'x') + "\"]"));
  CHECK_OK(Json::parse(std::string(32, '[') + std::string(32, ']')));
  CHECK(is_malformed(std::string(33, '[') + std::string(33, ']')));
  CHECK(is_malformed(std::string(1000000, '[')));
  CHECK_OK(Json::parse("[\"" + std::string(100, '[') + "\\\"" + std::string(100, '{') + "\"]"));
}

static void the_message_says_where() {
  const auto json = Json::parse("{\n  \"a\": oops\n}");
  CHECK(json.error().message.find("line 2") != std::string::npos);
}

static void builder_keeps_the_order() {
  JsonBuilder inner = JsonBuilder::array();
  inner.add("x").add(JsonBuilder::object());
  JsonBuilder object = JsonBuilder::object();
  object.set("z", "1").set("a", 2).set("m", true).set("l", std::int64_t{1} << 40).set("i", std::move(inner));
  CHECK_EQ(object.text(), R"({"z":"1","a":2,"m":true,"l":1099511627776,"i":["x",{}]})");
}

static void builder_escapes_and_mends_text() {
  JsonBuilder object = JsonBuilder::object();
  object.set("q", "a\"b\\c\n")
      .set("u", "\xc3\xa4")
      .set("bad",
           "x\xff"
           "y")
      .set("empty", std::string_view{});
  CHECK_EQ(object.text(), "{\"q\":\"a\\\"b\\\\c\\n\",\"u\":\"\xc3\xa4\",\"bad\":\"x?y\",\"empty\":\"\"}");
  CHECK_OK(Json::parse(object.text()));
}

static void what_was_built_can_be_read() {
  // jansson refuses \u0000 where it is read.
  const std::string text{"a\0b\xff\x1b", 5};
  const auto read = Json::parse(std::move(JsonBuilder::object().set("text", text)).text());
  CHECK_OK(read);
  CHECK_EQ((*read)["text"].string().value_or(""), "a?b??");
}

static void builder_moves() {
  JsonBuilder a = JsonBuilder::object();
  a.set("k", "v");
  JsonBuilder b = std::move(a);
  JsonBuilder c = JsonBuilder::array();
  c = std::move(b);
  CHECK_EQ(c.text(), R"({"k":"v"})");
}

int main() {
  return acme_test::run(
      "json",
      {ACME_TEST(members_of_each_type_are_read), ACME_TEST(missing_null_and_other_types_are_not_there),
       ACME_TEST(a_view_keeps_the_document_alive), ACME_TEST(what_is_no_json_is_malformed),
       ACME_TEST(every_truncation_is_malformed), ACME_TEST(size_and_depth_are_bounded),
       ACME_TEST(the_message_says_where), ACME_TEST(builder_keeps_the_order), ACME_TEST(builder_escapes_and_mends_text),
       ACME_TEST(what_was_built_can_be_read), ACME_TEST(builder_moves)});
}
