package dev.colibri.connector.text;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Signs JSON Web Tokens (RFC 7519) by ES256 or EdDSA, whichever the key is for. There is one signer
 * for a secret, made at the first use and kept by the secret. Thread-safe.
 */
public final class Jwt {
  private final String algorithm;
  private final UnaryOperator<byte[]> signer;

  private Jwt(String algorithm, UnaryOperator<byte[]> signer) {
    this.algorithm = algorithm;
    this.signer = signer;
  }

  /**
   * The key is a P-256 or Ed25519 key in PEM ({@link P256#pem}, {@link Ed25519#pem}), or the Base64
   * of an {@linkplain Ed25519#seed Ed25519 seed}. Throws {@link TextException} when it is not.
   */
  public static Jwt of(Secret key) {
    return key.derive(
        "jwt",
        Jwt.class,
        bytes -> {
          if (Pem.is(Pem.SEC1, bytes)) {
            return es256(key);
          }
          if (Pem.is(Pem.PKCS8, bytes)) {
            try {
              return es256(key);
            } catch (TextException e) {
              return new Jwt("EdDSA", Ed25519.pem(key)::sign);
            }
          }
          return new Jwt("EdDSA", Ed25519.seed(key.base64Decoded())::sign);
        });
  }

  private static Jwt es256(Secret key) {
    return new Jwt("ES256", P256.pem(key)::sign);
  }

  /**
   * A token.
   *
   * @param header writes the fields of the header beyond {@code alg} and {@code typ}
   * @param claims writes the fields of the claims
   */
  public String sign(Consumer<JsonWriter> header, Consumer<JsonWriter> claims) {
    JsonWriter head = new JsonWriter().object().put("alg", algorithm).put("typ", "JWT");
    header.accept(head);
    JsonWriter body = new JsonWriter().object();
    claims.accept(body);
    String content =
        Base64.urlEncode(head.end().toBytes()) + "." + Base64.urlEncode(body.end().toBytes());
    byte[] signature = signer.apply(content.getBytes(StandardCharsets.US_ASCII));
    return content + "." + Base64.urlEncode(signature);
  }
}
