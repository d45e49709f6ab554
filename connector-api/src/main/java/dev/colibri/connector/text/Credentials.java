package dev.colibri.connector.text;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a venue knows one account by: a key, a secret, and where it wants them a passphrase or other
 * named values (a user id, a memo). Immutable; {@link #toString()} shows nothing but the label.
 */
public final class Credentials implements AutoCloseable {
  /** The label of an account that was not given one. */
  public static final String DEFAULT_ACCOUNT = "default";

  private static final String PASSPHRASE = "passphrase";

  private final String account;
  private final String apiKey;
  private final Secret secret;
  private final Map<String, Secret> others;

  private Credentials(String account, String apiKey, Secret secret, Map<String, Secret> others) {
    this.account = account;
    this.apiKey = apiKey;
    this.secret = secret;
    this.others = others;
  }

  public static Credentials of(String apiKey, String secret) {
    if (secret.isBlank()) {
      throw new IllegalArgumentException("the API secret is blank");
    }
    return of(apiKey, Secret.of(secret));
  }

  public static Credentials of(String apiKey, Secret secret) {
    if (apiKey.isBlank()) {
      throw new IllegalArgumentException("the API key is blank");
    }
    return new Credentials(DEFAULT_ACCOUNT, apiKey, secret, new TreeMap<>());
  }

  /**
   * Reads {@code <prefix>_API_KEY} and {@code <prefix>_API_SECRET} from the environment, and every
   * other {@code <prefix>_API_<NAME>} as a value named {@code <name>} in lower case: {@code
   * KRAKEN_API_PASSPHRASE} is the passphrase. Throws {@link IllegalStateException} that names the
   * variable that is missing.
   */
  public static Credentials fromEnv(String prefix) {
    return fromEnv(prefix, System.getenv());
  }

  static Credentials fromEnv(String prefix, Map<String, String> environment) {
    String start = prefix + "_API_";
    var credentials =
        of(required(start + "KEY", environment), required(start + "SECRET", environment));
    // Sorted, because the order of the environment is not defined.
    for (var variable : new TreeMap<>(environment).entrySet()) {
      if (variable.getKey().startsWith(start) && !variable.getValue().isBlank()) {
        String name = variable.getKey().substring(start.length()).toLowerCase(Locale.ROOT);
        if (!name.equals("key") && !name.equals("secret")) {
          credentials = credentials.with(name, variable.getValue());
        }
      }
    }
    return credentials;
  }

  static String required(String variable, Map<String, String> environment) {
    String value = environment.get(variable);
    if (value == null || value.isBlank()) {
      throw new IllegalStateException(
          "the environment variable " + variable + " is " + (value == null ? "not set" : "blank"));
    }
    return value;
  }

  /** The same, with a label for logs, journal and limits: {@code mm-1}. */
  public Credentials account(String label) {
    return new Credentials(label, apiKey, secret, others);
  }

  public Credentials withPassphrase(String passphrase) {
    return with(PASSPHRASE, passphrase);
  }

  /** The same, with one more named value. */
  public Credentials with(String name, String value) {
    return with(name, Secret.of(value));
  }

  /** The same, with one more named value. */
  public Credentials with(String name, Secret value) {
    var more = new TreeMap<>(others);
    more.put(name, value);
    return new Credentials(account, apiKey, secret, more);
  }

  /** The label; {@value #DEFAULT_ACCOUNT} unless given. Not secret. */
  public String account() {
    return account;
  }

  public String apiKey() {
    return apiKey;
  }

  public Secret secret() {
    return secret;
  }

  /** Throws {@link IllegalStateException} when there is none. */
  public Secret passphrase() {
    return get(PASSPHRASE);
  }

  /** A named value. Throws {@link IllegalStateException} when there is none. */
  public Secret get(String name) {
    Secret value = find(name);
    if (value == null) {
      throw new IllegalStateException("the credentials of " + account + " have no " + name);
    }
    return value;
  }

  /** A named value, or null. */
  public @Nullable Secret find(String name) {
    return others.get(name);
  }

  /** The values beyond key and secret, by name, unmodifiable. */
  public Map<String, Secret> others() {
    return Collections.unmodifiableMap(others);
  }

  /** Wipes every secret; copies of these credentials share them. */
  @Override
  public void close() {
    secret.close();
    others.values().forEach(Secret::close);
  }

  @Override
  public String toString() {
    return "Credentials(" + account + ")";
  }
}
