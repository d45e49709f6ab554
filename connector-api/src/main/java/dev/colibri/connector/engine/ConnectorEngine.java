package dev.colibri.connector.engine;

import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Readiness;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.text.Frame;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connector's mind, whatever it trades with. It has four verbs: handle an event, {@link #wake},
 * {@link #poll} its effects, and {@link #nextWakeup}; the commands of its user are events too. It
 * has no clock, socket or thread: {@code now} is nanoseconds since the epoch, and one thread at a
 * time may be inside.
 */
public sealed interface ConnectorEngine permits Engine, AmmEngine {

  // ---- the four verbs

  /** What became of a request. */
  void delivered(long now, long ticket, Delivery delivery);

  /** A socket is open. */
  void opened(long now, long connection);

  /** A message came on a socket; its bytes are valid during the call. */
  void received(long now, long connection, Frame frame);

  /** A ping or pong came on a socket. */
  void heartbeat(long now, long connection);

  /** A socket is closed, or never opened. */
  void closed(long now, long connection, int code, String reason);

  /** Does what is due. */
  void wake(long now);

  /** Ends a verb: lets leave what may, and tells what came of it. Call before {@link #poll}. */
  void settle();

  /** The next thing to be done outside; null when there is no more. */
  @Nullable Effect poll();

  /** When {@link #wake} must be called at the latest; {@link Long#MAX_VALUE} for never. */
  long nextWakeup();

  // ---- the journal

  /**
   * From now on says what is to be kept, and at its start takes on what an earlier process kept. To
   * be called before anything else.
   *
   * @param entries all that is kept
   * @throws IllegalStateException naming the entry that cannot be read
   */
  void remember(Map<String, String> entries);

  /**
   * The journal does not keep what it should; null when it does again. No verb: it may be said
   * while effects are drained.
   */
  void journal(@Nullable String problem);

  // ---- start and close

  /** Begins: asks for whatever must be known, and connects. */
  void start(long now);

  /** Which parts are ready. */
  Readiness readiness();

  /** Whether every part is ready. */
  boolean isReady();

  /** Why it can never become ready, as a bad key; null while it can. */
  @Nullable String fatal();

  /** Takes no more orders, and ends those that are live where that is wanted and can be done. */
  void beginClose(long now, boolean cancelOrders);

  /** Whether everything that {@link #beginClose} began is through. */
  boolean mayClose();

  /** Ends everything; nothing is asked or told any more. Returns the orders that are still live. */
  List<OrderState> close(long now);

  // ---- orders

  /**
   * Places an order.
   *
   * @throws dev.colibri.connector.model.Refused when it breaks a rule; nothing was sent
   */
  OrderState place(long now, Order order);

  /** Asks to cancel an order; does nothing when it ended. */
  void cancel(long now, String clientId);

  /** Cancels every live order of ours, of one instrument or of all; returns how many. */
  int cancelAll(long now, @Nullable Instrument instrument);

  /** An order of ours by its client id, or null. */
  @Nullable OrderState order(String clientId);

  /** Every live order of ours, oldest first. */
  List<OrderState> liveOrders();

  /** The least and most that everything live on an instrument can still fill. */
  Exposure exposure(Instrument instrument);

  /** Bounds on what is placed from now on. */
  void guard(Guard guard);

  /** Lets no new order out. */
  void halt();

  /** Lets orders out again. */
  void resume();

  /** Asks something beside orders; its value, or why there is none, is told once. */
  <T> void ask(long now, Call<T> call, Consumer<T> answer, Consumer<String> failure);
}
