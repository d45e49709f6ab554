package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Published vectors: RFC 2202, 4231 and 8032, FIPS 180, RFC 1321. */
class SignatureTest {
  private static final String FOX = "The quick brown fox jumps over the lazy dog";
  private static final Secret JEFE = Secret.of("Jefe");
  private static final String ASKS = "what do ya want for nothing?";

  /** RFC 8032, section 7.1, test 2. */
  private static final String SEED =
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";

  private static final String SIGNATURE =
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

  @Test
  void hmac() {
    assertEquals(
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        Hmac.sha256(JEFE).hex(ASKS));
    assertEquals(
        "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
            + "8e2240ca5e69e2c78b3239ecfab21649",
        Hmac.sha384(JEFE).hex(ASKS));
    assertEquals(
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
            + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        Hmac.sha512(JEFE).hex(ASKS));
    assertEquals("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", Hmac.sha1(JEFE).hex(ASKS));
    assertEquals("750c783e6ab0b503eaa86e310a5db738", Hmac.md5(JEFE).hex(ASKS));
    assertEquals("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=", Hmac.sha256(JEFE).base64(ASKS));
  }

  @Test
  void anEmptySecretIsRefused() {
    assertThrows(IllegalStateException.class, () -> Hmac.sha256(Secret.of("")));
  }

  @Test
  void oneKeySignsOnManyThreads() {
    Hmac hmac = Hmac.sha256(JEFE);
    List<String> alone = IntStream.range(0, 2000).mapToObj(i -> hmac.hex("m" + i)).toList();
    List<String> together =
        IntStream.range(0, 2000).parallel().mapToObj(i -> hmac.hex("m" + i)).toList();
    assertEquals(alone, together);
  }

  @Test
  void digests() {
    assertEquals(
        "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592",
        Hex.encode(Digest.sha256(FOX)));
    assertEquals(
        "07e547d9586f6a73f73fbac0435ed76951218fb7d0c8d788a309d785436bbb64"
            + "2e93a252a954f23912547d1e8a3b5ed6e1bfd7097821233fa0538f3db854fee6",
        Hex.encode(Digest.sha512(FOX)));
    assertEquals("9e107d9d372bb6826bd81d3542a419d6", Hex.encode(Digest.md5(FOX)));
  }

  @Test
  void ed25519FromASeed() {
    var signer = Ed25519.seed(Secret.of(SEED).hexDecoded());
    assertEquals(SIGNATURE, Hex.encode(signer.sign(new byte[] {0x72})));
    assertEquals(SIGNATURE, Hex.encode(signer.sign(new byte[] {0x72})));
    assertEquals(Base64.encode(Hex.decode(SIGNATURE)), signer.base64("r"));
  }

  @Test
  void ed25519FromPem() {
    String body = Base64.encode(Hex.decode("302e020100300506032b657004220420" + SEED));
    String pem = "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
    for (String spelling : List.of(pem, pem.replace("\n", "\r\n"), pem.replace("\n", "\\n"))) {
      var signer = Ed25519.pem(Secret.of(spelling));
      assertEquals(SIGNATURE, Hex.encode(signer.sign(new byte[] {0x72})));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "canary",
        "-----BEGIN PRIVATE KEY-----\ncanary!\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nY2FuYXJ5\n-----END PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nY2FuYXJ5\n-----END EC PRIVATE KEY-----",
      })
  void otherKeysAreRefusedWithoutShowingThem(String key) {
    var e = assertThrows(TextException.class, () -> Ed25519.pem(Secret.of(key)));
    assertFalse(e.toString().contains("canary") || e.toString().contains("Y2FuYXJ5"));
    assertThrows(TextException.class, () -> Ed25519.seed(Secret.of("canary")));
  }

  @Test
  void hexadecimal() {
    assertEquals("00ff10", Hex.encode(new byte[] {0, -1, 16}));
    assertArrayEquals(new byte[] {0, -1, 16}, Hex.decode("00FF10"));
    assertArrayEquals(new byte[] {0, -1, 16}, Hex.decode("0x00ff10"));
    for (String wrong : List.of("0", "0g", "zz", " 00", "0x0")) {
      assertThrows(TextException.class, () -> Hex.decode(wrong));
    }
  }

  @Test
  void base64() {
    byte[] bytes = {-1, -2, -3, -4};
    assertEquals("//79/A==", Base64.encode(bytes));
    assertEquals("__79_A", Base64.urlEncode(bytes));
    assertArrayEquals(bytes, Base64.decode("//79/A=="));
    assertArrayEquals(bytes, Base64.urlDecode("__79_A"));
    for (String wrong : List.of("__79_A", "a", "é", "ab cd")) {
      assertThrows(TextException.class, () -> Base64.decode(wrong));
    }
    assertEquals("hi", new String(Base64.decode("aGk"), StandardCharsets.UTF_8));
  }
}
