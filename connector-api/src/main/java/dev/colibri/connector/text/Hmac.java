package dev.colibri.connector.text;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A keyed hash (RFC 2104). There is one for a secret and an algorithm, made at the first use and
 * kept by the secret. Thread-safe.
 */
public final class Hmac {
  private final Mac mac;

  private Hmac(String algorithm, byte[] key) {
    try {
      mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key, algorithm));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(algorithm + " is not available", e);
    }
  }

  public static Hmac sha256(Secret key) {
    return of("HmacSHA256", key);
  }

  public static Hmac sha384(Secret key) {
    return of("HmacSHA384", key);
  }

  public static Hmac sha512(Secret key) {
    return of("HmacSHA512", key);
  }

  public static Hmac sha1(Secret key) {
    return of("HmacSHA1", key);
  }

  public static Hmac md5(Secret key) {
    return of("HmacMD5", key);
  }

  private static Hmac of(String algorithm, Secret key) {
    return key.derive(
        algorithm,
        Hmac.class,
        bytes -> {
          if (bytes.length == 0) {
            throw new IllegalStateException("the secret is empty");
          }
          return new Hmac(algorithm, bytes);
        });
  }

  public synchronized byte[] sign(byte[] message) {
    return mac.doFinal(message);
  }

  /** Over the UTF-8 of the text, in lower-case hexadecimal. */
  public String hex(String message) {
    return Hex.encode(sign(message.getBytes(StandardCharsets.UTF_8)));
  }

  /** Over the UTF-8 of the text, in padded Base64. */
  public String base64(String message) {
    return Base64.encode(sign(message.getBytes(StandardCharsets.UTF_8)));
  }
}
