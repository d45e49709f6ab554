package dev.colibri.examples.benchmarks;

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
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a session says of the market, keeps what it says of an order, and takes every symbol
 * for the same instrument.
 */
final class Listening implements SessionContext, DepthStage, TradeStage {
  private final Instrument instrument;
  private long staged;
  private long levels;
  private long trades;
  private long numbers;
  private @Nullable OrderUpdate order;

  Listening(Instrument instrument) {
    this.instrument = instrument;
  }

  /** Levels of messages that were committed. */
  long levels() {
    return levels;
  }

  /** Trades that were committed. */
  long trades() {
    return trades;
  }

  /** A sum of everything that was told, so that nothing may be left out. */
  long numbers() {
    return numbers;
  }

  /** The last that was told of an order. */
  OrderUpdate order() {
    return Objects.requireNonNull(order);
  }

  @Override
  public Instrument instrument(byte[] bytes, int from, int to) {
    return instrument;
  }

  @Override
  public Instrument instrument(String symbol) {
    return instrument;
  }

  @Override
  public DepthStage depth() {
    return this;
  }

  @Override
  public TradeStage trade() {
    return this;
  }

  @Override
  public void begin() {
    staged = 0;
  }

  @Override
  public void bid(long price, int priceDigits, long size, int sizeDigits) {
    staged++;
    numbers += price + size + priceDigits + sizeDigits;
  }

  @Override
  public void ask(long price, int priceDigits, long size, int sizeDigits) {
    bid(price, priceDigits, size, sizeDigits);
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
    levels += staged;
  }

  @Override
  public TradeStage price(long price, int digits) {
    numbers += price + digits;
    return this;
  }

  @Override
  public TradeStage size(long size, int digits) {
    numbers += size + digits;
    return this;
  }

  @Override
  public void commit(Instrument instrument, long id, Side taker, long venueMillis) {
    trades++;
  }

  // ---- nothing else is said while messages of the market are read

  private static IllegalStateException unexpected(String what) {
    return new IllegalStateException("unexpected: " + what);
  }

  @Override
  public void send(Function<SigningContext, String> frame) {
    throw unexpected("a frame to send");
  }

  @Override
  public void ready() {
    throw unexpected("ready");
  }

  @Override
  public void accepted(Topic topic) {
    throw unexpected("accepted " + topic);
  }

  @Override
  public void refused(Topic topic, Fault fault) {
    throw unexpected("refused " + topic);
  }

  @Override
  public void refusedLogin(Fault fault) {
    throw unexpected("a refused login");
  }

  @Override
  public void answer(long requestId, Reply reply) {
    throw unexpected("an answer");
  }

  @Override
  public void lost(@Nullable Topic topic, BookState state, String reason) {
    throw unexpected(reason);
  }

  @Override
  public void order(OrderUpdate update) {
    order = update;
  }

  @Override
  public void fill(Fill fill) {
    throw unexpected("a fill");
  }

  @Override
  public void balances(List<Balance> balances, boolean complete, long venueMillis) {
    throw unexpected("balances");
  }

  @Override
  public void balancesMoved() {
    throw unexpected("balances");
  }

  @Override
  public void positions(List<Position> positions, boolean complete) {
    throw unexpected("positions");
  }

  @Override
  public void funding(FundingRate told) {
    numbers += told.venueMillis();
  }

  @Override
  public void fundingPaid() {
    throw unexpected("a payment");
  }

  @Override
  public void leverage(Leverage leverage) {
    throw unexpected("leverage");
  }

  @Override
  public void marginCall(Instrument instrument, String raw) {
    throw unexpected("a margin call");
  }

  @Override
  public void quarantined(String part, RuntimeException problem) {
    throw unexpected(part);
  }
}
