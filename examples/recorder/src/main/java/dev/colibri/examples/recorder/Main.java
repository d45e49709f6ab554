package dev.colibri.examples.recorder;

import dev.colibri.connector.testkit.tape.TapeException;
import dev.colibri.connector.testkit.tape.TapeLint;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Records tapes, runs a strategy on one, and checks them. */
public final class Main {
  private enum Command {
    RECORD(
        "record VENUE INSTRUMENT… [options]",
        "writes what a venue says onto a tape",
        """
          --into FILE          where to, a new file (default VENUE.tape)
          --for 60s            how long, as 90s, 15m or 2h (default 24h); Ctrl-C ends it at any time
          --most 50MB          how large a tape may become (default 50MB)
          --keep N             goes on in a new tape when one is full, and keeps the last N
          --testnet, --environment NAME
          --keys PREFIX        with the account: the key is in PREFIX_API_KEY, PREFIX_API_SECRET
          --addresses          hides addresses of chains
          --no-books, --no-trades
          --venue-tape FILE    names the sockets of a venue that is not one of Colibri's
          --embedded           an exchange of its own, on this machine, in place of VENUE (and
                               BTC-USDT, where no instrument is said)
        """),
    REPLAY(
        "replay TAPE [options]",
        "runs a strategy on a tape, on paper",
        """
          --strategy CLASS     has a public constructor that takes a Colibri (default: a market maker)
          --instrument NAME    what is traded (default: what the tape subscribes to)
          --size N             of the market maker's quotes (default 0.002)
          --balances A=N,B=N   what the account begins with
          --fees MAKER,TAKER   as 0.001,0.001 (default: the venue's)
          --latency 20ms       from here to the venue and back
        """),
    LINT("lint TAPE|FOLDER…", "tells what is wrong with tapes", "");

    private final String usage;
    private final String what;
    private final String options;

    Command(String usage, String what, String options) {
      this.usage = "recorder " + usage;
      this.what = what;
      this.options = options;
    }

    String help() {
      return String.format(Locale.ROOT, "%-45s %s%n%s", usage, what, options);
    }

    static @Nullable Command of(String word) {
      return Stream.of(values())
          .filter(c -> c.name().toLowerCase(Locale.ROOT).equals(word))
          .findFirst()
          .orElse(null);
    }

    static String all() {
      return Stream.of(values()).map(Command::help).collect(Collectors.joining("\n"));
    }
  }

  private static final long PATIENCE_SECONDS = 15;

  private Main() {}

  /** Ends with 0 when all is well, 1 when something is wrong, 2 for a wrong argument. */
  public static void main(String[] args) {
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Thread interrupted =
        new Thread(
            () -> {
              stop.countDown();
              try {
                ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                // The process ends either way.
              }
            });
    Runtime.getRuntime().addShutdownHook(interrupted);
    int code = 2;
    try {
      code = run(List.of(args), System.out, stop);
    } finally {
      System.out.flush();
      ended.countDown();
    }
    System.exit(code);
  }

  static int run(List<String> args, PrintStream out, CountDownLatch stop) {
    String word = args.isEmpty() ? "" : args.get(0);
    Command command = Command.of(word);
    if (args.contains("--help") || word.equals("help")) {
      out.print(command == null ? Command.all() : command.help());
      return 0;
    }
    if (command == null) {
      out.println("recorder: " + (args.isEmpty() ? "say what to do" : "no command " + word));
      out.print(Command.all());
      return 2;
    }
    List<String> rest = args.subList(1, args.size());
    try {
      switch (command) {
        case RECORD -> new Recording(rest, out, stop).run();
        case REPLAY -> new Rerun(rest, out).run();
        case LINT -> {
          return lint(rest, out);
        }
      }
      return 0;
    } catch (IllegalArgumentException e) {
      out.println("recorder: " + e.getMessage());
      out.println("usage: " + command.usage + "; with --help, all options");
      return 2;
    } catch (TapeException e) {
      out.println(e.getMessage());
    } catch (Exception e) {
      out.println("recorder: " + told(e));
    }
    return 1;
  }

  /** What files say of themselves is a name, or the name of a class and a name. */
  private static String told(Exception e) {
    Throwable why = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
    if (why instanceof NoSuchFileException) {
      return "there is no file " + why.getMessage();
    }
    return why.getMessage() == null || why instanceof FileSystemException
        ? why.toString()
        : why.getMessage();
  }

  private static int lint(List<String> args, PrintStream out) {
    List<String> paths = new Arguments(args, Set.of(), Set.of()).words();
    if (paths.isEmpty()) {
      throw new IllegalArgumentException("say which tapes");
    }
    int errors = 0;
    List<Path> files = new ArrayList<>();
    for (String path : paths) {
      try (Stream<Path> all = Files.walk(Path.of(path))) {
        all.filter(
                f ->
                    f.toString().endsWith(".tape")
                        || f.equals(Path.of(path)) && !Files.isDirectory(f))
            .sorted()
            .forEach(files::add);
      } catch (UncheckedIOException | IOException e) {
        throw new IllegalArgumentException("cannot be read: " + path);
      }
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no tapes in " + String.join(", ", paths));
    }
    for (Path file : files) {
      for (TapeLint.Finding f : TapeLint.check(file)) {
        out.println(f);
        errors += f.error() ? 1 : 0;
      }
    }
    out.println(
        files.size()
            + (files.size() == 1 ? " tape, " : " tapes, ")
            + errors
            + (errors == 1 ? " error" : " errors"));
    return errors == 0 ? 0 : 1;
  }
}
