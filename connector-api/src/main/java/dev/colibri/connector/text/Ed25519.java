package dev.colibri.connector.text;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/**
 * Signatures of RFC 8032, which are deterministic: one key and one message have one signature.
 * There is one signer for a secret, made at the first use and kept by the secret. Thread-safe.
 */
public final class Ed25519 {
  /** RFC 8410: what stands before the 32 bytes of the seed in PKCS #8. */
  private static final byte[] PKCS8 = Hex.decode("302e020100300506032b657004220420");

  private static final int SEED = 32;

  private final Signature signature;

  private Ed25519(byte[] pkcs8) {
    try {
      signature = Signature.getInstance("Ed25519");
      signature.initSign(
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
    } catch (GeneralSecurityException e) {
      // Without the cause, which may describe the key.
      throw new TextException("the secret is not an Ed25519 private key");
    }
  }

  /** The key is a PKCS #8 file in PEM. Throws {@link TextException} when it is not. */
  public static Ed25519 pem(Secret key) {
    return key.derive(
        "ed25519-pem", Ed25519.class, bytes -> Pem.read(Pem.PKCS8, bytes, Ed25519::new));
  }

  /**
   * The key is the raw seed of 32 bytes, which the public key may follow, another 32. Throws {@link
   * TextException} when it is not.
   */
  public static Ed25519 seed(Secret key) {
    return key.derive(
        "ed25519-seed",
        Ed25519.class,
        bytes -> {
          if (bytes.length != SEED && bytes.length != 2 * SEED) {
            throw new TextException("an Ed25519 seed has 32 bytes, not " + bytes.length);
          }
          byte[] pkcs8 = Arrays.copyOf(PKCS8, PKCS8.length + SEED);
          try {
            System.arraycopy(bytes, 0, pkcs8, PKCS8.length, SEED);
            return new Ed25519(pkcs8);
          } finally {
            Arrays.fill(pkcs8, (byte) 0);
          }
        });
  }

  /** The 64 bytes of the signature. */
  public synchronized byte[] sign(byte[] message) {
    try {
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Ed25519 cannot sign", e);
    }
  }

  /** Over the UTF-8 of the text, in padded Base64. */
  public String base64(String message) {
    return Base64.encode(sign(message.getBytes(StandardCharsets.UTF_8)));
  }
}
