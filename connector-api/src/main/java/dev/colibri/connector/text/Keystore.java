package dev.colibri.connector.text;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.UUID;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Files that wallets keep their keys in: Web3 Secret Storage, version 3. The key is encrypted by
 * what is derived from a password, and a wrong password or a changed file is told from a right one.
 * Needs BouncyCastle, as {@link Secp256k1} does.
 *
 * <p>How hard the derivation is stands in the file: one that would take more than 512 MiB, or
 * minutes, is refused.
 */
public final class Keystore {
  /** How hard it is to guess the password of a file that is written. */
  public enum Cost {
    /** About a second, and 256 MiB. */
    STANDARD(262_144, 8, 1),
    /** Milliseconds, and 4 MiB: for long random passwords, and for tests. */
    LIGHT(4096, 8, 6);

    private final int n;
    private final int r;
    private final int p;

    Cost(int n, int r, int p) {
      this.n = n;
      this.r = r;
      this.p = p;
    }
  }

  private static final int KEY = 32;
  private static final int MOST_BYTES = 1 << 16;
  private static final long MOST_MEMORY = 512L << 20;
  private static final long MOST_ROUNDS = 10_000_000;

  /** What scrypt does in all: 128 bytes, so many times. */
  private static final long MOST_WORK = 1L << 25;

  private Keystore() {}

  /**
   * Reads a file.
   *
   * @param json the file's text
   * @return the key, as hexadecimal text
   * @throws TextException when it is no such file, or the password is not its own
   */
  public static Secret decrypt(String json, Secret password) {
    BouncyCastle.required();
    if (json.length() > MOST_BYTES) {
      throw new TextException("a keystore of " + json.length() + " characters");
    }
    Json file = Json.parse(json);
    if (file.longValue("version") != 3) {
      throw new TextException("a keystore of version " + file.longValue("version") + ", not 3");
    }
    Json crypto = file.get(file.has("crypto") ? "crypto" : "Crypto");
    if (!crypto.text("cipher").equals("aes-128-ctr")) {
      throw new TextException("a keystore with another cipher than aes-128-ctr");
    }
    byte[] sealed = bytes(crypto, "ciphertext", KEY);
    byte[] iv = bytes(crypto.get("cipherparams"), "iv", 16);
    byte[] mac = bytes(crypto, "mac", 32);
    byte[] derived = derive(crypto.text("kdf"), crypto.get("kdfparams"), password);
    try {
      if (!MessageDigest.isEqual(mac, mac(derived, sealed))) {
        throw new TextException("not the password of this keystore, or the file was changed");
      }
      byte[] key = cipher(derived, iv, sealed);
      try {
        return Secret.of(Hex.encode(key));
      } finally {
        Arrays.fill(key, (byte) 0);
      }
    } finally {
      Arrays.fill(derived, (byte) 0);
    }
  }

  /** The address that a file says it is of, or null: 40 digits, with or without {@code 0x}. */
  public static @Nullable String address(String json) {
    return Json.parse(json).findText("address");
  }

  /**
   * Writes a file.
   *
   * @param key as hexadecimal text
   * @param random must be a {@code java.security.SecureRandom}, but in tests
   * @return the file's text
   * @throws TextException when it is no key of this curve
   */
  public static String encrypt(Secret key, Secret password, Cost cost, RandomGenerator random) {
    Secp256k1 known = Secp256k1.hex(key);
    byte[] salt = new byte[32];
    random.nextBytes(salt);
    byte[] iv = new byte[16];
    random.nextBytes(iv);
    // Version and variant as of one that is random (RFC 4122, section 4.4).
    long high = random.nextLong() & ~0xf000L | 0x4000L;
    long low = random.nextLong() & ~(3L << 62) | 1L << 63;
    byte[] word = password.reveal();
    byte[] derived = Scrypt.derive(word, salt, cost.n, cost.r, cost.p, KEY);
    byte[] plain = key.hexDecoded().reveal();
    try {
      byte[] sealed = cipher(derived, iv, plain);
      return new JsonWriter()
          .object()
          .put("version", 3)
          .put("id", new UUID(high, low).toString())
          .put("address", known.address().substring(2))
          .object("crypto")
          .put("cipher", "aes-128-ctr")
          .object("cipherparams")
          .put("iv", Hex.encode(iv))
          .end()
          .put("ciphertext", Hex.encode(sealed))
          .put("kdf", "scrypt")
          .object("kdfparams")
          .put("dklen", KEY)
          .put("n", cost.n)
          .put("p", cost.p)
          .put("r", cost.r)
          .put("salt", Hex.encode(salt))
          .end()
          .put("mac", Hex.encode(mac(derived, sealed)))
          .end()
          .end()
          .toString();
    } finally {
      Arrays.fill(word, (byte) 0);
      Arrays.fill(derived, (byte) 0);
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static byte[] derive(String kdf, Json params, Secret password) {
    if (params.longValue("dklen") != KEY) {
      throw new TextException("a keystore that derives another length than 32 bytes");
    }
    byte[] salt = Hex.decode(params.text("salt"));
    byte[] word = password.reveal();
    try {
      if (kdf.equals("scrypt")) {
        long n = within(params, "n", 2, 1 << 24);
        long r = within(params, "r", 1, 64);
        long p = within(params, "p", 1, 64);
        if (Long.bitCount(n) != 1 || 128 * n * r > MOST_MEMORY || n * r * p > MOST_WORK) {
          throw new TextException(
              "a keystore that costs too much: n " + n + ", r " + r + ", p " + p);
        }
        return Scrypt.derive(word, salt, (int) n, (int) r, (int) p, KEY);
      }
      if (kdf.equals("pbkdf2") && params.text("prf").equals("hmac-sha256")) {
        return BouncyCastle.Kdf.pbkdf2(word, salt, (int) within(params, "c", 1, MOST_ROUNDS), KEY);
      }
      throw new TextException("a keystore with another derivation than scrypt or pbkdf2: " + kdf);
    } finally {
      Arrays.fill(word, (byte) 0);
    }
  }

  private static long within(Json params, String name, long least, long most) {
    long value = params.longValue(name);
    if (value < least || value > most) {
      throw new TextException("a keystore with " + name + " " + value + ", beyond " + most);
    }
    return value;
  }

  private static byte[] bytes(Json at, String name, int length) {
    byte[] bytes = Hex.decode(at.text(name));
    if (bytes.length != length) {
      throw new TextException(
          "a keystore whose " + name + " has " + bytes.length + " bytes, not " + length);
    }
    return bytes;
  }

  private static byte[] mac(byte[] derived, byte[] sealed) {
    byte[] text = new byte[16 + sealed.length];
    System.arraycopy(derived, 16, text, 0, 16);
    System.arraycopy(sealed, 0, text, 16, sealed.length);
    return BouncyCastle.keccak256(text);
  }

  private static byte[] cipher(byte[] derived, byte[] iv, byte[] text) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(derived, 0, 16, "AES"), new IvParameterSpec(iv));
      return cipher.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES is not available", e);
    }
  }
}
