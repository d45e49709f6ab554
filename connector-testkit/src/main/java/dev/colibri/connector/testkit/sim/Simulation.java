package dev.colibri.connector.testkit.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Simulations of a connector: the real engine and a real dialect, in virtual time, against a venue
 * with a ledger of its own, with faults on everything between them. One seed is one simulation, and
 * is the same every time.
 */
public final class Simulation {

  /**
   * What came of some simulations.
   *
   * @param name of what was simulated
   * @param seeds how many
   * @param virtual how long they lasted, in their own time
   * @param orders how many orders the venue took
   * @param faults how often what went wrong
   * @param hash of everything that happened, in the order of the seeds
   * @param violations one text each, with all that is needed to see it again
   */
  public record Summary(
      String name,
      long seeds,
      Duration virtual,
      long orders,
      FaultCount faults,
      long hash,
      List<String> violations) {

    /** One line. */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "sim: %s seeds=%d virtual_hours=%.1f orders=%d faults=<%s> violations=%d trace=%016x",
          name,
          seeds,
          virtual.toMinutes() / 60.0,
          orders,
          faults,
          violations.size(),
          hash);
    }
  }

  private final SimulatedVenue venue;
  private @Nullable FaultMenu menu;

  private Simulation(SimulatedVenue venue) {
    this.venue = venue;
  }

  /** Simulations of a venue; each seed draws its own faults. */
  public static Simulation of(SimulatedVenue venue) {
    return new Simulation(venue);
  }

  /** Every seed has these faults, instead of what it would draw. */
  public Simulation faults(FaultMenu menu) {
    this.menu = menu;
    return this;
  }

  /**
   * Runs the seeds from {@code sim.from} on, {@code sim.seeds} of them, as the system properties
   * say, prints what came of it, and fails at a violation.
   *
   * @param seeds how many unless {@code sim.seeds} says otherwise
   * @param command what runs a single seed again, with {@code %d} where the seed stands
   */
  public Summary runAsAsked(int seeds, String command) {
    Summary summary =
        run(Long.getLong("sim.from", 1), Integer.getInteger("sim.seeds", seeds), command);
    System.out.println(summary);
    if (!summary.violations().isEmpty()) {
      throw new AssertionError(
          summary.violations().size() + " violations:\n" + summary.violations().get(0));
    }
    return summary;
  }

  /** Runs seeds, on as many threads as there are processors, and prints nothing. */
  public Summary run(long from, int seeds, String command) {
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<Run.Result>> running = new ArrayList<>();
      for (long seed = from; seed < from + seeds; seed++) {
        long s = seed;
        running.add(threads.submit(() -> new Run(venue, s, menu).run()));
      }
      FaultCount faults = new FaultCount();
      Trace hash = new Trace();
      List<String> violations = new ArrayList<>();
      Duration virtual = Duration.ZERO;
      long orders = 0;
      for (Future<Run.Result> f : running) {
        Run.Result r = f.get();
        faults.add(r.faults());
        hash.add(r.hash());
        virtual = virtual.plus(r.virtual());
        orders += r.orders();
        if (r.violation() != null) {
          violations.add(describe(r, r.violation(), command));
        }
      }
      return new Summary(venue.name(), seeds, virtual, orders, faults, hash.hash(), violations);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while simulating", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a simulation could not be run", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private String describe(Run.Result r, RuntimeException violation, String command) {
    StringBuilder s = new StringBuilder();
    s.append(venue.name()).append(" seed ").append(r.seed()).append(": ");
    s.append(violation.getMessage()).append('\n');
    if (violation.getCause() != null) {
      s.append(violation.getCause()).append('\n');
      for (StackTraceElement e : violation.getCause().getStackTrace()) {
        s.append("    at ").append(e).append('\n');
      }
    }
    r.last().forEach(line -> s.append("  ").append(line).append('\n'));
    return s.append("again: ").append(command.formatted(r.seed())).append('\n').toString();
  }
}
