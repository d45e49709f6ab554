package dev.colibri.connector.spot.binance;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.text.Credentials;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * A process that trades until it is killed, and says on its standard output what it does. It obeys
 * one word a line of its standard input: {@code trade}, {@code rest}, {@code report} with client
 * ids, {@code end}.
 */
final class KilledTrader {
  private final SpotConnector binance;
  private final Colibri colibri;
  private final SplittableRandom random;
  private boolean trading;

  private KilledTrader(Colibri colibri, SpotConnector binance, long seed) {
    this.colibri = colibri;
    this.binance = binance;
    this.random = new SplittableRandom(seed);
  }

  /** Told where the exchange is, its keys, the journal, and a seed. */
  public static void main(String[] args) throws Exception {
    Colibri colibri = Colibri.live().journal(Path.of(args[4]));
    SpotConnector binance =
        colibri.open(
            Binance.spot(Credentials.of(args[2], args[3]))
                .plainTextOnLoopback()
                .cancelAtClose(false)
                .host("rest", URI.create(args[0]))
                .host("stream", URI.create(args[1]))
                .host("ws-api", URI.create(args[1])));
    KilledTrader trader = new KilledTrader(colibri, binance, Long.parseLong(args[5]));
    Set<String> recovered = Collections.synchronizedSet(new TreeSet<>());
    binance
        .orders()
        .listen(
            e -> {
              if (e.kind() == OrderEvent.Kind.RECOVERED) {
                recovered.add(e.state().clientId());
              } else if (e.kind() == OrderEvent.Kind.FILL) {
                say("fill " + e.state().clientId() + " " + e.fill().tradeId());
              }
            });
    long begin = System.nanoTime();
    say("started");
    binance.start().join();
    say("ready " + (System.nanoTime() - begin) / 1_000_000 + " " + recovered.size());
    colibri.every(Duration.ofMillis(5), trader::act);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<String> words = List.of(line.split(" ", -1));
      if (words.get(0).equals("end")) {
        break;
      }
      colibri.execute(() -> trader.obey(words));
    }
    colibri.close();
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private void obey(List<String> words) {
    switch (words.get(0)) {
      case "trade" -> trading = true;
      case "rest" -> trading = false;
      default -> {
        for (String id : words.subList(1, words.size())) {
          OrderState s = binance.order(id).map(LiveOrder::state).orElse(null);
          say(
              s == null
                  ? "order " + id + " none 0"
                  : "order " + id + " " + s.status() + " " + s.filled().toPlainString());
        }
        StringBuilder live = new StringBuilder("live");
        binance.openOrders().forEach(o -> live.append(' ').append(o.clientId()));
        say(live.toString());
      }
    }
  }

  private void act() {
    if (!trading) {
      return;
    }
    List<LiveOrder> open = binance.openOrders();
    Instrument btc = binance.instrument("BTC-USDT");
    try {
      if (open.size() < 20 && random.nextInt(3) > 0) {
        BigDecimal price = BigDecimal.valueOf(random.nextInt(59_500, 60_500));
        Order order = random.nextBoolean() ? Order.buy(btc) : Order.sell(btc);
        LiveOrder placed = binance.place(order.limit(price).size("0.001"));
        say("placed " + placed.clientId());
      } else if (!open.isEmpty()) {
        open.get(random.nextInt(open.size())).cancel();
      }
    } catch (Refused e) {
      say("refused " + e.rule());
    }
  }
}
