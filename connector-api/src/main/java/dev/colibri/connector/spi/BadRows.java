package dev.colibri.connector.spi;

/**
 * Takes the rows of a reply that could not be read, so that one bad row never hides the others. The
 * engine tells the user of each.
 */
@FunctionalInterface
public interface BadRows {
  /**
   * A row was set aside.
   *
   * @param row the row's text, any length
   * @param problem what is wrong with it
   */
  void bad(String row, RuntimeException problem);
}
