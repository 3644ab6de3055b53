#include "common/dns_provider/sigv4.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

const UtcTime kTime{std::chrono::seconds{1440938160}};  // 2015-08-30T12:36:00Z, the suite's own
const AwsKey kKey{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};

}  // namespace

static void the_published_vectors_are_signed_alike() {
  const Pairs plain{{"host", "example.amazonaws.com"}, {"x-amz-date", "20150830T123600Z"}};
  const Pairs form{{"host", "example.amazonaws.com"},
                   {"content-type", "application/x-www-form-urlencoded"},
                   {"x-amz-date", "20150830T123600Z"}};
  const Pairs spaced{{"host", "example.amazonaws.com"},
                     {"my-header1", " value1"},
                     {"my-header2", " \"a   b   c\""},
                     {"x-amz-date", "20150830T123600Z"}};
  const struct {
    const char* name;
    const char* method;
    Pairs query;
    Pairs headers;
    const char* body;
    const char* names;
    const char* signature;
  } table[] = {
      {"get-vanilla",
       "GET",
       {},
       plain,
       "",
       "host;x-amz-date",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-vanilla-query-order-key-case",
       "GET",
       {{"Param2", "value2"}, {"Param1", "value1"}},
       plain,
       "",
       "host;x-amz-date",
       "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
      {"post-vanilla",
       "POST",
       {},
       plain,
       "",
       "host;x-amz-date",
       "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
      {"post-x-www-form-urlencoded",
       "POST",
       {},
       form,
       "Param1=value1",
       "content-type;host;x-amz-date",
       "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
      {"get-header-value-trim",
       "GET",
       {},
       spaced,
       "",
       "host;my-header1;my-header2;x-amz-date",
       "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
  };
  for (const auto& row : table) {
    SigV4Request request;
    request.method = row.method;
    request.path = "/";
    request.query = aws_query(row.query);
    request.headers = row.headers;
    request.body = row.body;
    const auto value = sigv4_authorization(request, kKey, "us-east-1", "service", kTime);
    CHECK_OK(value);
    CHECK_EQ(*value, cat("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                         "SignedHeaders=",
                         row.names, ", Signature=", row.signature));
  }
}

static void dates_and_queries_are_written_as_they_are_signed() {
  CHECK_EQ(aws_date(kTime), "20150830T123600Z");
  CHECK_EQ(aws_query({}), "");
  CHECK_EQ(aws_query({{"type", "TXT"}, {"maxitems", "1"}, {"name", "_a.b/c d.*"}}),
           "maxitems=1&name=_a.b%2Fc%20d.%2A&type=TXT");
}

int main() {
  return acme_test::run("sigv4", {ACME_TEST(the_published_vectors_are_signed_alike),
                                  ACME_TEST(dates_and_queries_are_written_as_they_are_signed)});
}
