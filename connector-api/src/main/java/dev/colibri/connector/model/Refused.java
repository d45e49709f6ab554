package dev.colibri.connector.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * An order was refused here, before anything was sent. Nothing rests on the venue and nothing was
 * registered, so that the caller may mend the order and place it again.
 */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final Rule rule;
  private final String value;
  private final transient @Nullable BigDecimal nearest;

  /**
   * A refusal.
   *
   * @param rule the rule that is broken
   * @param value the value that breaks it, as text
   * @param nearest the nearest lawful value, or null where there is none
   * @param message a sentence that says what to do
   */
  public Refused(Rule rule, String value, @Nullable BigDecimal nearest, String message) {
    super(rule + ": " + message);
    this.rule = rule;
    this.value = value;
    this.nearest = nearest;
  }

  /** The rule that is broken. */
  public Rule rule() {
    return rule;
  }

  /** The value that breaks it, as text. */
  public String value() {
    return value;
  }

  /** The nearest lawful value, or null where there is none. */
  public @Nullable BigDecimal nearest() {
    return nearest;
  }
}
