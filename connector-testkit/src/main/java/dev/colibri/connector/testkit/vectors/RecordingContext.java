package dev.colibri.connector.testkit.vectors;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.DepthStage;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spi.TradeStage;
import dev.colibri.connector.text.Decimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A session context that writes down what a session says, one line an event, and builds the frames
 * it sends at once. For tests of sessions without an engine, which may override what they want
 * otherwise.
 */
public class RecordingContext implements SessionContext {
  private final Map<String, Instrument> instruments = new TreeMap<>();
  private final List<String> sent = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private final List<OrderUpdate> orders = new ArrayList<>();
  private final List<String> staged = new ArrayList<>();
  private FrozenSigning signing;
  private boolean ready;
  private String tradePrice = "";
  private String tradeSize = "";

  /** A context that knows these instruments. */
  public RecordingContext(FrozenSigning signing, Instrument... instruments) {
    this.signing = signing;
    for (Instrument i : instruments) {
      this.instruments.put(i.symbol(), i);
    }
  }

  /** The frames that were sent, oldest first. */
  public List<String> sent() {
    return sent;
  }

  /** What was said, oldest first. */
  public List<String> events() {
    return events;
  }

  /** The order updates, oldest first. */
  public List<OrderUpdate> orders() {
    return orders;
  }

  /** Whether the session said that it is ready. */
  public boolean isReady() {
    return ready;
  }

  @Override
  public void send(Function<SigningContext, String> frame) {
    signing = signing.next();
    sent.add(frame.apply(signing));
  }

  @Override
  public void ready() {
    ready = true;
    events.add("ready");
  }

  @Override
  public void accepted(Topic topic) {
    events.add("accepted " + topic);
  }

  @Override
  public void refused(Topic topic, Fault fault) {
    events.add("refused " + topic + " " + fault.kind());
  }

  @Override
  public void refusedLogin(Fault fault) {
    events.add("refused login " + fault.kind());
  }

  @Override
  public void answer(long requestId, Reply reply) {
    events.add("answer " + requestId + " " + reply.text());
  }

  @Override
  public void lost(@Nullable Topic topic, BookState state, String reason) {
    events.add("lost " + (topic == null ? "all" : topic) + " " + state);
  }

  @Override
  public @Nullable Instrument instrument(byte[] bytes, int from, int to) {
    return instrument(new String(bytes, from, to - from, StandardCharsets.UTF_8));
  }

  @Override
  public @Nullable Instrument instrument(String symbol) {
    return instruments.get(symbol);
  }

  @Override
  public DepthStage depth() {
    return depth;
  }

  @Override
  public TradeStage trade() {
    return trade;
  }

  @Override
  public void order(OrderUpdate update) {
    orders.add(update);
    events.add("order " + update);
    update.fills().forEach(fill -> events.add("  with " + fill));
  }

  @Override
  public void fill(Fill fill) {
    events.add("fill " + fill);
  }

  @Override
  public void balances(List<Balance> balances, boolean complete, long venueMillis) {
    events.add((complete ? "all balances " : "balances ") + balances + " at " + venueMillis);
  }

  @Override
  public void balancesMoved() {
    events.add("balances moved");
  }

  @Override
  public void positions(List<Position> positions, boolean complete) {
    events.add((complete ? "all positions " : "positions ") + positions);
  }

  @Override
  public void funding(FundingRate told) {
    events.add(told.toString());
  }

  @Override
  public void fundingPaid() {
    events.add("funding paid");
  }

  @Override
  public void leverage(Leverage leverage) {
    events.add(leverage.toString());
  }

  @Override
  public void marginCall(Instrument instrument, String raw) {
    events.add("margin call " + instrument);
  }

  @Override
  public void quarantined(String part, RuntimeException problem) {
    events.add("quarantined " + part);
  }

  private static String number(long mantissa, int digits) {
    return Decimal.of(mantissa, digits).toPlainString();
  }

  private static String sequence(long number) {
    return number == DepthStage.NONE ? "-" : Long.toString(number);
  }

  private final DepthStage depth =
      new DepthStage() {
        @Override
        public void begin() {
          staged.clear();
        }

        @Override
        public void bid(long price, int priceDigits, long size, int sizeDigits) {
          staged.add("bid " + number(price, priceDigits) + " x " + number(size, sizeDigits));
        }

        @Override
        public void ask(long price, int priceDigits, long size, int sizeDigits) {
          staged.add("ask " + number(price, priceDigits) + " x " + number(size, sizeDigits));
        }

        @Override
        public void commit(
            Instrument instrument,
            Kind kind,
            long first,
            long last,
            long previous,
            long venueMillis,
            long checksum) {
          events.add(
              kind
                  + " "
                  + instrument.name()
                  + " "
                  + sequence(first)
                  + ".."
                  + sequence(last)
                  + " after "
                  + sequence(previous)
                  + " at "
                  + venueMillis
                  + (checksum == NONE ? " " : " sum " + checksum + " ")
                  + staged);
          staged.clear();
        }
      };

  private final TradeStage trade =
      new TradeStage() {
        @Override
        public TradeStage price(long price, int digits) {
          tradePrice = number(price, digits);
          return this;
        }

        @Override
        public TradeStage size(long size, int digits) {
          tradeSize = number(size, digits);
          return this;
        }

        @Override
        public void commit(Instrument instrument, long id, Side taker, long venueMillis) {
          events.add(
              "trade "
                  + instrument.name()
                  + " "
                  + id
                  + " "
                  + taker
                  + " "
                  + tradeSize
                  + " at "
                  + tradePrice
                  + " at "
                  + venueMillis);
        }
      };
}
