package dev.colibri.connector.testkit.tape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.Replay;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.OrderRequest;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.sim.ProtocolNetwork;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.testkit.sim.toy.ToyPerp;
import dev.colibri.connector.testkit.sim.toy.ToyProtocol;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderTest {
  private static final String KEY = "anApiKeyOfNobody";
  private static final String SECRET = "aSecretOfNobody";
  private static final SpotVenue TOY = SpotVenue.of(ToySpot::new, Credentials.of(KEY, SECRET));

  private final VirtualTime time = new VirtualTime();
  private final Exchange exchange = new Exchange(List.of(Market.of("BTC", "USDT", "0.1", "0.001")));
  private final ToyProtocol protocol = new ToyProtocol(exchange).addKey(KEY, SECRET, "main");
  private final ProtocolNetwork network =
      new ProtocolNetwork(
          time,
          protocol,
          new Timeline(new Crowd(exchange, 1), protocol, time.millis()),
          Duration.ofMillis(5));
  private final Recorder recorder =
      new Recorder(new VirtualHost(time, network, 1), TOY, venueTape());

  /** Names sockets and stamps, and answers nothing: everything is on the recording. */
  private static Tape venueTape() {
    Tape whole = Tape.read(Path.of("src/test/tapes/toy-spot/venue.tape"));
    return Tape.parse("venue.tape", whole.headerText());
  }

  private void deposit(String account, String asset, String amount) {
    exchange.deposit(account, asset, new BigDecimal(amount), time.millis());
  }

  private String record() {
    exchange.openAccount("main");
    exchange.openAccount("other");
    deposit("main", "USDT", "1000");
    deposit("other", "BTC", "5");
    Colibri colibri = Colibri.on(recorder, Settings.DEFAULT, v -> v);
    recorder.watch(colibri.open(TOY));
    recorder.perform("{\"do\":\"start\"}");
    time.advance(Duration.ofSeconds(1));
    recorder.perform(
        "{\"do\":\"place\",\"buy\":\"BTC-USDT\",\"limit\":\"100\",\"size\":\"2\",\"id\":\"a1\"}");
    time.advance(Duration.ofSeconds(1));
    network.atExchange(
        () ->
            exchange.place(
                "other",
                OrderRequest.limit(
                    "BTC-USDT",
                    Order.Side.SELL,
                    new BigDecimal("100"),
                    new BigDecimal("0.5"),
                    "o1"),
                time.millis()));
    time.advance(Duration.ofSeconds(1));
    recorder.perform("{\"do\":\"cancel\",\"id\":\"a1\"}");
    time.advance(Duration.ofSeconds(1));
    return recorder.tape("toy-spot", "embedded", "a part fills, then the rest is canceled");
  }

  @Test
  void a_recording_plays() {
    Tape tape = Tape.parse("recorded", record());

    Played played = new Player(TOY, venueTape()).play(tape);
    assertEquals(
        List.of(
            OrderEvent.Kind.ACCEPTED,
            OrderEvent.Kind.FILL,
            OrderEvent.Kind.CANCEL_SENT,
            OrderEvent.Kind.CANCELED),
        played.orders("a1").stream().map(OrderEvent::kind).toList());
    assertEquals("embedded", tape.header().text("source"));
  }

  @Test
  void a_recording_of_a_connector_that_is_ready_leaves_the_start_to_the_tape_of_the_venue() {
    exchange.openAccount("main");
    deposit("main", "USDT", "1000");
    var toy = Colibri.on(recorder, Settings.DEFAULT, v -> v).open(TOY);
    toy.start();
    time.advance(Duration.ofSeconds(5));
    recorder.watch(toy);
    recorder.perform(
        "{\"do\":\"place\",\"buy\":\"BTC-USDT\",\"limit\":\"50\",\"size\":\"2\",\"id\":\"a1\"}");
    time.advance(Duration.ofSeconds(1));
    Tape tape = Tape.parse("recorded", recorder.tape("toy-spot", "embedded", "an order rests"));

    assertEquals("{\"t\":0,\"do\":\"place\"", tape.lines().get(0).text().substring(0, 19));
    Tape whole = Tape.read(Path.of("src/test/tapes/toy-spot/venue.tape"));
    assertEquals(
        List.of(OrderEvent.Kind.ACCEPTED),
        new Player(TOY, whole).play(tape).orders("a1").stream().map(OrderEvent::kind).toList());
  }

  @Test
  void no_secret_is_written_down() {
    String text = record();

    assertFalse(text.contains(KEY), "the key");
    assertFalse(text.contains(SECRET), "the secret");
    assertFalse(text.matches("(?s).*\"sign\":\"[0-9a-f]{8}.*"), "a signature");
  }

  @Test
  void a_file_is_its_owners_only(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("x.tape");
    Recorder.save(file, "one");
    Recorder.save(file, "two");

    assertEquals("two", Files.readString(file));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  /** What is recorded into a file for half a minute, of a crowd that trades. */
  private Path recordInto(Path file, long most) throws IOException {
    exchange.openAccount("main");
    exchange.openAccount("other");
    deposit("main", "USDT", "1000");
    exchange.openAccount("third");
    deposit("other", "USDT", "5000");
    deposit("third", "BTC", "50");
    Tape venueTape = Tape.read(Path.of("src/test/tapes/toy-spot/venue.tape"));
    Recorder into =
        new Recorder(new VirtualHost(time, network, 1), TOY, venueTape)
            .into(file, most, "embedded", "half a minute");
    Colibri colibri = Colibri.on(into, Settings.DEFAULT, v -> v);
    into.watch(colibri.open(TOY));
    into.perform("{\"do\":\"start\"}");
    time.advance(Duration.ofSeconds(2));
    into.perform("{\"do\":\"subscribe\",\"to\":\"book\",\"of\":\"BTC-USDT\"}");
    into.perform("{\"do\":\"subscribe\",\"to\":\"trades\",\"of\":\"BTC-USDT\"}");
    for (int i = 0; i < 30; i++) {
      BigDecimal price = new BigDecimal(i % 10 == 9 ? "99" : "100");
      Order.Side side = i % 10 == 9 ? Order.Side.SELL : Order.Side.BUY;
      OrderRequest order =
          OrderRequest.limit("BTC-USDT", side, price, new BigDecimal("0.1"), "o" + i);
      String who = side == Order.Side.BUY ? "other" : "third";
      network.atExchange(() -> exchange.place(who, order, time.millis()));
      time.advance(Duration.ofSeconds(1));
    }
    assertEquals(into.bytes(), Files.size(file), "what was counted is there before the end");
    into.finish();
    into.perform("{\"do\":\"audit\"}");
    assertEquals(into.bytes(), Files.size(file), "nothing follows the end");
    colibri.close();
    return file;
  }

  @Test
  void what_was_written_into_a_file_is_replayed_without_the_tape_of_the_venue(@TempDir Path dir)
      throws IOException {
    Path file = recordInto(dir.resolve("x.tape"), 1 << 20);

    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(List.of(), TapeLint.check(file));
    assertFalse(Files.readString(file).contains(KEY), "the key");
    try (Replay replay = Replay.of(file, Map.of("USDT", "1000"))) {
      var toy = replay.colibri().open(SpotVenue.of(ToySpot::new, null));
      toy.start().join();
      var btc = toy.instrument("BTC-USDT");
      List<Object> trades = new ArrayList<>();
      toy.trades(btc).listen(t -> trades.add(t.toTrade()));
      toy.books(btc).listen(b -> {});
      replay.advance(Duration.ofSeconds(8));
      assertEquals("100", toy.book(btc).bestBid().price().stripTrailingZeros().toPlainString());
      assertFalse(replay.isOver());
      replay.toEnd();
      assertEquals(3, trades.size());
      assertEquals(100, replay.percent());
      assertTrue(replay.played() > 30, "played " + replay.played());
    }
  }

  @Test
  void the_clock_of_a_venue_goes_on_between_its_answers(@TempDir Path dir) throws IOException {
    Path file = recordInto(dir.resolve("x.tape"), 1 << 20);

    try (Replay replay = Replay.of(file, Map.of("USDT", "1000"))) {
      replay.advance(Duration.ofSeconds(20));
      var toy = replay.colibri().open(SpotVenue.of(ToySpot::new, null));
      List<Object> told = new ArrayList<>();
      toy.events().listen(told::add);
      toy.start().join();
      replay.toEnd();
      assertTrue(told.stream().noneMatch(e -> e instanceof ConnectorEvent.ClockSkewed), told + "");
    }
  }

  @Test
  void a_file_that_is_full_holds_whole_lines(@TempDir Path dir) throws IOException {
    Path file = recordInto(dir.resolve("x.tape"), 3_000);

    assertTrue(Files.size(file) <= 3_000);
    assertTrue(Files.readString(file).endsWith("}\n"));
    assertEquals(List.of(), TapeLint.check(file));
  }

  @Test
  void addresses_of_chains_are_hidden_where_that_is_asked_for() {
    Recorder hiding = new Recorder(new VirtualHost(time, network, 1), TOY, venueTape());
    hiding.hidingAddresses().watch(Colibri.on(hiding, Settings.DEFAULT, v -> v).open(TOY));
    String one = "0x" + "aB".repeat(20);
    for (String address : List.of(one, "0x" + "cd".repeat(20), one.toLowerCase(Locale.ROOT))) {
      assertThrows(
          TapeException.class, () -> hiding.perform("{\"do\":\"fly\",\"to\":\"" + address + "\"}"));
    }

    String tape = hiding.tape("toy-spot", "embedded", "x");
    assertFalse(tape.toLowerCase(Locale.ROOT).contains("abab"), tape);
    assertEquals(3, tape.split("\"0x0{39}1\"|\"0x0{39}2\"").length - 1);
    assertEquals(2, tape.split("\"0x0{39}1\"").length - 1);
  }

  @Test
  void nobody_can_do_what_no_line_says() {
    recorder.watch(Colibri.on(recorder, Settings.DEFAULT, v -> v).open(TOY));

    assertThrows(TapeException.class, () -> recorder.perform("{\"do\":\"fly\"}"));
  }

  /** What changes of positions is on the recording, and the header says what kind it is of. */
  @Test
  void a_recording_of_perpetuals_plays() {
    Path folder = Path.of("src/test/tapes/toy-perp");
    Tape perpTape = Tape.read(folder.resolve("venue.tape"));
    PerpVenue perp = PerpVenue.of(v -> new ToyPerp(), Credentials.of(KEY, SECRET));
    TapePlayback world =
        new TapePlayback(perpTape, Tape.read(folder.resolve("P113-open-a-long-position.tape")));
    Recorder of = new Recorder(world.host(), perp, perpTape);
    var toy = Colibri.on(of, world.settings(), v -> v).open(perp);
    toy.start();
    world.time().advance(Duration.ofSeconds(5));
    of.watch(toy);
    of.perform(
        "{\"do\":\"place\",\"buy\":\"BTC-USDT\",\"limit\":\"100\",\"size\":\"1\",\"id\":\"a1\"}");
    world.time().advance(Duration.ofSeconds(2));

    Tape tape = Tape.parse("recorded", of.tape("toy-perp", "recorded", "a long position"));
    Played played = new Player(perp, perpTape).play(tape);
    assertEquals("perp", tape.header().text("kind"));
    assertEquals(
        List.of("0.4", "1"), played.told("position").stream().map(e -> e.text("now")).toList());
  }
}
