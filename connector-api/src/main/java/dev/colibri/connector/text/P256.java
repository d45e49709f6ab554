package dev.colibri.connector.text;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * ECDSA on the curve P-256 over SHA-256, which JSON Web Tokens call ES256. One key and one message
 * have one signature (RFC 6979). There is one signer for a secret, made at the first use and kept
 * by the secret. Thread-safe.
 */
public final class P256 {
  private static final ECParameterSpec CURVE = curve();
  private static final BigInteger ORDER = CURVE.getOrder();

  /** Bytes of a number of the curve. */
  private static final int SIZE = 32;

  /** RFC 5915: version 1, then the private number, as an octet string of 32 bytes. */
  private static final byte[] SEC1 = Hex.decode("0201010420");

  /** RFC 5915: the curve, if told, is P-256. */
  private static final byte[] SEC1_CURVE = Hex.decode("a00a06082a8648ce3d030107");

  private final ECPrivateKey key;
  private final Signature signature;

  private P256(ECPrivateKey key) throws GeneralSecurityException {
    this.key = key;
    signature = Signature.getInstance("SHA256withECDSAinP1363Format");
  }

  private static ECParameterSpec curve() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("P-256 is not available", e);
    }
  }

  /**
   * The key is a file in PEM, SEC 1 ({@code BEGIN EC PRIVATE KEY}) or PKCS #8 ({@code BEGIN PRIVATE
   * KEY}). Throws {@link TextException} when it is not, or is of another curve.
   */
  public static P256 pem(Secret key) {
    return key.derive(
        "p256-pem",
        P256.class,
        bytes ->
            Pem.is(Pem.SEC1, bytes)
                ? Pem.read(Pem.SEC1, bytes, P256::sec1)
                : Pem.read(Pem.PKCS8, bytes, P256::pkcs8));
  }

  private static P256 pkcs8(byte[] der) {
    try {
      var generated = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
      if (generated instanceof ECPrivateKey ec
          && ec.getParams().getCurve().equals(CURVE.getCurve())) {
        return new P256(ec);
      }
    } catch (GeneralSecurityException e) {
      // Falls through without the cause, which may describe the key.
    }
    throw new TextException("the secret is not a P-256 private key");
  }

  /** A sequence shorter than 128 bytes, of which the length is one byte. */
  private static P256 sec1(byte[] der) {
    int start = 2 + SEC1.length;
    int end = start + SIZE;
    int curve = end + SEC1_CURVE.length;
    boolean tells = der.length > end && der[end] == SEC1_CURVE[0];
    if (der.length >= end
        && der[0] == 0x30
        && der[1] == der.length - 2
        && Arrays.equals(der, 2, start, SEC1, 0, SEC1.length)
        && (!tells
            || der.length >= curve
                && Arrays.equals(der, end, curve, SEC1_CURVE, 0, SEC1_CURVE.length))) {
      BigInteger number = new BigInteger(1, der, start, SIZE);
      if (number.signum() > 0 && number.compareTo(ORDER) < 0) {
        try {
          var spec = new ECPrivateKeySpec(number, CURVE);
          return new P256((ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(spec));
        } catch (GeneralSecurityException e) {
          // Falls through without the cause, which may describe the key.
        }
      }
    }
    throw new TextException("the secret is not a P-256 private key");
  }

  /** The 64 bytes of the signature: r, then s. */
  public synchronized byte[] sign(byte[] message) {
    try {
      signature.initSign(key, new Nonce(key.getS(), message));
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("P-256 cannot sign", e);
    }
  }

  /**
   * The one random number of a signature, reckoned from key and message (RFC 6979, section 3.2). A
   * provider that asks for other amounts than the JDK's does, or asks again, gets what is as secret
   * and as different for every message, so that its signatures are as good.
   */
  private static final class Nonce extends SecureRandom {
    private static final long serialVersionUID = 1;

    private final transient Mac mac;
    private final transient byte[] bytes;
    private transient boolean again;

    Nonce(BigInteger number, byte[] message) throws GeneralSecurityException {
      mac = Mac.getInstance("HmacSHA256");
      bytes = new byte[SIZE];
      Arrays.fill(bytes, (byte) 1);
      byte[] x = unsigned(number);
      byte[] digest = unsigned(new BigInteger(1, Digest.sha256(message)).mod(ORDER));
      key(new byte[SIZE]);
      rekey((byte) 0, x, digest);
      rekey((byte) 1, x, digest);
      Arrays.fill(x, (byte) 0);
    }

    private void key(byte[] key) {
      try {
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private void rekey(byte separator, byte[]... more) {
      mac.update(bytes);
      mac.update(separator);
      for (byte[] part : more) {
        mac.update(part);
      }
      key(mac.doFinal());
      step();
    }

    private void step() {
      System.arraycopy(mac.doFinal(bytes), 0, bytes, 0, SIZE);
    }

    /** The JDK reads its number with the lowest byte first, and reduces what is too large. */
    @Override
    public void nextBytes(byte @Nullable [] out) {
      BigInteger candidate;
      do {
        if (again) {
          rekey((byte) 0);
        }
        again = true;
        step();
        candidate = new BigInteger(1, bytes);
      } while (candidate.signum() == 0 || candidate.compareTo(ORDER) >= 0);
      for (int i = 0; out != null && i < out.length; i++) {
        out[i] = i < SIZE ? bytes[SIZE - 1 - i] : 0;
      }
    }
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] signed = number.toByteArray();
    byte[] out = new byte[SIZE];
    int length = Math.min(SIZE, signed.length);
    System.arraycopy(signed, signed.length - length, out, SIZE - length, length);
    Arrays.fill(signed, (byte) 0);
    return out;
  }
}
