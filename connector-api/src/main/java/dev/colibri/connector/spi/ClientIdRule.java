package dev.colibri.connector.spi;

/**
 * How a venue lets us name orders.
 *
 * @param prefix what ours begin with, so that they are known again after a restart; may be empty
 *     where the venue takes numbers only
 * @param maxLength the longest id it takes, prefix included
 * @param alphabet the letters it takes, each once; the engine writes numbers in this base
 * @param start what every id must begin with, ours and the user's own; usually empty
 */
public record ClientIdRule(String prefix, int maxLength, String alphabet, String start) {
  /** Digits and letters of both cases. */
  public static final String ALPHANUMERIC =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  /** Lower-case hexadecimal digits. */
  public static final String HEX = "0123456789abcdef";

  /** Decimal digits. */
  public static final String DIGITS = "0123456789";

  /** For a venue that wants no particular beginning. */
  public ClientIdRule(String prefix, int maxLength, String alphabet) {
    this(prefix, maxLength, alphabet, "");
  }

  public ClientIdRule {
    if (!prefix.startsWith(start)) {
      throw new IllegalArgumentException("ids that begin with " + prefix + " and not " + start);
    }
    if (alphabet.length() < 10) {
      throw new IllegalArgumentException("an alphabet of " + alphabet.length() + " is too small");
    }
    // 64 random bits must fit, or ids of several programs on one account could meet.
    double bits = (maxLength - prefix.length()) * Math.log(alphabet.length()) / Math.log(2);
    if (bits < 60) {
      throw new IllegalArgumentException("ids of " + maxLength + " leave only " + bits + " bits");
    }
  }

  /**
   * Why an id is not lawful, or null when it is. Hyphens and underscores are checked by the venue:
   * rules name the letters that are certain.
   */
  public boolean allows(String id) {
    return id.length() > start.length()
        && id.startsWith(start)
        && id.length() <= maxLength
        && id.chars()
            .skip(start.length())
            .allMatch(c -> alphabet.indexOf(c) >= 0 || c == '-' || c == '_');
  }
}
