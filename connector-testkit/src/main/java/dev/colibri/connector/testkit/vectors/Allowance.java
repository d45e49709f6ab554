package dev.colibri.connector.testkit.vectors;

import java.util.regex.Pattern;

/**
 * A difference between our lawful request and the peer's lawful request that is no mistake.
 *
 * @param ops the operations it holds for, as a regular expression
 * @param difference the whole line of the difference, as a regular expression
 * @param reason why both are right
 */
public record Allowance(Pattern ops, Pattern difference, String reason) {

  /** An allowance; keep the expressions narrow. */
  public static Allowance of(String ops, String difference, String reason) {
    return new Allowance(Pattern.compile(ops), Pattern.compile(difference), reason);
  }

  boolean allows(String op, String line) {
    return ops.matcher(op).matches() && difference.matcher(line).matches();
  }
}
