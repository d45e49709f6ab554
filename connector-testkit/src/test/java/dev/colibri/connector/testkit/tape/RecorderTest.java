package dev.colibri.connector.testkit.tape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.SpotVenue;
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
import java.util.List;
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
