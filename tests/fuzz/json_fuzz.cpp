// JSON of any origin: what is read can be walked through, and reads the same after it was written.
#include "common/base/text.hpp"
#include "common/json/json.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

constexpr int kDeepest = 40;

JsonBuilder copy_of(const Json& value, int depth);

/// Into an array, whose items have no name: texts, objects and arrays, in an object when they are something else.
void add_copy(JsonBuilder& array, const Json& item, int depth) {
  if (const auto text = item.string()) {
    array.add(*text);
  } else {
    array.add(copy_of(item, depth));
  }
}

void set_copy(JsonBuilder& object, const std::string& key, const Json& member, int depth) {
  if (const auto text = member.string()) {
    object.set(key.c_str(), *text);
  } else if (const auto number = member.integer()) {
    object.set(key.c_str(), *number);
  } else if (const auto flag = member.boolean()) {
    object.set(key.c_str(), *flag);
  } else if (member.is_object() || member.is_array()) {
    object.set(key.c_str(), copy_of(member, depth));
  }
}

JsonBuilder copy_of(const Json& value, int depth) {
  CHECK(depth < kDeepest);
  if (value.is_array()) {
    JsonBuilder array = JsonBuilder::array();
    for (const auto& item : value.items()) add_copy(array, item, depth + 1);
    return array;
  }
  JsonBuilder object = JsonBuilder::object();
  for (const auto& key : value.keys()) set_copy(object, key, value[key.c_str()], depth + 1);
  return object;
}

}  // namespace

FUZZ_TARGET(json) {
  const auto parsed = Json::parse(input);
  check_error_of(parsed);
  if (!parsed) return;
  CHECK(parsed->is_object() || parsed->is_array());
  const std::string written = copy_of(*parsed, 0).text();
  const auto again = Json::parse(written);
  CHECK_OK(again);
  CHECK_EQ(copy_of(*again, 0).text(), written);
  // A text that is no UTF-8 is cleaned when it is written.
  const auto wrapped = Json::parse(std::move(JsonBuilder::object().set("text", input)).text());
  CHECK_OK(wrapped);
  CHECK((*wrapped)["text"].string().has_value());
}
