#include "common/protocol/jws.hpp"

#include "common/base/text.hpp"
#include "common/json/json.hpp"
#include "tests/check.hpp"

using namespace acme;

// The key of RFC 7517 A.2, whose thumbprint RFC 7638 §3.1 gives.
static const char* const kRfc7638Key = R"(-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDS/HtqCh5sZxBK
64+Isldmm032ed2tCZtcSmzZqIAVtaEzvwuFbHhxtt8AC1VPzrPC7VErto8UXG6E
NHUvq1Khz8EkQI95tYpFeMFkKIVXifeiSeOEyy2fri1n/Zb7kmwZjgdzmf3IFcCv
CX3eWq3v9E3nDoJ/SHhDJDm/7rlgaNBHT8UNbZC/OpjfrxBAyJwC1pKrOzwolmCd
hv1zt3TOB0BkfO7qoxC9EvmFqOufWf3UJs6lshIPTyo0vKt2S35sVNaEAji8xAWH
pZ5m7R8ziUV3Y1xHCvdc+Swg0dpD4b/EGeIipvDQuzWMXjj5ywUK6v6QSBTxrBqk
nMqeoMqDAgMBAAECggEAX4cTteJY/gn4FYPsXB8rdXix5vwsg1FLN5E3EaG6RJoV
H+HLLKD9M7dx5oo7GURknchnrRweUkC7hT5fJLM0WbFAKNLWY2vv7B6NqXSzUvxT
0/YSfqijwp3RTzlBaCxWp4doFk5N2o8Gy/nHNKroADIkJ46pRUohsXywbReAdYaM
wFs9tv8d/cPVY3i07a3t8MN6TNwm0dSawm9v47UiCl3Sk5ZiG7xojPLu4sbg1U2j
x4IBTNBznbJSzFHK66jT8bgkuqsk0GjskDJk19Z4qwjwbsnn4j2WBii3RL+Us2lG
VkY8fkFzme1z0HbIkfz0Y6mqnOYtqc0X4jfcKoAC8QKBgQDzeL7si8wZegxcKyS/
vdMqvzrfsWI7tnbvO/yiPqltZRDIs9AFDG09WfAPbRH7rR5MOYPa6Ocy3k+ioyub
xF+Y2FVYO2OMyYIyM6lJeJwUePtc65UhhDKpVaVYSHp03foZVliT3c3wFz29jjXH
LwH1HPM4ZVDNe80S+fs7SdVt+wKBgQDd185H1y5ir7RL6aQUvOAi2AwR8XMHareF
Z6Ey4bSgK6qdve+hsvK6aqNVlA7V0it3CBOcJ2ljMFw59bmvfvQAVeOJZ+380YSK
i+ieLOEqmj1VVLvxPMWDGQh2t5xF7Oxn7WRh3+zWoNvG2QMSB8AhMAb0tScAO6fi
8hxvrJ6XGQKBgBuLD15HOmGvcvKCVvfyC4+MbqabtJc4vx+1U5EvMY+UnV93KBNK
IpmMMSItnpkwLntFDmuXaYBRsgSeHPLUNlReNNl0boCg0z/GpGIRaObQAO+0HvzZ
rbmGXNwt5tyNuBthr0ebEg8VMgDds6vC35/RFJrOq2Nzm/GHoipE4gY9AoGBALPZ
QB/X4IAbKBUfDmnNkfxNoMNvNq09pBjgIbyJZRExNXn6wOoblFLzHwXDKZ/Janlu
r8852GOUkkBe6THQv2oCN5xvCG6dQVG9CVIq2kTalHy4XEG/3fRheA4e3u+Fm0bK
G0aJ7o02DdcQmj+kzutY71q1/i9fLcV8OPeEP3IJAoGAGyM/p6JrXySiz1toFgKb
WV+JdI3jQ4ypu9rbMWx3rQJBfmt0FoYzgUIZEVFEcOqwemRN81zoDAaa+Bk0KWNG
DjJHZDdDmFhW3AN7lI+puxk/mHZGJ11rxyR8O55XLSe3SPmRfKwZI6yU24ZxvQKF
YItdldUKGzO6Ia6zTKhAVRU=
-----END PRIVATE KEY-----
)";

// The key of RFC 7515 A.2.
static const char* const kRfc7515Key = R"(-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCh+BYK4uPJtGXO
jS1lYmM2K5J9vinh8CR3/BYlzJChNuOL2TSXxbbqY913EeZ8dCn5VrD7io8ImtxL
aYk8wTM/U+3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8TA5a8bpvfbr3SvaNn
juygxmj3AbONv/s4yDQs4v5tJ/reSlpIdJed1LnPmt7Ex1sFhSwsD174pcF1A5L5
ROjtZMEQxrZHYJqkeDrrnGya11UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGUkf
toaHLFcW9Qr4NY2ai50Xw0Byj3+H2JoY2PyrZ62EWQwuz3WTOTY8BwNNb2BvniHg
VFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyW
PEAeP88vLNO97IjlA7/GQ5sLKMgvfTeXZx9SE+7YwVol2NXOoAJe46sui395IW/G
O+pWJ1O0BkTGoVEn2bKVRUCgu+GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzj
kn439X0M/V51gfpRLI9JYanrC4D4qAdGcopV/0ZHHzQlBjudU2QvXt4ehNYTCBr6
XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl/x/jTj3ccPDVZFD9pIuhLhBOneufuBiB
4cS98l2SR/RQyGWSeWjnczT0QU91p1DhOVRuOopznQKBgQDgHMQQ60imZV1URk0K
pLttoLhyt3SmqdEf/kgHePDdtzEafpAu+cS191R2JiuoF2yzWXnwFDcqGigp5BNr
0AHQfD8/Lk8l1Mk09jxxCfui5nYooNyac8YFjm3vItzVCVDnEd3BbVWG8qf6deqE
lMGAg+C2V0L4oNXnP7LZcPAZRwKBgQC5A8R+CZW2MvRTLLHzwZkUXV866cff7tx6
kqa0finGG0KgeqlaZPxgCZnFp7AeAcCMtiynVlJ7vMVgePsLq6XtON4tB5kP9jAP
rq3rbAOal78eUH5OcED6eNuCV8ixEu1eWcPNCS/l1OW1EnXUEoEHKl54Xrrz2uNw
kgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp1vsM5fggqPN1qGb5y0MAk3g7/Ls5bkUp
5u9SN0Ai3Ya6hNnvWJMb7sXQX6U/zyO2M/hTip7tUeh7CXgwo59dkpN75gJLVds2
9+DAncu3KXU4f2Fa+7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKNAoGBAIf/
evpitUf+4JYbLpvNXWcY052Mpz22aR84mY3nh3F2LF2mjMJDpTg7FmuyPcVw6EcG
yoAe9fa65iNqCq+jdw6PVNGo2hxfjSiZ8IIzHdsPXI89//pMjZcQK9r+CCoRjaZj
OYiIDktVWZzmevJuv6WywUqd57LE3Zar3dLSIkx1AoGAIYd7DHOhrWvxkwPQsRM2
tOgrjbcrfvtQJipd+DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd/QJQ3
ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp/gh6A56
03k2+ZQwVK0JKSHuLFkuQ3U=
-----END PRIVATE KEY-----
)";

static PrivateKey key_of(int bits) { return *PrivateKey::generate({KeyAlgorithm::ecdsa, bits}); }

static std::string decoded(const Json& object, const char* member) {
  const auto bytes = base64url_decode(object[member].string().value_or("!"));
  CHECK(bytes.has_value());
  return {bytes->begin(), bytes->end()};
}

static void thumbprint_is_that_of_rfc7638() {
  const auto key = PrivateKey::from_pem(kRfc7638Key);
  CHECK_OK(key);
  CHECK_EQ(*jwk_thumbprint(*key), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  CHECK_EQ(*key_authorization("token", *key), "token.NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

static void rs256_is_that_of_rfc7515() {
  const auto key = PrivateKey::from_pem(kRfc7515Key);
  CHECK_OK(key);
  const auto signature = key->sign_jws(
      "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
      "cnVlfQ");
  CHECK_OK(signature);
  CHECK_EQ(base64url_encode(*signature),
           "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9C"
           "UAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6"
           "_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp"
           "0igcN_IoypGlUPQGe77Rw");
}

static void jwk_members_are_in_lexical_order() {
  const struct {
    int bits;
    const char* curve;
    std::size_t coordinate;
  } table[] = {{256, "P-256", 43}, {384, "P-384", 64}, {521, "P-521", 88}};
  for (const auto& row : table) {
    const auto json = Json::parse(*jwk(key_of(row.bits)));
    CHECK_OK(json);
    CHECK(json->keys() == (std::vector<std::string>{"crv", "kty", "x", "y"}));
    CHECK_EQ((*json)["crv"].string().value_or(""), row.curve);
    CHECK_EQ((*json)["x"].string().value_or("").size(), row.coordinate);
    CHECK_EQ((*json)["y"].string().value_or("").size(), row.coordinate);
  }
}

static void header_holds_the_jwk_until_there_is_an_account() {
  const auto key = key_of(256);
  const auto body = sign_jws(key, JwsHeader{"https://ca.test/new-account", "nonce-1"}, "{}");
  CHECK_OK(body);
  const auto json = Json::parse(*body);
  CHECK(json->keys() == (std::vector<std::string>{"protected", "payload", "signature"}));
  const auto header = Json::parse(decoded(*json, "protected"));
  CHECK(header->keys() == (std::vector<std::string>{"alg", "jwk", "nonce", "url"}));
  CHECK_EQ((*header)["alg"].string().value_or(""), "ES256");
  CHECK_EQ((*header)["nonce"].string().value_or(""), "nonce-1");
  CHECK_EQ((*header)["url"].string().value_or(""), "https://ca.test/new-account");
  CHECK_EQ((*header)["jwk"]["kty"].string().value_or(""), "EC");
  CHECK_EQ(decoded(*json, "payload"), "{}");
}

static void header_holds_the_kid_afterwards() {
  const struct {
    int bits;
    const char* algorithm;
    std::size_t size;
  } table[] = {{256, "ES256", 64}, {384, "ES384", 96}, {521, "ES512", 132}};
  for (const auto& row : table) {
    JwsHeader header{"https://ca.test/order/1", "n"};
    header.kid = "https://ca.test/account/7";
    const auto body = sign_jws(key_of(row.bits), header, "");
    CHECK_OK(body);
    const auto json = Json::parse(*body);
    const auto protected_header = Json::parse(decoded(*json, "protected"));
    CHECK(protected_header->keys() == (std::vector<std::string>{"alg", "kid", "nonce", "url"}));
    CHECK_EQ((*protected_header)["alg"].string().value_or(""), row.algorithm);
    CHECK_EQ((*protected_header)["kid"].string().value_or(""), "https://ca.test/account/7");
    CHECK_EQ((*json)["payload"].string().value_or("x"), "");  // POST-as-GET
    CHECK_EQ(decoded(*json, "signature").size(), row.size);
  }
}

static void signature_covers_header_and_payload() {
  const auto key = PrivateKey::from_pem(kRfc7515Key);  // RS256 signs the same text the same way
  const auto json = Json::parse(*sign_jws(*key, JwsHeader{"https://ca.test/x", "n"}, R"({"a":1})"));
  const std::string input =
      cat((*json)["protected"].string().value_or(""), '.', (*json)["payload"].string().value_or(""));
  CHECK_EQ((*json)["signature"].string().value_or(""), base64url_encode(*key->sign_jws(input)));
}

static void binding_is_a_mac_over_the_account_key() {
  const auto key = key_of(256);
  const Secret mac_key{std::string(32, 'm')};
  const struct {
    MacAlgorithm algorithm;
    const char* name;
    std::size_t size;
  } table[] = {
      {MacAlgorithm::hs256, "HS256", 32}, {MacAlgorithm::hs384, "HS384", 48}, {MacAlgorithm::hs512, "HS512", 64}};
  for (const auto& row : table) {
    const auto text = external_account_binding(key, "https://ca.test/new-account", "kid-1", mac_key, row.algorithm);
    CHECK_OK(text);
    const auto json = Json::parse(*text);
    const auto header = Json::parse(decoded(*json, "protected"));
    CHECK(header->keys() == (std::vector<std::string>{"alg", "kid", "url"}));  // no nonce (RFC 8555 §7.3.4)
    CHECK_EQ((*header)["alg"].string().value_or(""), row.name);
    CHECK_EQ((*header)["kid"].string().value_or(""), "kid-1");
    CHECK_EQ((*header)["url"].string().value_or(""), "https://ca.test/new-account");
    CHECK_EQ(decoded(*json, "payload"), *jwk(key));
    const std::string input =
        cat((*json)["protected"].string().value_or(""), '.', (*json)["payload"].string().value_or(""));
    CHECK_EQ((*json)["signature"].string().value_or(""), base64url_encode(*hmac(row.algorithm, mac_key.view(), input)));
    CHECK_EQ(decoded(*json, "signature").size(), row.size);
  }
}

int main() {
  return acme_test::run(
      "jws", {ACME_TEST(thumbprint_is_that_of_rfc7638), ACME_TEST(rs256_is_that_of_rfc7515),
              ACME_TEST(jwk_members_are_in_lexical_order), ACME_TEST(header_holds_the_jwk_until_there_is_an_account),
              ACME_TEST(header_holds_the_kid_afterwards), ACME_TEST(signature_covers_header_and_payload),
              ACME_TEST(binding_is_a_mac_over_the_account_key)});
}
