package dev.colibri.connector.spot.planted;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Protocol;
import dev.colibri.connector.testkit.exchange.binance.BinanceSpotProtocol;
import dev.colibri.connector.testkit.exchange.binance.RateLimits;
import dev.colibri.connector.testkit.sim.SimulatedVenue;
import dev.colibri.connector.testkit.sim.Simulation;
import dev.colibri.connector.testkit.sim.toy.ToyProtocol;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import dev.colibri.connector.text.Credentials;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process of its own for one bug: runs the seeds of a simulation one after another, and ends at
 * the first that does not hold. Prints {@code caught <seed> <invariant> <what>}, or {@code none}.
 */
final class Seeds {
  /** A simulation that does not end is caught, too: one that runs on, and one that stands. */
  private static final long MOST_CPU_NANOS = 60_000_000_000L;

  private static final int MOST_SECONDS = 900;

  private static final Pattern VIOLATION = Pattern.compile("seed \\d+: (\\S+): (.*)");

  private Seeds() {}

  /** Of another module, which is not on every class path. */
  private static final String PERPS =
      "dev.colibri.connector.perp.binance.BinancePerpSimulationTest$BinancePerps";

  private static SimulatedVenue venue(String net) throws ReflectiveOperationException {
    if (!net.equals("binance-perp")) {
      return net.equals("toy") ? new Toy() : new BinanceVenue();
    }
    Constructor<?> perps = Class.forName(PERPS).getDeclaredConstructor();
    perps.setAccessible(true);
    return (SimulatedVenue) perps.newInstance();
  }

  public static void main(String[] args) throws InterruptedException, ReflectiveOperationException {
    SimulatedVenue venue = venue(args[0]);
    long from = Long.parseLong(args[1]);
    long to = Long.parseLong(args[2]);
    AtomicLong seed = new AtomicLong(from);
    Thread run = new Thread(() -> run(venue, seed, to));
    run.setDaemon(true);
    run.start();
    ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
    long at = -1;
    long cpuSince = 0;
    int seconds = 0;
    for (run.join(1_000); run.isAlive(); run.join(1_000)) {
      long now = cpu.getThreadCpuTime(run.getId());
      if (seed.get() != at) {
        at = seed.get();
        cpuSince = now;
        seconds = 0;
      }
      // Not by the clock alone: on a busy machine any seed takes long.
      if (now - cpuSince > MOST_CPU_NANOS || ++seconds > MOST_SECONDS) {
        System.out.println("caught " + at + " liveness it does not end");
        System.out.flush();
        Runtime.getRuntime().halt(0);
      }
    }
  }

  private static void run(SimulatedVenue venue, AtomicLong seed, long to) {
    for (; seed.get() <= to; seed.incrementAndGet()) {
      List<String> violations = violations(venue, seed.get());
      if (!violations.isEmpty()) {
        Matcher m = VIOLATION.matcher(violations.get(0));
        String what = m.find() ? m.group(1) + " " + m.group(2) : "I34 " + violations.get(0);
        System.out.println("caught " + seed.get() + " " + what.lines().findFirst().orElse(""));
        if (Boolean.getBoolean("bugs.verbose")) {
          System.err.println(violations.get(0));
        }
        return;
      }
    }
    System.out.println("none");
  }

  private static List<String> violations(SimulatedVenue venue, long seed) {
    try {
      return Simulation.of(venue).run(seed, 1, "%d").violations();
    } catch (RuntimeException | Error e) {
      return List.of(String.valueOf(e));
    }
  }

  private static final class Toy implements SimulatedVenue {
    @Override
    public String name() {
      return "toy";
    }

    @Override
    public Protocol protocol(
        Exchange exchange, long seed, String account, String key, String secret) {
      return new ToyProtocol(exchange).addKey(key, secret, account);
    }

    @Override
    public SpotVenue venue(String key, String secret) {
      return SpotVenue.of(ToySpot.Amending::new, Credentials.of(key, secret));
    }
  }

  private static final class BinanceVenue implements SimulatedVenue {
    @Override
    public String name() {
      return "binance";
    }

    @Override
    public Protocol protocol(
        Exchange exchange, long seed, String account, String key, String secret) {
      var protocol = new BinanceSpotProtocol(exchange, seed, RateLimits.VENUE);
      protocol.addHmacKey(key, secret, account);
      return protocol;
    }

    @Override
    public SpotVenue venue(String key, String secret) {
      return Binance.spot(Credentials.of(key, secret)).testnet();
    }
  }
}
