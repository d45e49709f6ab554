package dev.colibri.connector.testkit.exchange;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** Runs an embedded exchange from the command line until it is stopped. */
public final class Main {

  private static final String HELP =
      """
      An exchange on localhost, to try a trading program against.

        --protocol P   the wire language it speaks: binance-spot (default) or binance-perp
        --port N       REST on port N, WebSockets on N+1 (default 9080; 0: any free)
        --seed S       a whole number; the same seed, the same crowd and keys (default 1)
        --help         this text
      """;

  private Main() {}

  /** Prints the addresses, a ready key and its secret; ends with 2 when an argument is wrong. */
  public static void main(String[] args) throws InterruptedException {
    int port = 9_080;
    long seed = 1;
    boolean perps = false;
    for (int i = 0; i < args.length; i += 2) {
      if (args[i].equals("--help")) {
        System.out.print(HELP);
        return;
      }
      if (i + 1 == args.length) {
        fail("no value after " + args[i]);
        return;
      }
      var value = args[i + 1];
      switch (args[i]) {
        case "--protocol" -> {
          perps = value.equals("binance-perp");
          if (!perps && !value.equals("binance-spot")) {
            fail("no such protocol: " + value);
            return;
          }
        }
        case "--port" -> port = (int) number(args[i], value, 0, 65_534);
        case "--seed" -> seed = number(args[i], value, Long.MIN_VALUE, Long.MAX_VALUE);
        default -> {
          fail("no such option: " + args[i]);
          return;
        }
      }
    }
    var options = perps ? EmbeddedExchange.Options.perps(seed) : EmbeddedExchange.Options.of(seed);
    try (var venue = EmbeddedExchange.start(options.withPort(port))) {
      System.out.printf(
          "REST           %s%nStreams        %s%n", venue.restUrl(), venue.streamUrl());
      if (!perps) {
        System.out.printf("WebSocket API  %s%n", venue.wsApiUrl());
      }
      System.out.printf(
          "API key        %s%nSecret         %s%nStop with Ctrl-C.%n",
          venue.apiKey(), venue.secret());
      // Until the process is stopped, which ends the exchange's daemon threads with it.
      new CountDownLatch(1).await();
    } catch (IOException e) {
      fail("cannot listen on ports " + port + " and " + (port + 1) + ": " + e.getMessage());
    }
  }

  private static long number(String option, String value, long least, long most) {
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    fail(option + " needs a whole number from " + least + " to " + most + ": " + value);
    throw new IllegalStateException("unreachable");
  }

  private static void fail(String message) {
    System.err.println(message);
    System.err.print(HELP);
    System.exit(2);
  }
}
