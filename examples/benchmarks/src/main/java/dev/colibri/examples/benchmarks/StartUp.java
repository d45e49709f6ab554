package dev.colibri.examples.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long a connector takes from its start to being ready with an account, and to valid books of
 * ten instruments besides, at the embedded exchange in another process: the first time in a
 * process, when every class is still to be loaded, and again. Not so the exchange: somebody was
 * there before, as at every exchange.
 */
public final class StartUp {
  private static final int INSTRUMENTS = 10;
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private StartUp() {}

  /** No arguments; with what an exchange says of itself, only who was there before. */
  public static void main(String[] args) throws IOException {
    if (args.length > 0) {
      start(args, "before");
      System.exit(0);
    }
    try (Child exchange = Child.server("exchange", INSTRUMENTS)) {
      String[] at = Objects.requireNonNull(exchange.line()).split(" ");
      Child.figures(StartUp.class, at);
      start(at, "cold");
      start(at, "again");
      start(at, "warm");
    }
    System.exit(0);
  }

  private static void start(String[] at, String name) {
    SpotVenue venue =
        Binance.spot(Credentials.of(at[2], at[3]))
            .plainTextOnLoopback()
            .host("rest", URI.create(at[0]))
            .host("stream", URI.create(at[1]))
            .host("ws-api", URI.create(at[1]));
    List<String> bases = LoopbackServer.bases(INSTRUMENTS);
    AtomicInteger valid = new AtomicInteger();
    long begin = System.nanoTime();
    long used = SYSTEM.getProcessCpuTime();
    try (Colibri colibri = Colibri.live()) {
      SpotConnector connector = colibri.open(venue);
      CompletableFuture<SpotConnector> started = connector.start();
      VenueScript.await("started", started::isDone);
      started.join();
      long ready = System.nanoTime();
      long cpu = SYSTEM.getProcessCpuTime() - used;
      for (String base : bases) {
        boolean[] seen = new boolean[1];
        connector
            .books(connector.instrument(base + "-USDT"))
            .listenDirect(
                book -> {
                  if (book.isValid() && !seen[0]) {
                    seen[0] = true;
                    valid.incrementAndGet();
                  }
                });
      }
      VenueScript.await("valid", () -> valid.get() == INSTRUMENTS && connector.isReady());
      Child.figure(name + "-ready", (ready - begin) / 1e6);
      Child.figure(name + "-cpu", cpu / 1e6);
      Child.figure(name + "-books", (System.nanoTime() - begin) / 1e6);
    }
  }
}
