package dev.colibri.connector.text;

import java.math.BigInteger;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECMultiplier;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/**
 * The one class that sees BouncyCastle, which is an optional dependency: {@link #required()} comes
 * before anything else in here is touched.
 */
final class BouncyCastle {
  private BouncyCastle() {}

  /** Apart, so that asking whether the library is there does not load classes that need it. */
  private static final class Presence {
    static final boolean PRESENT = isPresent();

    private static boolean isPresent() {
      try {
        Class.forName(
            "org.bouncycastle.crypto.digests.KeccakDigest",
            false,
            BouncyCastle.class.getClassLoader());
        return true;
      } catch (ClassNotFoundException e) {
        return false;
      }
    }
  }

  /** Throws {@link IllegalStateException} that says what to add when the library is absent. */
  static void required() {
    if (!Presence.PRESENT) {
      throw new IllegalStateException(
          """
          Keccak-256 and secp256k1 are not in the JDK: venues that are blockchains need BouncyCastle. \
          Add to your pom.xml:
            <dependency>
              <groupId>org.bouncycastle</groupId>
              <artifactId>bcprov-jdk18on</artifactId>
              <version>1.78</version>
            </dependency>""");
    }
  }

  static byte[] keccak256(byte[] message) {
    KeccakDigest digest = new KeccakDigest(256);
    digest.update(message, 0, message.length);
    byte[] hash = new byte[32];
    digest.doFinal(hash, 0);
    return hash;
  }

  /** Keys from passwords. Apart, as its code cannot be verified without the library. */
  static final class Kdf {
    private Kdf() {}

    /** RFC 8018, section 5.2, with HMAC-SHA256. The JDK's wants characters for a password. */
    static byte[] pbkdf2(byte[] password, byte[] salt, int rounds, int length) {
      PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(new SHA256Digest());
      generator.init(password, salt, rounds);
      return ((KeyParameter) generator.generateDerivedMacParameters(length * 8)).getKey();
    }
  }

  /** SEC 2, section 2.4.1. */
  static final class Curve {
    private static final X9ECParameters DOMAIN = CustomNamedCurves.getByName("secp256k1");
    private static final ECMultiplier MULTIPLIER = new FixedPointCombMultiplier();

    private Curve() {}

    static BigInteger order() {
      return DOMAIN.getN();
    }

    /** The point of a private key, uncompressed and without the leading 4: x and y. */
    static byte[] publicKey(BigInteger key) {
      return bytes(times(key));
    }

    private static byte[] bytes(ECPoint point) {
      byte[] encoded = point.getEncoded(false);
      byte[] xy = new byte[64];
      System.arraycopy(encoded, 1, xy, 0, 64);
      return xy;
    }

    /** SEC 1, section 4.1.6, for the one point that the recovery id tells. */
    static byte[] publicKey(byte[] hash, Secp256k1.Signature signature) {
      BigInteger n = DOMAIN.getN();
      BigInteger r = signature.r();
      BigInteger s = signature.s();
      int id = signature.recoveryId();
      if (!within(r, n) || !within(s, n) || id < 0 || id > 3) {
        throw new TextException("no signature: a number is outside of the curve's order");
      }
      BigInteger x = id < 2 ? r : r.add(n);
      byte[] compressed = new byte[33];
      compressed[0] = (byte) (2 + id % 2);
      ECPoint point;
      try {
        System.arraycopy(Eip712.word(x), 0, compressed, 1, 32);
        point = DOMAIN.getCurve().decodePoint(compressed);
      } catch (IllegalArgumentException e) {
        throw new TextException("no signature: its r is on no point of the curve", e);
      }
      BigInteger inverse = BigIntegers.modOddInverse(n, r);
      BigInteger e = new BigInteger(1, hash);
      ECPoint key =
          ECAlgorithms.sumOfTwoMultiplies(
                  DOMAIN.getG(),
                  e.negate().multiply(inverse).mod(n),
                  point,
                  s.multiply(inverse).mod(n))
              .normalize();
      if (key.isInfinity()) {
        throw new TextException("no signature: of no key");
      }
      return bytes(key);
    }

    private static boolean within(BigInteger number, BigInteger n) {
      return number.signum() > 0 && number.compareTo(n) < 0;
    }

    private static ECPoint times(BigInteger factor) {
      return MULTIPLIER.multiply(DOMAIN.getG(), factor).normalize();
    }

    /** SEC 1, section 4.1.3, with the k of RFC 6979, section 3.2, and the lower of both s. */
    static Secp256k1.Signature sign(BigInteger key, byte[] hash) {
      BigInteger n = DOMAIN.getN();
      BigInteger e = new BigInteger(1, hash);
      HMacDSAKCalculator ks = new HMacDSAKCalculator(new SHA256Digest());
      ks.init(n, key, hash);
      while (true) {
        BigInteger k = ks.nextK();
        ECPoint point = times(k);
        BigInteger x = point.getAffineXCoord().toBigInteger();
        BigInteger r = x.mod(n);
        BigInteger s = BigIntegers.modOddInverse(n, k).multiply(e.add(key.multiply(r))).mod(n);
        if (r.signum() == 0 || s.signum() == 0) {
          continue;
        }
        int odd = point.getAffineYCoord().testBitZero() ? 1 : 0;
        int recovery = odd | (x.equals(r) ? 0 : 2);
        boolean high = s.compareTo(n.shiftRight(1)) > 0;
        return new Secp256k1.Signature(r, high ? n.subtract(s) : s, high ? recovery ^ 1 : recovery);
      }
    }
  }
}
