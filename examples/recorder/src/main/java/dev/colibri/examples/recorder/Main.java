package dev.colibri.examples.recorder;

import dev.colibri.connector.testkit.tape.TapeException;
import dev.colibri.connector.testkit.tape.TapeLint;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Records tapes, runs a strategy on one, and checks them. */
public final class Main {
  private static final String HELP =
      """
      recorder record VENUE INSTRUMENT… [options]   writes what a venue says onto a tape
        --into FILE          where to (default VENUE.tape)
        --for 60s            how long, as 90s, 15m or 2h (default 24h); Ctrl-C ends it at any time
        --most 50MB          how large a tape may become (default 50MB)
        --keep N             goes on in a new tape when one is full, and keeps the last N
        --testnet, --environment NAME
        --keys PREFIX        with the account: the key is in PREFIX_API_KEY, PREFIX_API_SECRET
        --addresses          hides addresses of chains
        --no-books, --no-trades
        --venue-tape FILE    names the sockets of a venue that is not one of Colibri's
        --embedded           an exchange of its own, on this machine, in place of VENUE

      recorder replay TAPE [options]                runs a strategy on a tape, on paper
        --strategy CLASS     has a public constructor that takes a Colibri (default: a market maker)
        --instrument NAME    what is traded (default: what the tape subscribes to)
        --size N             of the market maker's quotes (default 0.002)
        --balances A=N,B=N   what the account begins with
        --fees MAKER,TAKER   as 0.001,0.001 (default: the venue's)
        --latency 20ms       from here to the venue and back

      recorder lint TAPE|FOLDER…                    tells what is wrong with tapes
      """;

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
    List<String> rest = args.isEmpty() ? args : args.subList(1, args.size());
    try {
      switch (args.isEmpty() ? "" : args.get(0)) {
        case "record" -> {
          new Recording(rest, out, stop).run();
          return 0;
        }
        case "replay" -> {
          new Rerun(rest, out).run();
          return 0;
        }
        case "lint" -> {
          return lint(rest, out);
        }
        default -> {
          out.print(HELP);
          return 2;
        }
      }
    } catch (IllegalArgumentException e) {
      out.println("recorder: " + e.getMessage() + "; without arguments it says what there is");
      return 2;
    } catch (TapeException e) {
      out.println(e.getMessage());
      return 1;
    } catch (Exception e) {
      out.println("recorder: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
      return 1;
    }
  }

  private static int lint(List<String> paths, PrintStream out) throws IOException {
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
