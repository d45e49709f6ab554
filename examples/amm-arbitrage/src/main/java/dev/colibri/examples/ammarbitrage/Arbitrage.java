package dev.colibri.examples.ammarbitrage;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.Hedge;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Buys where it is cheap and sells where it is dear, between pools of a chain and an order book.
 *
 * <p>The chain leads: a swap happens as a whole, or not at all, and only its receipt says which.
 * What it filled is then made good on the book, whose orders fill at once. Both are told by the
 * same events. Nothing is begun while anything is on its way. Lives on the strategy thread.
 */
public final class Arbitrage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Arbitrage.class);

  /**
   * What it may do.
   *
   * @param slice how much to trade at a time, in base units
   * @param edge what a unit must bring at the least, fees and gas paid, as a fraction of its price
   * @param fee what the book takes, as a fraction
   * @param slippage by how much worse than quoted a fill may be, as a fraction
   * @param patience how long a swap may take
   * @param gasRate what a unit of the chain's own asset is worth, in quote units
   */
  public record Plan(
      BigDecimal slice,
      BigDecimal edge,
      BigDecimal fee,
      BigDecimal slippage,
      Duration patience,
      BigDecimal gasRate) {}

  private final Colibri colibri;
  private final AmmConnector chain;
  private final Instrument pair;
  private final BookConnector exchange;
  private final Instrument listed;
  private final Plan plan;
  private final Inventory inventory = new Inventory();
  private final Hedge hedge;
  private final Subscription subscription;
  private int swaps;

  /**
   * Begins.
   *
   * @param chain ready, with the pair's pools watched
   * @param exchange ready
   */
  public Arbitrage(
      Colibri colibri,
      AmmConnector chain,
      Instrument pair,
      BookConnector exchange,
      Instrument listed,
      Plan plan) {
    this.colibri = colibri;
    this.chain = chain;
    this.pair = pair;
    this.exchange = exchange;
    this.listed = listed;
    this.plan = plan;
    hedge = new Hedge(inventory, exchange, listed, plan.slippage);
    // What an earlier process left on its way is counted, too.
    chain.openOrders(pair).forEach(inventory::adopt);
    exchange.openOrders(listed).forEach(inventory::adopt);
    subscription =
        Subscription.all(
            chain.orders().listen(event -> work()),
            exchange.orders().listen(event -> work()),
            colibri.every(Duration.ofMillis(500), this::work));
  }

  /** Does the next thing, unless something is on its way or the book cannot be trusted. */
  private void work() {
    OrderBook book = exchange.book(listed);
    if (inventory.isLive(pair) || !hedge.offset(open()) || !book.isValid()) {
      return;
    }
    try {
      if (!swap(book, Side.BUY)) {
        swap(book, Side.SELL);
      }
    } catch (Refused e) {
      LOG.debug("{}", e.getMessage());
    }
  }

  /** Swaps where that pays: what is bought on the chain is sold on the book, or the reverse. */
  private boolean swap(OrderBook book, Side side) {
    BigDecimal there = book.taking(side.opposite()).vwapForVolume(plan.slice);
    SwapQuote quote = there == null ? null : chain.quote(side, pair, plan.slice);
    if (quote == null || quote.gasCost() == null) {
      return false; // Nobody knows what it would bring, or cost.
    }
    BigDecimal here = quote.allInPrice(plan.gasRate, chain.nativeToken());
    BigDecimal edge = side == Side.BUY ? there.subtract(here) : here.subtract(there);
    if (edge.subtract(there.multiply(plan.fee)).compareTo(there.multiply(plan.edge)) < 0) {
      return false;
    }
    inventory.execute(chain, quote, plan.slippage, colibri.now().plus(plan.patience));
    swaps++;
    return true;
  }

  /** How many swaps were begun. */
  public int swaps() {
    return swaps;
  }

  /** Base units that are bought and not sold yet, or negative for the reverse. */
  public BigDecimal open() {
    return inventory.held(pair).add(inventory.held(listed));
  }

  /** What all of it brought, gas paid, in quote units. */
  public BigDecimal profit() {
    String gasAsset = chain.nativeToken().symbol();
    BigDecimal gas = inventory.fees().getOrDefault(gasAsset, BigDecimal.ZERO);
    BigDecimal cash = inventory.cash(pair).add(inventory.cash(listed));
    return cash.subtract(gas.multiply(plan.gasRate));
  }

  /** Where it stands, on one line. */
  public String report() {
    String form = "%d swaps, open %.4f, profit %.4f %s";
    return String.format(Locale.ROOT, form, swaps, open(), profit(), listed.quote());
  }

  @Override
  public void close() {
    subscription.close();
  }
}
