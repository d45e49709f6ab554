package dev.colibri.connector.testkit.tidy;

import java.util.List;

/** Where a rule does not hold, and why. One that is no longer needed fails the test. */
final class Exceptions {
  /**
   * @param rule the rule's name
   * @param file how the path ends
   * @param containing what stands on the line; empty for any line
   */
  record Exempt(String rule, String file, String containing, String reason) {
    boolean covers(Finding finding, String line) {
      return finding.rule().equals(rule)
          && finding.path().endsWith("/" + file)
          && line.contains(containing);
    }
  }

  static final List<Exempt> ALL =
      List.of(
          new Exempt(
              "ambient-settings",
              "text/Credentials.java",
              "fromEnv(prefix, System.getenv())",
              "fromEnv is what a program calls to have its keys from the environment"),
          new Exempt(
              "ambient-settings",
              "text/Secret.java",
              "required(variable, System.getenv())",
              "fromEnv is what a program calls to have a key from the environment"),
          new Exempt(
              "iteration-order",
              "text/Redactor.java",
              "Set.of(",
              "words are only looked up in these"),
          new Exempt(
              "money-double",
              "model/Instrument.java",
              "BigDecimal price(double price, RoundingMode mode)",
              "the one door for models that reckon in double; it rounds to the tick"),
          new Exempt(
              "money-double",
              "model/Instrument.java",
              "BigDecimal size(double size)",
              "the one door for models that reckon in double; it rounds to the lot"),
          new Exempt(
              "banned-anywhere",
              "text/SecretTest.java",
              "ObjectOutputStream",
              "proves that a secret cannot be serialised"),
          new Exempt(
              "banned-anywhere",
              "io/OtherClientsTest.java",
              "HttpURLConnection",
              "counts how often it sends again what it was told once"),
          new Exempt(
              "broad-catch",
              "connector/Colibri.java",
              "catch (Throwable e)",
              "a task of the user threw: it is reported, and the others go on"),
          new Exempt(
              "broad-catch",
              "connector/Listeners.java",
              "catch (Throwable e)",
              "a listener of the user threw: it is told of, and the others go on"),
          new Exempt(
              "broad-catch",
              "io/LiveHost.java",
              "catch (Throwable e)",
              "a thread outlives whatever its tasks throw"),
          new Exempt(
              "broad-catch",
              "exchange/EmbeddedExchange.java",
              "catch (Exception e)",
              "what a task threw reaches whoever asked for it"),
          new Exempt(
              "broad-catch",
              "vectors/PeerVectors.java",
              "catch (Exception e)",
              "a vector that makes the dialect throw is a difference, and the next is judged"),
          new Exempt(
              "broad-catch",
              "quickstart/Quickstart.java",
              "catch (Exception e)",
              "main says why it failed and ends with 1"),
          new Exempt(
              "broad-catch",
              "marketmaker/Main.java",
              "catch (Exception e)",
              "main says why it failed and ends with 1"),
          new Exempt(
              "broad-catch",
              "fundingarbitrage/Main.java",
              "catch (Exception e)",
              "main says why it failed and ends with 1"),
          new Exempt(
              "broad-catch",
              "recorder/Main.java",
              "catch (Exception e)",
              "main says why it failed and ends with 1"),
          new Exempt(
              "venue-names",
              "exchange/EmbeddedExchange.java",
              "inance",
              "what starts an exchange says which protocols it has"),
          new Exempt(
              "venue-names",
              "exchange/Main.java",
              "inance",
              "the command line says which protocols it has"),
          new Exempt(
              "venue-names",
              "firstbot/FirstBot.java",
              "inance",
              "a bot opens the venue that it trades on"),
          new Exempt(
              "venue-names",
              "firstbot/JoinTheBid.java",
              "inance",
              "a bot opens the venue that it trades on"));

  private Exceptions() {}
}
