package dev.colibri.examples.recorder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.testkit.tape.TapeLint;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecorderCommandTest {
  /** Buys once, dearly enough that it is filled. */
  public static final class BuysOnce {
    private boolean placed;

    public BuysOnce(Colibri colibri) {
      SpotConnector binance = colibri.open(Binance.spot());
      binance.start().join();
      Instrument btc = binance.instrument("BTC-USDT");
      binance
          .books(btc)
          .listen(
              book -> {
                if (!placed && book.isValid() && book.bestAsk() != null) {
                  placed = true;
                  binance.place(Order.buy(btc).limit(book.bestAsk().price()).size("0.0001"));
                }
              });
    }
  }

  @TempDir static Path dir;
  private static Path tape;
  private static final List<String> SAID = new ArrayList<>();

  /** Records the embedded exchange in a process of its own, which is told to end. */
  @BeforeAll
  static void record() throws Exception {
    tape = dir.resolve("recorded.tape");
    Process recorder =
        child("64m", "record", "--embedded", "BTC-USDT", "--keys", "X", "--into", tape.toString());
    try (BufferedReader out = recorder.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      while (line != null && !(line.matches("\\d+ s, \\d+ lines.*") && hasEnough())) {
        SAID.add(line);
        line = out.readLine();
      }
      assertNotNull(line, SAID::toString);
      recorder.toHandle().destroy(); // As Ctrl-C does, it asks the process to end.
      for (line = out.readLine(); line != null; line = out.readLine()) {
        SAID.add(line);
      }
    }
    assertTrue(recorder.waitFor(30, TimeUnit.SECONDS));
  }

  /** What was written is in the file at once, while the process goes on. */
  private static boolean hasEnough() throws Exception {
    String all = Files.readString(tape);
    return all.contains("\"event\":\"book\"")
        && all.lines().filter(l -> l.contains("\"e\":\"trade\"")).count() > 5;
  }

  private static Process child(String heap, String... args) throws Exception {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-cp",
                classPath,
                Main.class.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String run(int code, String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    int was = Main.run(List.of(args), out, new CountDownLatch(1));
    String said = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(code, was, said);
    return said;
  }

  /** What a replay tells at the end, but for how long it took. */
  private static String figures(String said) {
    return said.substring(said.indexOf("messages  "), said.indexOf("took "));
  }

  @Test
  void what_was_recorded_is_there_when_the_process_was_told_to_end() throws Exception {
    String last = SAID.get(SAID.size() - 1);

    assertTrue(last.endsWith("; stopped"), SAID::toString);
    assertEquals(List.of(), TapeLint.check(tape));
    assertTrue(last.contains(Files.readAllLines(tape).size() + " lines"), last);
    assertTrue(Files.readString(tape).contains("userDataStream"), "nothing of the account");
  }

  @Test
  void a_strategy_of_ones_own_trades_on_it_and_the_same_comes_of_it_each_time() {
    String strategy = BuysOnce.class.getName();
    String one = run(0, "replay", tape.toString(), "--strategy", strategy);
    String two = run(0, "replay", tape.toString(), "--strategy", strategy);

    assertEquals(figures(one), figures(two));
    assertTrue(one.contains("orders    1 accepted"), one);
    assertTrue(one.contains("0.0000999 BTC"), one);
  }

  @Test
  void the_market_maker_quotes_on_it() {
    String said = run(0, "replay", tape.toString(), "--latency", "1ms", "--fees", "0,0");

    assertFalse(said.contains("orders    0 accepted"), said);
    assertTrue(said.matches("(?s).*profit    -?\\d+\\.\\d\\d USDT: .*messages/s\\n"), said);
  }

  @Test
  void a_tape_larger_than_the_memory_is_replayed() throws Exception {
    Path large = dir.resolve("large.tape");
    List<String> lines = Files.readAllLines(tape);
    String trade =
        lines.stream().filter(l -> l.contains("\"e\":\"trade\"")).reduce((a, b) -> b).orElseThrow();
    String rest = trade.substring(trade.indexOf(','));
    long from = Long.parseLong(trade.substring(trade.indexOf(':') + 1, trade.indexOf(',')));
    try (BufferedWriter out = Files.newBufferedWriter(large)) {
      for (String line : lines) {
        if (line.equals(trade)) {
          break;
        }
        out.write(line + "\n");
      }
      for (int i = 0; i < 200_000; i++) {
        out.write("{\"t\":" + (from + i) + rest + "\n");
      }
    }
    assertTrue(Files.size(large) > 32 << 20);

    Process replay = child("24m", "replay", large.toString());
    String said = new String(replay.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, replay.waitFor(), said);
    assertTrue(said.matches("(?s).*messages  20\\d{4}\\n.*"), said);
  }

  @Test
  void a_full_tape_is_followed_by_another_and_the_oldest_go(@TempDir Path rolling)
      throws Exception {
    String into = rolling.resolve("a.tape").toString();
    String kept =
        run(
            0,
            "record",
            "--embedded",
            "BTC-USDT",
            "--most",
            "8KB",
            "--keep",
            "2",
            "--for",
            "3s",
            "--into",
            into);

    assertTrue(kept.contains("; full"), kept);
    assertTrue(kept.contains("a-2.tape: "), kept);
    try (Stream<Path> files = Files.list(rolling)) {
      List<Path> left = files.toList();
      assertEquals(2, left.size(), left::toString);
      for (Path file : left) {
        assertTrue(Files.size(file) <= 8 << 10, file::toString);
        assertEquals(List.of(), TapeLint.check(file));
      }
    }
  }

  @Test
  void lint_tells_what_is_wrong_and_where() throws Exception {
    Path wrong = dir.resolve("wrong.tape");
    Files.writeString(wrong, Files.readAllLines(tape).get(0) + "\n{\"do\":\"fly\"}\n");

    assertEquals("1 tape, 0 errors\n", run(0, "lint", tape.toString()));
    String said = run(1, "lint", tape.toString(), wrong.toString());
    assertEquals(wrong + ":2: \"do\" has no word \"fly\"\n2 tapes, 1 error\n", said);
  }

  @Test
  void who_says_no_instrument_has_that_of_the_exchange_on_this_machine(@TempDir Path fresh)
      throws Exception {
    Path into = fresh.resolve("a.tape");

    run(0, "record", "--embedded", "--for", "1s", "--into", into.toString());

    assertTrue(
        Files.readString(into)
            .contains("\"do\":\"subscribe\",\"to\":\"book\",\"of\":\"BTC-USDT\""));
  }

  @Test
  void an_instrument_that_is_not_listed_leaves_no_tape(@TempDir Path fresh) throws Exception {
    Path into = fresh.resolve("a.tape");

    String said = run(2, "record", "--embedded", "BTC/USDT", "--into", into.toString());

    assertTrue(
        said.contains("binance-spot lists no BTC/USDT; it lists 4, among them [BTC-USDT]"), said);
    assertFalse(Files.exists(into));
  }

  /** What is there already may be hours of recording. */
  @Test
  void no_file_is_written_over() throws Exception {
    List<String> before = Files.readAllLines(tape);

    String said = run(2, "record", "--embedded", "--into", tape.toString());

    assertTrue(said.contains(tape + " is there already"), said);
    assertEquals(before, Files.readAllLines(tape));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "record | say which venue and which instruments",
        "record binance-spot | say which instruments of binance-spot",
        "record BTC-USDT | no connector BTC-USDT; there are [binance-spot,",
        "record nowhere-spot BTC-USDT | no connector nowhere-spot; there are [binance-spot,",
        "record --embedded binance-spot BTC-USDT | in place of a venue: leave out binance-spot",
        "record --embedded --testnet | --testnet has no meaning with --embedded",
        "record --embedded --into DIR/none/a.tape | there is no folder DIR/none",
        "record --embedded --into DIR | DIR is there already",
        "record --embedded --no-books --no-trades | leave nothing to record",
        "record --embedded --for | --for needs a value",
        "record --embedded --for soon | --for is as 60s, 15m or 2h, not soon",
        "record --embedded --most much | --most is as 800KB, 50MB or 2GB, not much",
        "record --embedded --fro 3s | not understood: --fro",
        "record binance-spot X-Y --into DIR/x --venue-tape none | there is no file none",
        "replay | say which tape",
        "replay a b | one tape, not [a, b]",
        "replay none.tape | there is no file none.tape",
        "replay DIR | DIR is a folder",
        "replay TAPE --strategy Nobody | no class Nobody",
        "replay TAPE --strategy java.lang.String | no public constructor that takes a Colibri",
        "replay TAPE --instrument BTCUSDT | --instrument is as BTC-USDT, not BTCUSDT",
        "replay TAPE --instrument FOO-BAR | lists no FOO-BAR; it lists 4, among them [BTC-USDT,",
        "replay TAPE --size many | --size is as 0.002, not many",
        "replay TAPE --balances 100 | --balances is as USDT=10000,BTC=1, not 100",
        "replay TAPE --fees 1 | --fees is as 0.001,0.001, not 1",
        "lint | say which tapes",
        "lint none | cannot be read: none",
        "lint EMPTY | no tapes in EMPTY",
        "lint TAPE --strict | not understood: --strict",
      })
  void a_wrong_argument_is_named_and_how_it_is_used(String command, String named) throws Exception {
    Path empty = Files.createDirectories(dir.resolve("empty"));
    String[] args =
        Stream.of(command.split(" ")).map(word -> path(word, empty)).toArray(String[]::new);

    List<String> said = run(2, args).lines().toList();

    assertTrue(said.get(0).startsWith("recorder: "), said::toString);
    assertTrue(said.get(0).contains(path(named, empty)), said::toString);
    assertTrue(said.get(1).startsWith("usage: recorder " + args[0] + " "), said::toString);
    assertEquals(2, said.size(), said::toString);
  }

  private static String path(String word, Path empty) {
    return word.replace("DIR", dir.toString())
        .replace("TAPE", tape.toString())
        .replace("EMPTY", empty.toString());
  }

  @Test
  void who_asks_is_told_what_there_is() {
    String all = run(0, "--help");

    assertTrue(all.startsWith("recorder record VENUE INSTRUMENT… [options]"), all);
    assertEquals("recorder: say what to do\n" + all, run(2));
    assertEquals("recorder: no command fly\n" + all, run(2, "fly"));
    assertTrue(all.contains(run(0, "replay", "--help")), all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello\n", "{\"a\":1}\n", "\u0000\u0001\n"})
  void a_file_that_is_no_tape_is_named(String text) throws Exception {
    Path other = dir.resolve("other.tape");
    Files.writeString(other, text);

    String wrong =
        "other.tape:1: no tape: its first line must be a header that begins {\"tape\":1,…\n";
    assertEquals(wrong, run(1, "replay", other.toString()));
    assertTrue(run(1, "lint", other.toString()).contains(wrong));
  }

  @Test
  void a_tape_that_is_no_recording_needs_its_venue_beside_it() throws Exception {
    Path bare = dir.resolve("bare.tape");
    Files.writeString(bare, Files.readString(tape).replaceFirst("\"sockets\"", "\"note\""));

    assertEquals(
        "bare.tape:1: the header has no \"sockets\", and no venue.tape is beside the tape\n",
        run(1, "replay", bare.toString()));
  }
}
