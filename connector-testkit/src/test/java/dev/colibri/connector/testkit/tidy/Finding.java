package dev.colibri.connector.testkit.tidy;

/**
 * A line that breaks a rule.
 *
 * @param path the file, from the repository's root
 * @param line from 1
 * @param rule the rule's name
 * @param message what is wrong
 */
record Finding(String path, int line, String rule, String message) {
  @Override
  public String toString() {
    return path + ":" + line + " " + rule + ": " + message;
  }
}
