package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Published vectors of Keccak-256, and of RFC 6979 on this curve. */
class Secp256k1Test {
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");

  private static Secret key(String digits) {
    return Secret.of("0".repeat(64 - digits.length()) + digits);
  }

  @ParameterizedTest
  @CsvSource({
    "'', c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
    "abc, 4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
    "cow, c85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4"
  })
  void keccak(String text, String hash) {
    assertEquals(hash, Hex.encode(Digest.keccak256(text.getBytes())));
  }

  /** The vectors that implementations of this curve share; they sign the SHA-256 of the text. */
  @ParameterizedTest
  @CsvSource({
    "1, Satoshi Nakamoto,"
        + " 934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8,"
        + " 2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5",
    "1, 'All those moments will be lost in time, like tears in rain. Time to die...',"
        + " 8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b,"
        + " 547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21",
    "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140, Satoshi Nakamoto,"
        + " fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0,"
        + " 6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5"
  })
  void signaturesAreThoseOfRfc6979(String key, String text, String r, String s) {
    Secp256k1.Signature signature = Secp256k1.hex(key(key)).sign(Digest.sha256(text));
    assertEquals("0x" + r, signature.rHex());
    assertEquals("0x" + s, signature.sHex());
  }

  /**
   * The address of key 1 is that of the curve's base point; the other is the first of a mnemonic
   * that everybody tests with.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 0x7e5f4552091a69125d5dfcb7b8c2659029395bdf",
    "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80,"
        + " 0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"
  })
  void addresses(String key, String address) {
    assertEquals(address, Secp256k1.hex(key(key)).address());
    assertEquals(address, Secp256k1.hex(Secret.of("0x" + key(key).revealText())).address());
  }

  /** An independent verifier takes every signature, and the recovery id tells whose it is. */
  @Test
  void signaturesVerifyAndRecover() {
    BigInteger d = new BigInteger(1, Digest.sha256("a key"));
    Secp256k1 signer = Secp256k1.hex(key(d.toString(16)));
    ECPoint own = CURVE.getG().multiply(d).normalize();
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(false, new ECPublicKeyParameters(own, new ECDomainParameters(CURVE)));
    int ids = 0;
    for (int i = 0; i < 40; i++) {
      byte[] hash = Digest.sha256("message " + i);
      Secp256k1.Signature s = signer.sign(hash);
      assertTrue(verifier.verifySignature(hash, s.r(), s.s()));
      assertTrue(s.s().compareTo(CURVE.getN().shiftRight(1)) <= 0, "the lower s");
      assertEquals(own, recovered(hash, s));
      assertEquals(signer.address(), Secp256k1.signer(hash, s));
      assertTrue(s.isLow());
      ids |= 1 << s.recoveryId();
    }
    assertEquals(0b11, ids, "both ids must occur");
  }

  @Test
  void numbers_that_are_no_signature_are_of_nobody() {
    byte[] hash = Digest.sha256("m");
    BigInteger one = BigInteger.ONE;
    BigInteger n = CURVE.getN();
    // No point of the curve has an x of 5.
    for (Secp256k1.Signature s :
        List.of(
            new Secp256k1.Signature(BigInteger.ZERO, one, 0),
            new Secp256k1.Signature(one, BigInteger.ZERO, 0),
            new Secp256k1.Signature(n, one, 0),
            new Secp256k1.Signature(one, n, 0),
            new Secp256k1.Signature(one.negate(), one, 0),
            new Secp256k1.Signature(one, one, 4),
            new Secp256k1.Signature(n.subtract(one), one, 2),
            new Secp256k1.Signature(BigInteger.valueOf(5), one, 0))) {
      assertThrows(TextException.class, () -> Secp256k1.signer(hash, s));
    }
  }

  /** SEC 1, section 4.1.6. */
  private static ECPoint recovered(byte[] hash, Secp256k1.Signature s) {
    byte[] compressed = new byte[33];
    compressed[0] = (byte) (2 + (s.recoveryId() & 1));
    System.arraycopy(Eip712.word(s.r()), 0, compressed, 1, 32);
    ECPoint point = CURVE.getCurve().decodePoint(compressed);
    BigInteger n = CURVE.getN();
    BigInteger inverse = s.r().modInverse(n);
    BigInteger e = new BigInteger(1, hash);
    return ECAlgorithms.sumOfTwoMultiplies(
            point,
            s.s().multiply(inverse).mod(n),
            CURVE.getG(),
            n.subtract(e).multiply(inverse).mod(n))
        .normalize();
  }

  @Test
  void oneKeySignsOnManyThreads() {
    Secp256k1 signer = Secp256k1.hex(key("7"));
    var alone = IntStream.range(0, 20).mapToObj(i -> signer.sign(Digest.sha256("m" + i))).toList();
    var together =
        IntStream.range(0, 20)
            .parallel()
            .mapToObj(i -> signer.sign(Digest.sha256("m" + i)))
            .toList();
    assertEquals(alone, together);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "01",
        "what is this secret",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        "000000000000000000000000000000000000000000000000000000000000000001"
      })
  void whatIsNoKeyIsRefusedWithoutBeingShown(String secret) {
    var e = assertThrows(TextException.class, () -> Secp256k1.hex(Secret.of(secret)));
    assertTrue(secret.isEmpty() || !e.getMessage().contains(secret), e.getMessage());
  }

  @Test
  void aSecretHasOneSignerUntilItIsClosed() {
    Secret secret = key("7");
    assertSame(Secp256k1.hex(secret), Secp256k1.hex(secret));
    secret.close();
    assertThrows(IllegalStateException.class, () -> Secp256k1.hex(secret));
  }

  /** Loads the package again where BouncyCastle cannot be seen. */
  private static final class Without extends ClassLoader {
    Without() {
      super(Secp256k1Test.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("org.bouncycastle.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith("dev.colibri.connector.text.")) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  @Test
  void withoutTheLibraryItIsSaidWhatToAdd() throws Exception {
    Class<?> digest = new Without().loadClass(Digest.class.getName());
    var hash = digest.getMethod("keccak256", byte[].class);
    var e = assertThrows(InvocationTargetException.class, () -> hash.invoke(null, new byte[0]));
    assertEquals(IllegalStateException.class, e.getCause().getClass());
    assertTrue(e.getCause().getMessage().contains("<artifactId>bcprov-jdk18on</artifactId>"));
    // What needs no library is there all the same.
    digest.getMethod("sha256", String.class).invoke(null, "");
  }
}
