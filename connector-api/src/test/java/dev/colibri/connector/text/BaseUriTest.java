package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaseUriTest {

  @ParameterizedTest
  @CsvSource({
    "https://a.example, /b?c=d, e=f, https://a.example/b?c=d&e=f",
    "https://a.example/v3/KEY, '', , https://a.example/v3/KEY",
    "https://a.example/v3/KEY/, x, , https://a.example/v3/KEY/x",
    "https://a.example:8443/v3?key=KEY, /x, y=1, https://a.example:8443/v3/x?key=KEY&y=1",
    "wss://user:pass@a.example/ws, '', , wss://a.example/ws",
    "https://[::1]:9/a%2Fb, /c, , https://[::1]:9/a%2Fb/c",
  })
  void addressesBeginWithIt(String base, String path, String query, String whole) {
    assertEquals(URI.create(whole), BaseUri.of(base).at(path, query));
  }

  @Test
  void userAndPasswordTravelInAHeader() {
    assertEquals(
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        BaseUri.of("https://Aladdin:open%20sesame@a.example").authorization());
    assertNull(BaseUri.of("https://a.example/x@y").authorization());
  }

  @Test
  void onlySchemeAndHostAreShown() {
    var base = BaseUri.of("https://KEY:KEY@a.example:8443/KEY?KEY=KEY");
    assertEquals("https://a.example:8443", base.toString());
    assertEquals(base, BaseUri.of(base.reveal()));
    assertNotEquals(base, BaseUri.of("https://a.example:8443"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "KEY",
        "/KEY",
        "https:///KEY",
        "https://a.example/KEY#top",
        "https://a.example/KEY and more",
        "https://a.example/{KEY}",
        "mailto:KEY",
        "https://KEY:x@:99/",
      })
  void whatIsNoneIsRefusedWithoutBeingQuoted(String text) {
    var e = assertThrows(IllegalArgumentException.class, () -> BaseUri.of(text));
    assertNull(e.getCause());
    assertFalse(e.toString().contains("KEY"), e.toString());
    var base = BaseUri.of("https://a.example/KEY?KEY");
    e = assertThrows(IllegalArgumentException.class, () -> base.at("/a b", "KEY"));
    assertFalse(e.toString().contains("KEY"), e.toString());
    assertTrue(e.toString().contains("https://a.example"), e.toString());
  }

  @Test
  void theRedactorKnowsWhatMayBeAKey() {
    var redactor = new Redactor();
    redactor.register(
        BaseUri.of("https://some-user:pass%2Fword@a.example/eth/0123456789ab%2F?dkey=zyxwvuts%21"));
    for (String secret :
        new String[] {
          "some-user", "pass/word", "pass%2Fword", "0123456789ab", "0123456789ab%2F", "zyxwvuts!"
        }) {
      assertEquals("no: ***.", redactor.redact("no: " + secret + "."));
    }
    assertEquals("eth of a.example", redactor.redact("eth of a.example"));
  }

  @Test
  void whatIsShorterThanKeysIsLeftAsItIs() {
    var redactor = new Redactor();
    redactor.register(BaseUri.of("https://a.example/rpc"));
    assertEquals("POST /rpc", redactor.redact("POST /rpc"));
  }
}
