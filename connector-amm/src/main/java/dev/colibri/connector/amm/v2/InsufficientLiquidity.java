package dev.colibri.connector.amm.v2;

/** A pool does not hold what is asked of it; at no price. */
public final class InsufficientLiquidity extends RuntimeException {
  private static final long serialVersionUID = 1;

  InsufficientLiquidity(String message) {
    super(message);
  }
}
