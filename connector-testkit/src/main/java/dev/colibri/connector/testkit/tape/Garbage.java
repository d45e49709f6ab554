package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Host;
import dev.colibri.connector.io.InPlaceDraft;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradeView;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.testkit.sim.ForwardingHost;
import dev.colibri.connector.testkit.tape.Tape.Kind;
import dev.colibri.connector.testkit.tape.Tape.Line;
import dev.colibri.connector.text.Frame;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.java_websocket.exceptions.InvalidDataException;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes a connector makes of market messages, from what a socket read to the return of a
 * direct listener: frame cutter, session, engine, feed. What a tape's venue says last is said on
 * and on, each time with the next numbers.
 */
public final class Garbage implements AutoCloseable {
  /** The numbers that go on from message to message, by the names that venues give them. */
  private static final Pattern NUMBER =
      Pattern.compile(
          "\"(?:U|u|pu|seqId|prevSeqId|sequenceStart|sequenceEnd|sequence_num)\":(\\d+)");

  /** So many messages are laid out at once. */
  private static final int CHUNK = 5_000;

  private final Colibri colibri;
  private final InPlaceDraft cutter;

  /** What was said last, around its numbers. */
  private final List<String> texts = new ArrayList<>();

  private final List<Long> numbers = new ArrayList<>();
  private long sent;
  private long heard;
  private long sum;

  /**
   * A connector that has heard all of a tape.
   *
   * @param folder of the venue's tapes
   * @param tape subscribes to a book or to trades
   * @param open opens the venue
   */
  public Garbage(Path folder, Path tape, Function<Colibri, ? extends BookConnector> open) {
    Tape said = Tape.read(tape);
    TapePlayback playback = new TapePlayback(Tape.read(folder.resolve("venue.tape")), said);
    Tap host = new Tap(playback.host());
    colibri = Colibri.on(host, playback.settings(), venue -> venue);
    BookConnector connector = open.apply(colibri);
    connector.start().join();
    Line wish =
        said.lines().stream()
            .filter(l -> l.kind() == Kind.DO && l.what().equals("subscribe"))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(tape + " subscribes to nothing"));
    Instrument instrument = connector.instrument(wish.json().text("of"));
    if (wish.json().text("to").equals("book")) {
      connector.books(instrument).listenDirect(this::hear);
    } else {
      connector.trades(instrument).listenDirect(this::hear);
    }
    playback.toEnd();
    playback.time().settle();
    String last = host.last;
    Transport.SocketListener listener = host.listener;
    if (heard == 0 || last == null || listener == null) {
      throw new IllegalStateException("nothing was heard of " + tape);
    }
    Matcher number = NUMBER.matcher(last);
    int from = 0;
    while (number.find()) {
      texts.add(last.substring(from, number.start(1)));
      numbers.add(Long.parseLong(number.group(1)));
      from = number.end(1);
    }
    texts.add(last.substring(from));
    cutter = new InPlaceDraft(InPlaceDraft.MAX_MESSAGE, listener::received);
    heard = 0;
  }

  private void hear(OrderBook book) {
    if (book.isValid()) {
      heard++;
      sum += book.price(Side.BUY, 0) + book.size(Side.SELL, 0);
    }
  }

  private void hear(TradeView trade) {
    heard++;
    sum += trade.price() + trade.size();
  }

  /** How many messages were sent so far. */
  public long sent() {
    return sent;
  }

  /** How many of them were told: of a book, when it was valid. */
  public long heard() {
    return heard;
  }

  /** A sum of what was told, so that nobody may leave it out. */
  public long sum() {
    return sum;
  }

  /**
   * Sends so many messages when everything is compiled, and tells how many bytes they made: the
   * fewest of up to three rounds, the first below one byte a message being enough. The compiler may
   * still be at it the first time, and leaves a few bytes at any time; garbage of ours would come
   * with every message.
   */
  public long least(int messages) {
    send(messages / 5 * 2);
    long made = Long.MAX_VALUE;
    for (int round = 0; round < 3 && made >= messages; round++) {
      made = Math.min(made, send(messages));
    }
    return made;
  }

  /** Sends so many messages, and tells how many bytes this thread made on the way. */
  private long send(int messages) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long made = 0;
    for (int left = messages; left > 0; left -= CHUNK) {
      ByteBuffer[] reads = new ByteBuffer[Math.min(left, CHUNK)];
      for (int i = 0; i < reads.length; i++) {
        reads[i] = frame(next());
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      deliver(reads);
      made += threads.getCurrentThreadAllocatedBytes() - before;
    }
    return made;
  }

  private void deliver(ByteBuffer[] reads) {
    try {
      for (ByteBuffer read : reads) {
        cutter.translateFrame(read);
      }
    } catch (InvalidDataException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] next() {
    sent++;
    StringBuilder text = new StringBuilder(texts.get(0));
    for (int i = 0; i < numbers.size(); i++) {
      text.append(numbers.get(i) + sent).append(texts.get(i + 1));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** As a server sends it. */
  private static ByteBuffer frame(byte[] text) {
    ByteBuffer frame = ByteBuffer.allocate(text.length + 4);
    frame.put((byte) 0x81);
    if (text.length < 126) {
      frame.put((byte) text.length);
    } else {
      frame.put((byte) 126).putShort((short) text.length);
    }
    return frame.put(text).flip();
  }

  @Override
  public void close() {
    colibri.close();
  }

  /** Another host, who hears what comes on sockets. */
  private static final class Tap extends ForwardingHost {
    private Transport.@Nullable SocketListener listener;
    private @Nullable String last;

    Tap(Host host) {
      super(host);
    }

    @Override
    public Transport transport(Venue<?> venue, Set<String> hosts) {
      Transport transport = super.transport(venue, hosts);
      return new Transport() {
        @Override
        public void http(HttpRequest request, Consumer<Delivery> done) {
          transport.http(request, done);
        }

        @Override
        public Socket connect(
            URI uri, Map<String, String> headers, Duration timeout, SocketListener to) {
          return transport.connect(uri, headers, timeout, new Heard(to));
        }

        @Override
        public void close() {
          transport.close();
        }
      };
    }

    private final class Heard implements Transport.SocketListener {
      private final Transport.SocketListener to;

      Heard(Transport.SocketListener to) {
        this.to = to;
      }

      @Override
      public void opened() {
        to.opened();
      }

      @Override
      public void received(Frame frame) {
        listener = to;
        last = frame.utf8();
        to.received(frame);
      }

      @Override
      public void heartbeat() {
        to.heartbeat();
      }

      @Override
      public void closed(int code, String reason) {
        to.closed(code, reason);
      }
    }
  }
}
