package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.sim.VirtualTime;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The way to a real node in virtual time: a question is answered by the node, and takes the time
 * that this says. Blocks come in virtual time, too, and have it as theirs.
 */
public final class AnvilNetwork implements Network {
  public static final Duration BLOCK = Duration.ofSeconds(2);
  private static final Duration LATENCY = Duration.ofMillis(20);
  private static final Map<String, String> JSON = Map.of("content-type", "application/json");

  private final VirtualTime time;
  private final Anvil anvil;
  private boolean mining = true;
  private boolean cut;

  /** A clock that begins when the latest block was made. */
  public static VirtualTime clock(Anvil anvil) {
    return new VirtualTime(Instant.ofEpochSecond(anvil.time()));
  }

  /** From now on the node makes no block by itself. */
  public AnvilNetwork(VirtualTime time, Anvil anvil) {
    this.time = time;
    this.anvil = anvil;
    anvil.automine(false);
    time.after(BLOCK, this::block);
  }

  private void block() {
    mine();
    time.after(BLOCK, this::block);
  }

  /** A block now, beside those that come by themselves; none where those do not come. */
  public void mine() {
    if (mining) {
      anvil.mineAt(time.millis() / 1_000);
    }
  }

  /** Whether blocks come by themselves; at first they do. */
  public void mining(boolean on) {
    mining = on;
  }

  /** Whether everything that is asked gets lost. */
  public void cut(boolean cut) {
    this.cut = cut;
  }

  @Override
  public void http(HttpRequest request, Consumer<Delivery> answer) {
    time.after(LATENCY, () -> arrived(request, answer));
  }

  private void arrived(HttpRequest request, Consumer<Delivery> answer) {
    if (cut) {
      answer.accept(new Delivery.Lost("cut"));
      return;
    }
    byte[] reply = anvil.rpc.raw(request.body()).getBytes(StandardCharsets.UTF_8);
    time.after(LATENCY, () -> answer.accept(new Delivery.Replied(new Reply(200, JSON, reply))));
  }

  @Override
  public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
    throw new IllegalStateException("blocks are not told here: they are asked for");
  }
}
