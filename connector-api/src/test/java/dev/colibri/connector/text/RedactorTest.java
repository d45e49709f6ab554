package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
  private static final String BARE = "39bb2d1eD870485e".repeat(4);

  private final Redactor redactor = new Redactor();

  static Stream<Arguments> namedFields() {
    return Stream.of(
        arguments("/order?a=1&signature=ab12&b=2", "/order?a=1&signature=***&b=2"),
        arguments("signature=ab%2B12", "signature=***"),
        arguments(
            "wss://host/ws?token=abc.def==&connectId=7", "wss://host/ws?token=***&connectId=7"),
        arguments("listenKey=abc", "listenKey=***"),
        arguments("api_key=abc", "api_key=***"),
        arguments("{\"apiKey\":\"abc\",\"x\":1}", "{\"apiKey\":\"***\",\"x\":1}"),
        arguments("{ \"sign\" : \"a\\\"b\\\\\" , \"x\":1}", "{ \"sign\" : \"***\" , \"x\":1}"),
        arguments("{\"token\":123,\"x\":1}", "{\"token\":\"***\",\"x\":1}"),
        arguments("{\"jwt\":\"a.b.c", "{\"jwt\":\"***"),
        arguments(
            "{\"frame\":\"{\\\"passphrase\\\":\\\"a\\\\\\\"b\\\",\\\"x\\\":\\\"y\\\"}\"}",
            "{\"frame\":\"{\\\"passphrase\\\":\\\"***\\\",\\\"x\\\":\\\"y\\\"}\"}"),
        arguments("{'secret': 'abc', 'x': 1}", "{'secret': '***', 'x': 1}"),
        arguments("X-MBX-APIKEY: abc\nAccept: */*", "X-MBX-APIKEY: ***\nAccept: */*"),
        arguments("OK-ACCESS-KEY: abc", "OK-ACCESS-KEY: ***"),
        arguments("OK-ACCESS-SIGN: a+/b==", "OK-ACCESS-SIGN: ***"),
        arguments(
            "OK-ACCESS-PASSPHRASE: p,OK-ACCESS-TIMESTAMP: 7",
            "OK-ACCESS-PASSPHRASE: ***,OK-ACCESS-TIMESTAMP: 7"),
        arguments(
            "KC-API-SIGN: a\r\nKC-API-TIMESTAMP: 1", "KC-API-SIGN: ***\r\nKC-API-TIMESTAMP: 1"),
        arguments(
            "API-Key: k\\nAPI-Sign: a+/b==\\nAccept: x",
            "API-Key: ***\\nAPI-Sign: ***\\nAccept: x"),
        arguments("a: b\\r\\nsignature: s\\\\nx: y", "a: b\\r\\nsignature: ***\\\\nx: y"),
        arguments("Authorization: Bearer a.b, c\\nx: y", "Authorization: ***\\nx: y"),
        arguments(
            "{\"signature\":{\"r\":\"0x1\",\"s\":[2]},\"x\":1}", "{\"signature\":\"***\",\"x\":1}"),
        arguments("sign={a, b}, x", "sign=***, x"),
        arguments("sign: [a, b", "sign: ***"),
        arguments("[\"auth\",\"" + BARE + "\"]", "[\"auth\",\"***\"]"),
        arguments(BARE + BARE, "***"),
        arguments("{API-Key=k, API-Sign=s, n=1}", "{API-Key=***, API-Sign=***, n=1}"),
        arguments("Authorization: Bearer a.b, c\nx: y", "Authorization: ***\nx: y"),
        arguments("set-cookie: a=b; c=d", "set-cookie: ***"),
        arguments("a -----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY----- b", "a *** b"),
        arguments("a -----BEGIN EC PRIVATE KEY-----\nMC4C", "a ***"));
  }

  @ParameterizedTest
  @MethodSource("namedFields")
  void takesOutTheValuesOfSecretFields(String text, String redacted) {
    assertEquals(redacted, redactor.redact(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "signature",
        "signature=",
        "signature missing",
        "{\"passphrase\":\"\",\"token\":null}",
        "design=7&assigned=8&tokenIn=0xabc&token0=0xdef&keyboard=1&key=a",
        "{\"price\":\"1.5\",\"orderId\":7}",
        "-----BEGIN PUBLIC KEY-----\nMC4C\n-----END PUBLIC KEY-----",
      })
  void leavesOtherTextAlone(String text) {
    assertEquals(text, redactor.redact(text));
  }

  @Test
  void takesOutRegisteredValuesInEveryFormInWhichTheyTravel() {
    String canary = "canary/+ \"é\"=\n7";
    byte[] bytes = canary.getBytes(StandardCharsets.UTF_8);
    redactor.register(Secret.of(canary));
    String form = Form.encode(canary);
    String quoted = new JsonWriter().value(canary).toString();
    String[] forms = {
      canary,
      form,
      form.toLowerCase(Locale.ROOT),
      form.replace("%20", "+"),
      quoted.substring(1, quoted.length() - 1),
      Base64.encode(bytes),
      Base64.urlEncode(bytes),
      Form.encode(Base64.encode(bytes)),
      Hex.encode(bytes),
      Hex.encode(bytes).toUpperCase(Locale.ROOT),
    };
    for (String each : forms) {
      assertEquals("<***|***>", redactor.redact("<" + each + "|" + each + ">"), each);
    }
  }

  @Test
  void takesOutBytesThatAreNoText() {
    byte[] bytes = {(byte) 0xff, 1, 2, 3, (byte) 0xfe};
    redactor.register(Secret.of(bytes));
    assertEquals("***", redactor.redact(Hex.encode(bytes)));
    assertEquals("***", redactor.redact(Base64.encode(bytes)));
  }

  @Test
  void takesOutEverythingInCredentials() {
    redactor.register(
        Credentials.of("key-canary", "secret-canary")
            .withPassphrase("phrase-canary")
            .with("uid", "uid-canary"));
    assertEquals(
        "*** *** *** ***", redactor.redact("key-canary secret-canary phrase-canary uid-canary"));
  }

  @Test
  void aValueInsideALongerOneDoesNotUncoverTheRest() {
    redactor.register("canary");
    redactor.register("canary-and-more");
    assertEquals("a *** b *** c", redactor.redact("a canary-and-more b canary c"));
  }

  @Test
  void valuesTooShortToBeSecretAreLeftToTheirNames() {
    redactor.register("abc");
    assertEquals("abc passphrase=***", redactor.redact("abc passphrase=abc"));
  }

  @Test
  void oneRedactorKnowsNothingOfAnother() {
    redactor.register("canary");
    assertEquals("canary", new Redactor().redact("canary"));
    redactor.close();
    assertEquals("canary", redactor.redact("canary"));
  }

  @Test
  void showsOneSafeLine() {
    redactor.register("canary");
    String shown = redactor.show("canary\n\u001b[31m" + "x".repeat(1000));
    assertEquals("***\\n\\u001b[31mxxx", shown.substring(0, 18));
    assertFalse(shown.length() > Escape.MAX_CHARS + 20);
  }

  @Test
  void theBeginningOfALongTextIsShownWithoutAPieceOfASecret() {
    Redactor redactor = new Redactor();
    String secret = "abcdefgh".repeat(8);
    redactor.register(Credentials.of("a key of ours", secret));
    String text = "x".repeat((1 << 16) - 30) + secret + "y".repeat(1 << 20);
    String shown = redactor.show(text);
    assertEquals("x".repeat(512) + "…", shown.substring(0, 513));
    String nothingElse = (secret + " ").repeat(1 << 12);
    assertFalse(redactor.show(nothingElse).contains("abcdefgh"));
    String almostNothingElse = secret.repeat((1 << 10) - 1) + secret.substring(0, 60) + "y" + text;
    assertFalse(redactor.show(almostNothingElse).contains("abcdefgh"));
  }

  @Test
  void takesOutTheBeginningOfAValueWhereAnExcerptEnds() {
    redactor.register("0123456789abcdef");
    assertEquals("found \"***\"…", redactor.redact("found \"0123456789\"…"));
    assertEquals("why: ***… (70 more)", redactor.redact("why: 0123… (70 more)"));
    assertEquals("01234567 and so on…", redactor.redact("01234567 and so on…"));
  }
}
