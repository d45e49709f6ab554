package dev.colibri.connector.spot.planted;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Tries the net: plants every bug, one at a time, and runs seeds until one of them catches it. The
 * code of the repository is not touched: what is changed is compiled aside, and stands first on the
 * class path of a process of its own. docs/planted-bugs.md has the command.
 *
 * <p>Properties: {@code bugs.only} (parts of names, with commas), {@code bugs.seeds} (how many at
 * the most), {@code bugs.threads}, {@code bugs.update} (writes the table of the docs), {@code
 * bugs.verbose}.
 */
final class PlantedBugs {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Those of the module in which it runs. */
  private static final Path DIRECTORY = Path.of("src", "test", "bugs");

  private static final List<String> MODULES = List.of("connector-spot", "connector-perp");

  private static final Path DOCS = ROOT.resolve("docs/planted-bugs.md");
  private static final String TABLE = "| Bug |";
  private static final int SEEDS = Integer.getInteger("bugs.seeds", 1_000);

  /** What became of a bug. */
  private record Result(PlantedBug bug, boolean caught, long seed, String by, String what) {
    String line() {
      if (!caught) {
        return "bug %s: SURVIVED %s".formatted(bug.name(), what);
      }
      return seed > 0
          ? "bug %s: caught by %s seed %d, %s: %s".formatted(bug.name(), bug.net(), seed, by, what)
          : "bug %s: caught by %s: %s".formatted(bug.name(), bug.net(), what);
    }

    String row() {
      String pains = bug.pains().toString().replaceAll("[\\[\\]]", "");
      String test = bug.net().replaceAll(".*\\.", "");
      return "| %s | %s | %s | %s | %s |"
          .formatted(
              bug.name(),
              bug.what(),
              pains,
              !caught ? "survives" : seed > 0 ? bug.net() + " seed " + seed : "`" + test + "`",
              seed > 0 ? by : "");
    }
  }

  private final Path scratch;

  /** Whether the code as it is passes: what does not would catch every bug. */
  private final Map<String, Boolean> sound = new TreeMap<>();

  private PlantedBugs(Path scratch) {
    this.scratch = scratch;
  }

  /** The bugs of every module. */
  static List<PlantedBug> everywhere() throws IOException {
    List<PlantedBug> all = new ArrayList<>();
    for (String module : MODULES) {
      all.addAll(PlantedBug.all(ROOT.resolve(module).resolve(DIRECTORY)));
    }
    return all;
  }

  public static void main(String[] args) throws Exception {
    Path scratch = Files.createTempDirectory("planted-bugs");
    int missed;
    try {
      missed = new PlantedBugs(scratch).tryAll();
    } finally {
      delete(scratch);
    }
    System.exit(missed == 0 ? 0 : 1);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private int tryAll() throws IOException, InterruptedException, ExecutionException {
    List<String> only = List.of(System.getProperty("bugs.only", "").split(","));
    List<PlantedBug> bugs =
        PlantedBug.all(DIRECTORY).stream()
            .filter(bug -> only.stream().anyMatch(bug.name()::contains))
            .toList();
    ExecutorService threads = Executors.newFixedThreadPool(Integer.getInteger("bugs.threads", 2));
    List<Result> results = new ArrayList<>();
    try {
      List<Future<Result>> running = new ArrayList<>();
      for (PlantedBug bug : bugs) {
        running.add(threads.submit(() -> tried(bug)));
      }
      for (Future<Result> f : running) {
        results.add(f.get());
      }
    } finally {
      threads.shutdownNow();
    }
    int caught = (int) results.stream().filter(Result::caught).count();
    System.out.printf(Locale.ROOT, "planted bugs: %d, caught %d%n", bugs.size(), caught);
    results.stream().filter(r -> !r.caught()).forEach(r -> System.out.println(r.line()));
    if (Boolean.getBoolean("bugs.update")) {
      update(results);
    }
    return bugs.size() - caught;
  }

  private Result tried(PlantedBug bug) throws IOException, InterruptedException {
    Result result;
    try {
      result = attempt(bug);
    } catch (IllegalStateException e) {
      result = new Result(bug, false, 0, "", e.getMessage());
    }
    System.out.println(result.line());
    return result;
  }

  private Result attempt(PlantedBug bug) throws IOException, InterruptedException {
    Path classes = Files.createDirectory(scratch.resolve(bug.name()));
    compile(bug, classes);
    boolean test = bug.net().startsWith("test ");
    for (long from = 1; from <= SEEDS; ) {
      String told = run(classes, bug.net(), from, SEEDS);
      String[] words = told.split(" ", 4);
      if (!words[0].equals("caught")) {
        break;
      }
      long seed = Long.parseLong(words[1]);
      if (isSound(bug.net(), seed)) {
        return new Result(bug, true, seed, words[2], words.length > 3 ? words[3] : "");
      }
      if (test) {
        throw new IllegalStateException("the test fails without it");
      }
      from = seed + 1;
    }
    return new Result(bug, false, 0, "", test ? "" : SEEDS + " seeds");
  }

  private void compile(PlantedBug bug, Path classes) throws IOException {
    String code = bug.plantInto(Files.readString(ROOT.resolve(bug.file())));
    Path source = classes.resolve(Path.of(bug.file()).getFileName());
    Files.writeString(source, code);
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    StringWriter told = new StringWriter();
    List<String> options =
        List.of("-proc:none", "-nowarn", "-parameters", "-d", classes.toString(), "-cp", ours());
    try (var files = javac.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      var units = files.getJavaFileObjects(source);
      if (!javac.getTask(told, files, null, options, null, units).call()) {
        throw new IllegalStateException("does not compile: " + told);
      }
    }
  }

  private static String ours() {
    return System.getProperty("java.class.path");
  }

  /** Whether the code as it is passes there. */
  private boolean isSound(String net, long seed) throws IOException, InterruptedException {
    String key = net + " " + seed;
    Boolean known;
    synchronized (sound) {
      known = sound.get(key);
    }
    if (known == null) {
      known = run(null, net, seed, seed).equals("none");
      if (!known) {
        System.out.println("without any bug, this does not hold either: " + key);
      }
      synchronized (sound) {
        sound.put(key, known);
      }
    }
    return known;
  }

  /** What the process says in its last line. */
  private static String run(@Nullable Path first, String net, long from, long to)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.add("-XX:+UseSerialGC");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
    command.add("-Dbugs.verbose=" + Boolean.getBoolean("bugs.verbose"));
    command.add("-cp");
    List<String> path = new ArrayList<>();
    if (first != null) {
      path.add(first.toString());
    }
    path.add(ours());
    path.add(ROOT.resolve("connector-api/target/test-classes").toString());
    path.add(ROOT.resolve("connector-testkit/target/test-classes").toString());
    command.add(String.join(File.pathSeparator, path));
    if (net.startsWith("test ")) {
      command.addAll(List.of(TestRun.class.getName(), net.substring("test ".length())));
    } else {
      command.addAll(List.of(Seeds.class.getName(), net, Long.toString(from), Long.toString(to)));
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String last = "";
    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = line;
      }
    }
    process.waitFor();
    if (!last.startsWith("caught ") && !last.equals("none")) {
      throw new IllegalStateException("the process ended by itself: " + last);
    }
    return last;
  }

  // ---------------------------------------------------------------- the docs

  /** Writes the rows of the bugs that were tried, and keeps those of the others. */
  private static void update(List<Result> results) throws IOException {
    List<String> lines = Files.readAllLines(DOCS);
    int table = 0;
    while (!lines.get(table).startsWith(TABLE)) {
      table++;
    }
    Map<String, String> rows = new TreeMap<>();
    int end = table + 2;
    for (; end < lines.size() && lines.get(end).startsWith("|"); end++) {
      rows.put(lines.get(end).split("\\|")[1].strip(), lines.get(end));
    }
    Map<String, String> known = new LinkedHashMap<>();
    for (PlantedBug bug : everywhere()) {
      String row = rows.get(bug.name());
      if (row != null) {
        known.put(bug.name(), row);
      }
    }
    results.forEach(r -> known.put(r.bug().name(), r.row()));
    List<String> all = new ArrayList<>(lines.subList(0, table + 2));
    all.addAll(new TreeMap<>(known).values());
    all.addAll(lines.subList(end, lines.size()));
    Files.write(DOCS, all);
  }
}
