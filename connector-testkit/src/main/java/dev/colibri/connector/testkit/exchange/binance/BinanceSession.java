package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Outbox;
import dev.colibri.connector.testkit.exchange.Protocol;
import java.util.Set;

/** What both kinds of WebSocket session share: the server's pings and the end after a day. */
abstract class BinanceSession implements Protocol.Session {

  private static final long LIFE_MILLIS = 86_400_000L;
  private static final int POLICY_VIOLATION = 1008;
  private static final int GOING_AWAY = 1001;

  private final Protocol.Connection connection;
  private final Outbox outbox;
  private final Set<BinanceSession> all;
  private final long pingMillis;
  private final long pongMillis;
  private final long opened;
  private long nextPing;
  private long lastPong;
  private long now;
  private boolean closed;

  /** A connection that is among {@code all} from now until it is closed. */
  BinanceSession(
      Protocol.Connection connection,
      Faults faults,
      Set<BinanceSession> all,
      long pingMillis,
      long pongMillis,
      long now) {
    this.pingMillis = pingMillis;
    this.pongMillis = pongMillis;
    this.connection = connection;
    this.outbox = new Outbox(faults, this::send);
    this.all = all;
    this.opened = now;
    this.nextPing = now + pingMillis;
    this.lastPong = now;
    this.now = now;
    all.add(this);
  }

  final long opened() {
    return opened;
  }

  final void send(String frame) {
    if (!closed) {
      connection.text(frame);
    }
  }

  /** Sends a frame of a stream, which may go wrong on its way. */
  final void send(String stream, String frame) {
    if (!closed) {
      outbox.send(stream, frame, now);
    }
  }

  /** Ends the session from this side, at once: nothing follows, and nothing is heard. */
  final void end(int code, String reason) {
    connection.close(code, reason);
    closed();
  }

  final void refuse(String reason) {
    connection.close(POLICY_VIOLATION, reason);
  }

  @Override
  public final void text(String frame, long time) {
    now = time;
    if (!closed) {
      received(frame, time);
    }
  }

  /** What a client says. */
  abstract void received(String frame, long now);

  final void wake(long now) {
    this.now = now;
    outbox.wake(now);
    if (now - opened >= LIFE_MILLIS) {
      connection.close(GOING_AWAY, "disconnected after 24 hours");
    } else if (now - lastPong > pongMillis) {
      refuse("no pong");
    } else if (now >= nextPing) {
      nextPing = now + pingMillis;
      connection.ping();
    }
  }

  @Override
  public final void pong(long now) {
    lastPong = now;
  }

  @Override
  public final void closed() {
    if (!closed) {
      closed = true;
      leave();
      all.remove(this);
    }
  }

  /** Gives up everything this session listens to. */
  abstract void leave();
}
