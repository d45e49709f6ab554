package dev.colibri.connector.text;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Published vectors: RFC 2202, 4231, 6979 and 8032, FIPS 180, RFC 1321. */
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

  /** RFC 4231, sections 4.2, 4.4 and 4.7: keys up to, and longer than, a block. */
  @Test
  void hmacOfTheRfc() {
    assertHmac(
        "0b".repeat(20),
        Hex.encode("Hi There".getBytes(US_ASCII)),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
            + "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854");
    assertHmac(
        "aa".repeat(20),
        "dd".repeat(50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
            + "bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb");
    assertHmac(
        "aa".repeat(131),
        Hex.encode("Test Using Larger Than Block-Size Key - Hash Key First".getBytes(US_ASCII)),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
            + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598");
  }

  private static void assertHmac(String key, String message, String sha256, String sha512) {
    Secret secret = Secret.of(Hex.decode(key));
    assertEquals(sha256, Hex.encode(Hmac.sha256(secret).sign(Hex.decode(message))));
    assertEquals(sha512, Hex.encode(Hmac.sha512(secret).sign(Hex.decode(message))));
  }

  @Test
  void hmacIsThatOfTheJdkForKeysAndMessagesOfAnyLength() throws GeneralSecurityException {
    Map<String, Function<Secret, Hmac>> ours =
        Map.of(
            "HmacMD5", Hmac::md5,
            "HmacSHA1", Hmac::sha1,
            "HmacSHA256", Hmac::sha256,
            "HmacSHA384", Hmac::sha384,
            "HmacSHA512", Hmac::sha512);
    SplittableRandom random = new SplittableRandom(4231);
    for (var algorithm : ours.entrySet()) {
      for (int keyLength = 1; keyLength < 270; keyLength += random.nextInt(1, 4)) {
        byte[] key = new byte[keyLength];
        random.nextBytes(key);
        Mac mac = Mac.getInstance(algorithm.getKey());
        mac.init(new SecretKeySpec(key, algorithm.getKey()));
        Hmac hmac = algorithm.getValue().apply(Secret.of(key));
        for (int i = 0; i < 10; i++) {
          byte[] message = new byte[random.nextInt(300)];
          random.nextBytes(message);
          assertArrayEquals(mac.doFinal(message), hmac.sign(message), algorithm.getKey());
        }
      }
    }
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

  /** RFC 6979, appendix A.2.5, with SHA-256: signatures on P-256 are as deterministic. */
  private static final String NUMBER =
      "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";

  private static final String OF_SAMPLE =
      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
          + "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";

  private static final String OF_TEST =
      "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
          + "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083";

  private static final String SEC1 = "30310201010420" + NUMBER + "a00a06082a8648ce3d030107";

  private static final String PKCS8 =
      "3041020100301306072a8648ce3d020106082a8648ce3d0301070427302502010104" + "20" + NUMBER;

  private static String pem(String label, String hex) {
    String body = Base64.encode(Hex.decode(hex));
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  @Test
  void p256FromPem() {
    String withoutCurve = "30250201010420" + NUMBER;
    for (String key :
        List.of(
            pem("EC PRIVATE KEY", SEC1),
            pem("EC PRIVATE KEY", SEC1).replace("\n", "\\n"),
            pem("EC PRIVATE KEY", withoutCurve),
            pem("PRIVATE KEY", PKCS8))) {
      var signer = P256.pem(Secret.of(key));
      assertEquals(OF_SAMPLE, Hex.encode(signer.sign("sample".getBytes(US_ASCII))));
      assertEquals(OF_TEST, Hex.encode(signer.sign("test".getBytes(US_ASCII))));
      assertEquals(OF_SAMPLE, Hex.encode(signer.sign("sample".getBytes(US_ASCII))));
    }
  }

  @Test
  void otherKeysThanP256AreRefused() {
    String zero = "0".repeat(64);
    for (String key :
        List.of(
            "canary",
            pem("EC PRIVATE KEY", SEC1.substring(0, 60)),
            pem("EC PRIVATE KEY", SEC1.replace(NUMBER, zero)),
            pem("EC PRIVATE KEY", SEC1.replace(NUMBER, "f".repeat(64))),
            // secp256k1
            pem("EC PRIVATE KEY", "302e0201010420" + NUMBER + "a00706052b8104000a"),
            pem("PRIVATE KEY", "302e020100300506032b657004220420" + SEED),
            pem("PRIVATE KEY", PKCS8.substring(0, 60)))) {
      var e = assertThrows(TextException.class, () -> P256.pem(Secret.of(key)));
      assertTrue(e.getMessage().startsWith("the secret is not a"), e.getMessage());
    }
  }

  @Test
  void tokensAreSignedByWhicheverKeyThereIs() {
    assertToken("ES256", pem("EC PRIVATE KEY", SEC1));
    assertToken("ES256", pem("PRIVATE KEY", PKCS8));
    String ed25519 = Base64.encode(Hex.decode(SEED));
    assertToken("EdDSA", ed25519);
    assertToken("EdDSA", Base64.encode(Hex.decode(SEED + "00".repeat(32))));
    assertToken("EdDSA", pem("PRIVATE KEY", "302e020100300506032b657004220420" + SEED));
    assertThrows(TextException.class, () -> Jwt.of(Secret.of("canary")));
  }

  private static void assertToken(String algorithm, String key) {
    String token =
        Jwt.of(Secret.of(key)).sign(head -> head.put("kid", "k"), claims -> claims.put("nbf", 17));
    String[] parts = token.split("\\.");
    assertEquals(
        "{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\",\"kid\":\"k\"}",
        new String(Base64.urlDecode(parts[0]), US_ASCII));
    assertEquals("{\"nbf\":17}", new String(Base64.urlDecode(parts[1]), US_ASCII));
    byte[] content = (parts[0] + "." + parts[1]).getBytes(US_ASCII);
    byte[] expected =
        algorithm.equals("ES256")
            ? P256.pem(Secret.of(pem("EC PRIVATE KEY", SEC1))).sign(content)
            : Ed25519.seed(Secret.of(SEED).hexDecoded()).sign(content);
    assertArrayEquals(expected, Base64.urlDecode(parts[2]));
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
