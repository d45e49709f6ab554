package dev.colibri.connector.text;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Signatures of Ethereum's curve. They are deterministic (RFC 6979), so that one key and one hash
 * have one signature, and have the lower of the two lawful s. There is one signer for a secret,
 * made at the first use and kept by the secret. Thread-safe.
 *
 * <p>Needs BouncyCastle on the class path; what to add is said by the {@link IllegalStateException}
 * that is thrown without.
 */
public final class Secp256k1 {

  /**
   * A signature of which the signer's address can be told.
   *
   * @param r positive, of at most 256 bits
   * @param s positive, at most half the order of the curve
   * @param recoveryId 0 to 3; chains count from 27 in their {@code v}
   */
  public record Signature(BigInteger r, BigInteger s, int recoveryId) {
    /** {@code 0x} and 64 digits. */
    public String rHex() {
      return "0x" + Hex.encode(Eip712.word(r));
    }

    /** {@code 0x} and 64 digits. */
    public String sHex() {
      return "0x" + Hex.encode(Eip712.word(s));
    }

    /** Whether s is the lower of the two that are lawful by the mathematics: chains want that. */
    public boolean isLow() {
      return s.compareTo(BouncyCastle.Curve.order().shiftRight(1)) <= 0;
    }

    /** As contracts read it: 27 or 28 unless the curve wrapped around, which never happens. */
    public int v() {
      return 27 + recoveryId;
    }
  }

  private final BigInteger key;
  private final String address;

  /**
   * Whose signature of a hash it is: {@code 0x} and 40 digits, letters in lower case. Says nothing
   * of whether that is whom one thinks of, and takes signatures with the higher of the two s.
   *
   * @param hash 32 bytes
   * @throws TextException when it is no signature of anyone
   */
  public static String signer(byte[] hash, Signature signature) {
    BouncyCastle.required();
    if (hash.length != 32) {
      throw new IllegalArgumentException("a hash has 32 bytes, not " + hash.length);
    }
    return address(BouncyCastle.Curve.publicKey(hash, signature));
  }

  private static String address(byte[] publicKey) {
    byte[] hash = BouncyCastle.keccak256(publicKey);
    return "0x" + Hex.encode(Arrays.copyOfRange(hash, 12, 32));
  }

  private Secp256k1(byte[] key) {
    this.key = new BigInteger(1, key);
    if (key.length != 32
        || this.key.signum() == 0
        || this.key.compareTo(BouncyCastle.Curve.order()) >= 0) {
      throw new TextException(
          "the secret is not a secp256k1 private key: 32 bytes within its order");
    }
    address = address(BouncyCastle.Curve.publicKey(this.key));
  }

  /**
   * The key is the hexadecimal of 32 bytes, with or without {@code 0x}. Throws {@link
   * TextException} when it is not.
   */
  public static Secp256k1 hex(Secret key) {
    BouncyCastle.required();
    return key.hexDecoded().derive("secp256k1", Secp256k1.class, Secp256k1::new);
  }

  /**
   * Signs a hash as it is.
   *
   * @param hash 32 bytes
   */
  public Signature sign(byte[] hash) {
    if (hash.length != 32) {
      throw new IllegalArgumentException("a hash has 32 bytes, not " + hash.length);
    }
    return BouncyCastle.Curve.sign(key, hash);
  }

  /** The account of the key: {@code 0x} and 40 digits, letters in lower case. Not secret. */
  public String address() {
    return address;
  }
}
