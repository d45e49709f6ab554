package dev.colibri.examples.strategies;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.Inventory;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Runs a strategy on paper: the venues' real market data, and orders that are filled here. */
public final class Main {
  static final Map<String, String> MONEY = Map.of("USDT", "100000", "BTC", "1");
  private static final String HELP =
      """
      strategies ticker VENUE:INSTRUMENT ...           as in binance-spot:BTC-USDT
      strategies cross VENUE VENUE INSTRUMENT SIZE     as in kucoin-spot okx-spot BTC-USDT 0.001
      strategies triangle VENUE HOME ONE OTHER BUDGET  as in binance-spot USDT BTC ETH 100
      """;

  private Main() {}

  /** Runs until it is interrupted; ends with 2 for arguments that are not understood. */
  public static void main(String[] args) {
    try (Colibri colibri = Colibri.paper(MONEY)) {
      run(colibri, List.of(args));
      colibri.awaitShutdown();
    } catch (IllegalArgumentException e) {
      System.err.print("strategies: " + e.getMessage() + "\n" + HELP);
      System.exit(2);
    }
  }

  /**
   * Begins a strategy, and prints once a second how it is.
   *
   * @throws IllegalArgumentException when the arguments name none, or a venue or instrument is
   *     unknown
   */
  static void run(Colibri colibri, List<String> args) {
    switch (args.isEmpty() ? "" : args.get(0) + " " + args.size()) {
      case "cross 5" -> {
        BookConnector quoting = started(colibri, args.get(1));
        BookConnector hedging = started(colibri, args.get(2));
        var quoted = quoting.instrument(args.get(3));
        var hedged = hedging.instrument(args.get(3));
        BigDecimal basisPoint = new BigDecimal("0.0001");
        var plan =
            new CrossVenueMaker.Plan(
                new BigDecimal(args.get(4)),
                basisPoint.multiply(new BigDecimal(25)), // Two fees of ten, and a profit.
                basisPoint.multiply(new BigDecimal(2)),
                basisPoint.multiply(new BigDecimal(10)));
        BigDecimal one = new BigDecimal(MONEY.getOrDefault(hedged.base(), "0"));
        Inventory.found(List.of(quoting, hedging), Map.of(hedged.base(), one.add(one)))
            .thenAccept(
                held -> {
                  var maker =
                      new CrossVenueMaker(colibri, quoting, quoted, hedging, hedged, held, plan);
                  show(colibri, () -> quoting.openOrders() + ", open " + maker.open());
                });
      }
      case "triangle 6" -> {
        BookConnector venue = started(colibri, args.get(1));
        String home = args.get(2);
        String one = args.get(3);
        String other = args.get(4);
        var plan =
            new Triangle.Plan(
                new BigDecimal(args.get(5)),
                new BigDecimal("0.001"),
                new BigDecimal("0.0005"),
                new BigDecimal("0.001"));
        Map<String, BigDecimal> stays =
            Map.of(one, new BigDecimal(MONEY.getOrDefault(one, "0")), other, BigDecimal.ZERO);
        Inventory.found(List.of(venue), stays)
            .thenAccept(
                held -> {
                  var triangle =
                      new Triangle(
                          colibri,
                          venue,
                          venue.instrument(one + "-" + home),
                          venue.instrument(other + "-" + home),
                          venue.instrument(other + "-" + one),
                          held,
                          plan);
                  show(colibri, () -> triangle.rounds() + " rounds, " + held);
                });
      }
      default -> {
        if (args.size() < 2 || !args.get(0).equals("ticker")) {
          throw new IllegalArgumentException("not understood: " + args);
        }
        Ticker ticker = new Ticker();
        for (String arg : args.subList(1, args.size())) {
          String[] parts = arg.split(":", 2);
          BookConnector venue = started(colibri, parts[0]);
          var instrument = venue.instrument(parts[parts.length - 1]);
          colibri.execute(() -> ticker.watch(venue, instrument));
        }
        show(colibri, () -> ticker.table(colibri.now()));
      }
    }
  }

  private static BookConnector started(Colibri colibri, String name) {
    BookConnector connector = colibri.open(name, null);
    connector.start().join();
    return connector;
  }

  private static void show(Colibri colibri, Supplier<String> line) {
    colibri.every(Duration.ofSeconds(1), () -> System.out.println(line.get()));
  }
}
