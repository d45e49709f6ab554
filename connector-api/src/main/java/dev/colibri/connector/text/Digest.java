package dev.colibri.connector.text;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/** Hashes without a key. Text is hashed as UTF-8. */
public final class Digest {
  private Digest() {}

  public static byte[] sha256(byte[] message) {
    return hash("SHA-256", message);
  }

  public static byte[] sha256(String message) {
    return sha256(message.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] sha512(byte[] message) {
    return hash("SHA-512", message);
  }

  public static byte[] sha512(String message) {
    return sha512(message.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] md5(byte[] message) {
    return hash("MD5", message);
  }

  public static byte[] md5(String message) {
    return md5(message.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Ethereum's hash: Keccak before it became SHA-3, which has another padding. Needs BouncyCastle
   * on the class path; the {@link IllegalStateException} that is thrown without says what to add.
   */
  public static byte[] keccak256(byte[] message) {
    BouncyCastle.required();
    return BouncyCastle.keccak256(message);
  }

  private static byte[] hash(String algorithm, byte[] message) {
    try {
      return MessageDigest.getInstance(algorithm).digest(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(algorithm + " is not available", e);
    }
  }
}
