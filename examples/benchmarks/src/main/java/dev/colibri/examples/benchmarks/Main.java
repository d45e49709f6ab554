package dev.colibri.examples.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures everything that is compared, everybody in turn and more than once, prints tables and a
 * line for each ratio, and writes them and a plot to a folder. Anything else it is told goes to
 * JMH, such as the name of a benchmark.
 */
public final class Main {
  private static final String HELP =
      """
      --quick [name …]   all figures, or those of these names, in less than five minutes
      --full [name …]    the same with more and longer rounds
      --to <folder>      where performance.md and performance.svg go; beside the jar unless said
      <arguments>        JMH's own, as in: MarketParsing -p venue=kraken-spot; -h tells them

      names: depth kraken trade report order receive tls connector memory start jars
      """;

  private static final String ARCHIVED = "ready, first in a process, with a class archive";

  /** Who receives from a socket. */
  private static final List<String> CLIENTS =
      List.of(Figure.OURS, "java-websocket", "okhttp", "jdk");

  /** Who reads the socket, and throws away what came. */
  private static final String FLOOR = "floor";

  /**
   * How much is measured.
   *
   * @param seconds after which there is but one round of what is left
   */
  private record Pace(
      int depthRounds, int rounds, int warmUps, int iterations, int millis, long seconds) {
    static final Pace QUICK = new Pace(3, 2, 4, 2, 400, 130);
    static final Pace FULL = new Pace(5, 5, 5, 5, 1000, Long.MAX_VALUE);
  }

  private final Pace pace;
  private final List<String> names;
  private final Report report;
  private final List<String> failed = new ArrayList<>();
  private final long begin = System.nanoTime();

  private Main(Pace pace, List<String> names) {
    this.pace = pace;
    this.names = names;
    this.report =
        new Report(
            "Java %s, %d processors; medians of up to %d rounds in fresh processes."
                .formatted(
                    Runtime.version().feature(),
                    Runtime.getRuntime().availableProcessors(),
                    pace.depthRounds()));
  }

  /** Measures. */
  public static void main(String[] args) throws IOException, RunnerException {
    List<String> rest = new ArrayList<>(Arrays.asList(args));
    // Beside the jar.
    Path folder = Path.of(System.getProperty("java.class.path")).toAbsolutePath().getParent();
    int to = rest.indexOf("--to");
    if (to >= 0 && to + 1 < rest.size()) {
      folder = Path.of(rest.remove(to + 1));
      rest.remove(to);
    }
    if (rest.isEmpty()) {
      System.out.print(HELP);
    } else if (rest.get(0).equals("--quick") || rest.get(0).equals("--full")) {
      Pace pace = rest.get(0).equals("--quick") ? Pace.QUICK : Pace.FULL;
      new Main(pace, rest.subList(1, rest.size())).run(folder);
    } else {
      org.openjdk.jmh.Main.main(args);
    }
  }

  private void run(Path folder) throws IOException, RunnerException {
    // Somebody else on this machine may measure, too.
    System.setProperty("jmh.ignoreLock", "true");
    measure("depth", this::depth);
    measure("kraken", this::kraken);
    measure("trade", this::trade);
    measure("report", this::reports);
    measure("order", this::order);
    measure("receive", this::receive);
    measure("tls", this::tls);
    measure("connector", this::connector);
    measure("memory", this::memory);
    measure("start", this::start);
    measure("jars", this::jars);
    report.write(folder);
    System.out.println();
    System.out.println(report.tables());
    System.out.println(report.lines());
    say("%d s in all; written to %s", seconds(), folder);
    if (!failed.isEmpty()) {
      say("failed: %s", failed);
      System.exit(1);
    }
  }

  private long seconds() {
    return (System.nanoTime() - begin) / 1_000_000_000;
  }

  /** Whether there is another round of something that began with this one. */
  private boolean goesOn(int round, int rounds) {
    return round == 0 || round < rounds && seconds() < pace.seconds();
  }

  /** Measures one thing. */
  private interface Part {
    void run() throws IOException, RunnerException;
  }

  /** The others go on where one fails. */
  private void measure(String name, Part part) {
    if (!names.isEmpty() && !names.contains(name)) {
      return;
    }
    try {
      part.run();
      say("%s: done after %d s", name, seconds());
    } catch (IOException | RunnerException | IllegalStateException e) {
      failed.add(name);
      say("%s failed: %s", name, e);
    }
  }

  private static void say(String form, Object... values) {
    System.err.printf(Locale.ROOT, form + "%n", values);
  }

  // ---------------------------------------------------------------- by JMH

  /** Everybody in turn, round by round. */
  private void jmh(Figure figure, Class<?> benchmark, int rounds, String... everybody)
      throws RunnerException {
    for (int round = 0; goesOn(round, rounds); round++) {
      for (String who : everybody) {
        Collection<RunResult> results =
            new Runner(
                    new OptionsBuilder()
                        .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
                        .param("of", who)
                        .forks(1)
                        .warmupIterations(pace.warmUps())
                        .warmupTime(TimeValue.milliseconds(pace.millis()))
                        .measurementIterations(pace.iterations())
                        .measurementTime(TimeValue.milliseconds(pace.millis()))
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        if (results.isEmpty()) {
          throw new IllegalStateException(
              "%s of %s failed; run it alone to see why".formatted(who, benchmark.getSimpleName()));
        }
        var counted = results.iterator().next().getSecondaryResults();
        double operations = counted.get("operations").getScore();
        double nanos = counted.get("cpu").getScore() / operations;
        double bytes = counted.get("bytes").getScore() / operations;
        figure.add(who, nanos, bytes);
        say("%s, round %d: %s %s ns, %s B", figure.name(), round + 1, who, nanos, bytes);
      }
    }
  }

  private void depth() throws RunnerException {
    Figure f = report.figure("depth", "Depth message of 50 changes → valid book", "ns of CPU");
    jmh(f, DepthToBook.class, pace.depthRounds(), Figure.OURS, "xchange", "databind", "floor");
    String path = "depth message → valid book seen by a listener";
    report.goal(Goal.times(path, "depth", "xchange", f.ratio("xchange", Figure.OURS), 25, 45));
    report.goal(Goal.times(path, "depth", "databind", f.ratio("databind", Figure.OURS), 6, 10));
    report.goal(
        Goal.most(path, "depth", "floor", f.ratio(Figure.OURS, "floor"), 3, 1.5, "× the floor"));
    garbage(f, "depth message");
  }

  private void kraken() throws RunnerException {
    Figure f =
        report.figure("kraken", "Depth message with a checksum (Kraken) → valid book", "ns of CPU");
    jmh(f, ChecksummedDepth.class, pace.rounds(), Figure.OURS, "xchange");
    String path = "depth message with a checksum → valid book";
    report.goal(Goal.told(path, "kraken", "xchange", f.ratio("xchange", Figure.OURS), "×"));
    garbage(f, "depth message with a checksum");
  }

  private void garbage(Figure figure, String what) {
    Double bytes = figure.garbage(Figure.OURS);
    if (bytes != null) {
      // The compiler leaves some now and then; what every message left would be eight at least.
      String path = "garbage of a " + what;
      report.goal(Goal.most(path, "garbage-" + figure.name(), "bytes", bytes, 1, 1, " B"));
    }
  }

  private void trade() throws RunnerException {
    Figure f = report.figure("trade", "Trade → listener", "ns of CPU");
    jmh(
        f,
        Trades.class,
        pace.rounds() - 1,
        Trades.OURS,
        Trades.THEIRS,
        Trades.IN_BURSTS,
        Trades.THEIRS_IN_BURSTS,
        Trades.UNHEARD,
        Trades.READ_ONLY,
        Trades.THEIRS_OF_TEXT);
    // Of those without a goal the last round is spared.
    jmh(f, Trades.class, 1, Trades.OURS, Trades.THEIRS);
    String path = "trade → listener";
    double ratio = f.ratio(Trades.THEIRS, Trades.OURS);
    report.goal(Goal.times(path, "trade", Trades.THEIRS, ratio, 12, 16));
    ratio = f.ratio(Trades.THEIRS_IN_BURSTS, Trades.IN_BURSTS);
    report.goal(Goal.told("trade of a burst → listener", "trade-burst", Trades.THEIRS, ratio, "×"));
    ratio = f.ratio(Trades.THEIRS_OF_TEXT, Trades.OURS);
    report.goal(Goal.told(path + ", theirs from a text", "trade-text", Trades.THEIRS, ratio, "×"));
    garbage(f, "trade");
  }

  private void reports() throws RunnerException {
    Figure f = report.figure("report", "Execution report → immutable event", "ns of CPU");
    jmh(f, Reports.class, pace.rounds(), Figure.OURS, "xchange");
    report.goal(
        Goal.times(
            "execution report → event",
            "report",
            "xchange",
            f.ratio("xchange", Figure.OURS),
            8,
            10));
  }

  private void order() throws RunnerException {
    Figure f = report.figure("order", "Order → signed request", "ns of CPU");
    String connector = "binance-connector";
    jmh(f, OrderSigning.class, pace.rounds(), Figure.OURS, "xchange", connector);
    String path = "order → signed request";
    report.goal(Goal.times(path, "order", "xchange", f.ratio("xchange", Figure.OURS), 20, 25));
    report.goal(Goal.times(path, "order", connector, f.ratio(connector, Figure.OURS), 8, 9));
  }

  // ---------------------------------------------------------------- in processes of their own

  private Map<String, Double> child(Class<?> program, String... args) throws IOException {
    Map<String, Double> figures = Child.figures(program, args);
    say("%s %s: %s", program.getSimpleName(), String.join(" ", args), figures);
    return figures;
  }

  private static double of(Map<String, Double> figures, String name) {
    Double value = figures.get(name);
    if (value == null) {
      throw new IllegalStateException("no " + name + " in " + figures);
    }
    return value;
  }

  private void receive() throws IOException {
    for (int bytes : new int[] {500, 5000}) {
      String name = "receive-" + bytes;
      Figure f =
          report.figure(name, "WebSocket message of " + bytes + " B, on loopback", "ns of CPU");
      for (int round = 0; goesOn(round, pace.rounds()); round++) {
        // Of those without a goal the last round is spared.
        boolean all = round == 0 || round < pace.rounds() - 1;
        received(f, all ? CLIENTS : CLIENTS.subList(0, 2), bytes, "flood");
        if (all) {
          received(f, List.of(FLOOR), bytes, "flood");
        }
      }
      boolean small = bytes == 500;
      for (String rival : CLIENTS.subList(1, CLIENTS.size())) {
        double ratio = f.ratio(rival, Figure.OURS);
        String path = "receiving " + bytes + " B from a WebSocket";
        report.goal(
            rival.equals("java-websocket")
                ? Goal.times(path, name, rival, ratio, small ? 10 : 15, small ? 15 : 28)
                : Goal.told(path, name, rival, ratio, "×"));
      }
      double floor = f.ratio(Figure.OURS, FLOOR);
      report.goal(
          Goal.told(
              "receiving " + bytes + " B from a WebSocket", name, FLOOR, floor, "× the floor"));
    }
  }

  private void received(Figure figure, List<String> clients, int bytes, String server)
      throws IOException {
    for (String who : clients) {
      var use = child(SocketReceive.class, who, Integer.toString(bytes), server);
      figure.add(who, of(use, "cpu"), of(use, "bytes"));
    }
  }

  /** Under TLS, and what is allocated where our own code does nothing. */
  private void tls() throws IOException {
    for (int bytes : new int[] {500, 5000}) {
      String name = "tls-" + bytes;
      Figure f =
          report.figure(
              name, "WebSocket message of " + bytes + " B under TLS, on loopback", "ns of CPU");
      for (int round = 0; goesOn(round, pace.rounds() - 1); round++) {
        received(f, CLIENTS, bytes, "flood-tls");
      }
      for (String rival : CLIENTS.subList(1, CLIENTS.size())) {
        String path = "receiving " + bytes + " B from a WebSocket under TLS";
        report.goal(Goal.told(path, name, rival, f.ratio(rival, Figure.OURS), "×"));
      }
    }
    Figure f = report.figure("read", "Garbage of a read of a socket, by what lies below", "bytes");
    for (int round = 0; goesOn(round, pace.rounds() - 1); round++) {
      var plain = child(SocketReceive.class, Figure.OURS, "500", "paced");
      f.add("Java-WebSocket, ws", of(plain, "bytes"));
      var secured = child(SocketReceive.class, Figure.OURS, "500", "paced-tls");
      f.add("Java-WebSocket and the JDK's TLS, wss", of(secured, "bytes"));
    }
  }

  private void connector() throws IOException {
    Figure f =
        report.figure(
            "connector", "Whole connector on a socket, message of 50 changes", "ns of CPU");
    List<Integer> counts = List.of(1, 10, 100, 500);
    for (int round = 0; goesOn(round, pace.rounds() - 1); round++) {
      for (int count : counts) {
        Map<String, Double> use = child(WholeConnector.class, Integer.toString(count));
        f.add(instruments(count), of(use, "cpu"), of(use, "bytes"));
      }
    }
    for (int count : counts.subList(1, counts.size())) {
      double ratio = f.ratio(instruments(count), instruments(1));
      String path = "cost of a message with " + count + " instruments";
      String name = "connector-" + count;
      report.goal(
          count == 100
              ? Goal.most(path, name, "one-instrument", ratio, 1.3, 1.1, "× of one")
              : Goal.told(path, name, "one-instrument", ratio, "× of one"));
    }
  }

  private static String instruments(int count) {
    return Figure.OURS + ", " + count + (count == 1 ? " instrument" : " instruments");
  }

  private void memory() throws IOException {
    Figure f = report.figure("memory", "Heap of a book of 500 levels a side", "bytes");
    Map<String, Double> kept = child(BookMemory.class);
    for (String who : List.of(Figure.OURS, "databind", "xchange")) {
      f.add(who, of(kept, who));
    }
    for (String rival : List.of("databind", "xchange")) {
      report.goal(Goal.told("heap of a book", "memory", rival, f.ratio(rival, Figure.OURS), "×"));
    }
  }

  private void start() throws IOException {
    Figure f = report.figure("start", "Start at the embedded exchange, ten instruments", "ms");
    for (int round = 0; goesOn(round, pace.rounds()); round++) {
      Map<String, Double> took = child(StartUp.class);
      f.add("ready, first in a process", of(took, "cold-ready"));
      f.add("the same, of processors", of(took, "cold-cpu"));
      f.add("and ten valid books", of(took, "cold-books"));
      f.add("ready, later on", of(took, "warm-ready"));
      f.add("and ten valid books, later on", of(took, "warm-books"));
    }
    Path archive = Files.createTempDirectory("colibri-benchmarks").resolve("classes.jsa");
    Child.figures(List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:cds=off"), StartUp.class);
    for (int round = 0; goesOn(round, pace.rounds()); round++) {
      var took = Child.figures(List.of("-XX:SharedArchiveFile=" + archive), StartUp.class);
      say("StartUp with a class archive: %s", took);
      f.add(ARCHIVED, of(took, "cold-ready"));
      f.add("the same, of processors, with one", of(took, "cold-cpu"));
    }
    Files.delete(archive);
    Files.delete(archive.getParent());
    report.goal(
        Goal.most(
            "start → ready, first in a process",
            "start",
            "seconds",
            f.value("ready, first in a process") / 1000,
            1,
            0.3,
            " s"));
    report.goal(
        Goal.told(
            "start → ready, first in a process, with a class archive",
            "start-archive",
            "seconds",
            f.value(ARCHIVED) / 1000,
            " s"));
    report.goal(
        Goal.told(
            "start → ready, later on",
            "start-warm",
            "seconds",
            f.value("ready, later on") / 1000,
            " s"));
  }

  private void jars() {
    int jars = Jars.of("dev.colibri:connector-spot").size();
    report.goal(Goal.most("jars of one spot venue", "jars", "count", jars, 10, 10, ""));
  }
}
