package dev.colibri.connector.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that must not be seen: an API secret, a passphrase, a private key. It does not print, does
 * not compare, does not serialise. {@link #close()} wipes the bytes; keys that cryptographic
 * providers derived from them are let go then, but cannot be wiped on every JDK. Thread-safe.
 */
public final class Secret implements AutoCloseable {
  private final byte[] bytes;

  /** What was derived from this secret, made once: signing keys and decoded forms. */
  private final Map<String, Object> derived = new TreeMap<>();

  /** What was derived last: signing asks for the same again and again, and finds it unlocked. */
  private volatile @Nullable Derived last;

  private final boolean pem;
  private volatile boolean closed;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
    int start = 0;
    while (start < bytes.length && bytes[start] <= ' ') {
      start++;
    }
    pem = start < bytes.length && bytes[start] == '-';
  }

  private record Derived(String name, Object value) {}

  /** The UTF-8 bytes of the text. */
  public static Secret of(String text) {
    return new Secret(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A copy of the bytes; the caller wipes its own. */
  public static Secret of(byte[] bytes) {
    return new Secret(bytes.clone());
  }

  /**
   * The value of a variable of the environment. Throws {@link IllegalStateException} that names it
   * when it is not set, or blank.
   */
  public static Secret fromEnv(String variable) {
    return of(Credentials.required(variable, System.getenv()));
  }

  /** A copy of the bytes, which the caller should wipe. */
  public synchronized byte[] reveal() {
    return live().clone();
  }

  /** The bytes as UTF-8 text, for the few venues that want a passphrase in a header. */
  public synchronized String revealText() {
    return new String(live(), StandardCharsets.UTF_8);
  }

  /**
   * Whether it begins as a file in PEM does, with hyphens, and so is no key of a venue's making.
   */
  public boolean isPem() {
    live();
    return pem;
  }

  /** The secret this one is the Base64 of: some venues hand keys out that way. */
  public Secret base64Decoded() {
    return derive(
        "base64", Secret.class, bytes -> new Secret(Base64.decode(ascii(bytes, "Base64"))));
  }

  /** The secret this one is the hexadecimal of, with or without {@code 0x}. */
  public Secret hexDecoded() {
    return derive("hex", Secret.class, bytes -> new Secret(Hex.decode(ascii(bytes, "hex"))));
  }

  private static String ascii(byte[] bytes, String what) {
    for (byte b : bytes) {
      if (b < 0) {
        throw new TextException("the secret is not " + what);
      }
    }
    return new String(bytes, StandardCharsets.US_ASCII).strip();
  }

  /** Makes a value from the bytes once, and returns the same one from then on. */
  <T> T derive(String name, Class<T> type, Function<byte[], T> make) {
    Derived known = last;
    return type.cast(
        known != null && known.name.equals(name) ? known.value : deriveOnce(name, make));
  }

  private synchronized Object deriveOnce(String name, Function<byte[], ?> make) {
    live();
    Object value = derived.get(name);
    if (value == null) {
      value = make.apply(bytes);
      derived.put(name, value);
    }
    last = new Derived(name, value);
    return value;
  }

  private byte[] live() {
    if (closed) {
      throw new IllegalStateException("the secret is closed");
    }
    return bytes;
  }

  /** Wipes the bytes, and those of secrets decoded from them. Every later use throws. */
  @Override
  public synchronized void close() {
    closed = true;
    last = null;
    Arrays.fill(bytes, (byte) 0);
    for (Object value : derived.values()) {
      if (value instanceof Secret secret) {
        secret.close();
      }
    }
    derived.clear();
  }

  @Override
  public String toString() {
    return "Secret(***)";
  }
}
