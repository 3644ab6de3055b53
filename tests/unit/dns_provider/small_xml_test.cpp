#include "common/dns_provider/small_xml.hpp"

#include "tests/check.hpp"

using namespace acme;

static void elements_and_text_are_read() {
  const auto root = parse_xml(
      "<?xml version=\"1.0\"?>\n<a xmlns=\"https://x.test/\">\n <b>1 &lt; 2 &amp; &quot;3&quot;&#33;&#x21;</b>\n"
      " <b>two</b><ns:c d=\"e\"><f/></ns:c><g></g>\n</a>\n");
  CHECK_OK(root);
  CHECK_EQ(root->name, "a");
  CHECK_EQ(root->text, "");
  CHECK_EQ(root->children.size(), 4U);
  CHECK_EQ(root->text_at({"b"}), "1 < 2 & \"3\"!!");
  CHECK_EQ(root->children[1].text, "two");
  CHECK(root->at({"c", "f"}) != nullptr);
  CHECK(root->at({"c", "g"}) == nullptr);
  CHECK_EQ(root->text_at({"x", "y"}), "");
  CHECK_OK(parse_xml("<a/>"));
}

static void everything_else_is_refused() {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<a>";
  std::string many = "<a>";
  for (int i = 0; i < 20001; ++i) many += "<b/>";
  const std::string table[] = {"",
                               "text",
                               "<a>",
                               "<a",
                               "</a>",
                               "<a></b>",
                               "<a></a",
                               "<a></a><b/>",
                               "<a/>x",
                               "<a>&nbsp;</a>",
                               "<a>&amp</a>",
                               "<a>&#0;</a>",
                               "<a>&#xfffffffff;</a>",
                               "<a>&#128;</a>",
                               "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
                               "<a><!-- b --></a>",
                               "<a><![CDATA[b]]></a>",
                               "<a><?b?></a>",
                               "<a><b></a></b>",
                               "<>",
                               "<?xml",
                               deep,
                               many + "</a>"};
  for (const auto& text : table) {
    const auto root = parse_xml(text);
    if (root) print_message("accepted: %.60s\n", text.c_str());
    CHECK(!root.ok() && root.error().kind == ErrorKind::malformed);
  }
}

static void text_is_escaped() {
  CHECK_EQ(xml_escaped("a\"b<c>&'d"), "a&quot;b&lt;c&gt;&amp;&apos;d");
  CHECK_EQ(parse_xml("<a>" + xml_escaped("\"<&>'") + "</a>")->text, "\"<&>'");
}

int main() {
  return acme_test::run("small_xml", {ACME_TEST(elements_and_text_are_read), ACME_TEST(everything_else_is_refused),
                                      ACME_TEST(text_is_escaped)});
}
