package dev.colibri.connector.testkit.exchange.binance;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** API keys and the signatures they make; written with the JDK alone, on purpose. */
final class Keys {

  /** Answers whether a signature belongs to a payload. */
  private interface Verifier {
    boolean verify(byte[] payload, String signature) throws GeneralSecurityException;
  }

  /** One API key of an account. */
  static final class Key {
    private final String apiKey;
    private final String account;
    private final boolean ed25519;
    private final Verifier verifier;

    private Key(String apiKey, String account, boolean ed25519, Verifier verifier) {
      this.apiKey = apiKey;
      this.account = account;
      this.ed25519 = ed25519;
      this.verifier = verifier;
    }

    String apiKey() {
      return apiKey;
    }

    String account() {
      return account;
    }

    boolean isEd25519() {
      return ed25519;
    }

    void verify(String payload, String signature) {
      boolean good;
      try {
        good = verifier.verify(payload.getBytes(StandardCharsets.UTF_8), signature);
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        good = false;
      }
      if (!good) {
        throw new ApiError(-1022, "Signature for this request is not valid.");
      }
    }
  }

  private final Map<String, Key> keys = new LinkedHashMap<>();

  void addHmac(String apiKey, String secret, String account) {
    var key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    add(
        new Key(
            apiKey,
            account,
            false,
            (payload, signature) -> {
              var mac = Mac.getInstance("HmacSHA256");
              mac.init(key);
              // Not case-sensitive, unlike the other kinds.
              var sent = HexFormat.of().parseHex(signature.toLowerCase(Locale.ROOT));
              return MessageDigest.isEqual(mac.doFinal(payload), sent);
            }));
  }

  void addEd25519(String apiKey, PublicKey publicKey, String account) {
    add(
        new Key(
            apiKey,
            account,
            true,
            (payload, signature) -> {
              var verifier = Signature.getInstance("Ed25519");
              verifier.initVerify(publicKey);
              verifier.update(payload);
              return verifier.verify(Base64.getDecoder().decode(signature));
            }));
  }

  private void add(Key key) {
    if (keys.putIfAbsent(key.apiKey(), key) != null) {
      throw new IllegalArgumentException("there is such an API key already");
    }
  }

  /** The key of this name; the venue's errors for none, for nonsense and for a stranger's. */
  Key require(@Nullable String apiKey) {
    if (apiKey == null || !apiKey.matches("[a-zA-Z0-9]{16,128}")) {
      throw new ApiError(401, -2014, "API-key format invalid.");
    }
    var key = keys.get(apiKey);
    if (key == null) {
      throw new ApiError(401, -2015, "Invalid API-key, IP, or permissions for action.");
    }
    return key;
  }
}
