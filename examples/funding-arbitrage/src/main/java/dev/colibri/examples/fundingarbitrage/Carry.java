package dev.colibri.examples.fundingarbitrage;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.Hedge;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * Collects funding: while longs pay, it is short on a perpetual and holds as much of the asset
 * somewhere else, so that the price does not matter. Where it holds it may be spot or another
 * perpetual.
 *
 * <p>The perpetual leads, in slices that take what the book shows; the other leg follows what
 * filled. An order of unknown outcome is live: nothing is placed on its leg before the venue has
 * said what became of it. So no more than a slice is ever open. Lives on the strategy thread.
 */
public final class Carry implements AutoCloseable {

  /**
   * What it may do.
   *
   * @param size the most to hold, in base units
   * @param slice the largest order, in base units
   * @param enter the funding rate, as a fraction, from which it builds up
   * @param leave the rate below which it unwinds
   * @param slippage how far beyond the book an order may trade, as a fraction
   */
  public record Plan(
      BigDecimal size, BigDecimal slice, BigDecimal enter, BigDecimal leave, BigDecimal slippage) {}

  private final Instrument held;
  private final Instrument shorted;
  private final Inventory inventory;
  private final Plan plan;
  private final Hedge leads;
  private final Hedge follows;
  private final Subscription subscription;
  private final CompletableFuture<Void> flat = new CompletableFuture<>();
  private BigDecimal target;
  private boolean leaving;

  /**
   * Begins, and goes on from what the inventory holds: see {@link Inventory#found}.
   *
   * @param holds ready; where the asset is held
   * @param perp ready, in one-way mode
   */
  public Carry(
      Colibri colibri,
      BookConnector holds,
      Instrument held,
      PerpConnector perp,
      Instrument shorted,
      Inventory inventory,
      Plan plan) {
    this.held = held;
    this.shorted = shorted;
    this.inventory = inventory;
    this.plan = plan;
    target = inventory.held(shorted).negate();
    leads = new Hedge(inventory, perp, shorted, plan.slippage);
    follows = new Hedge(inventory, holds, held, plan.slippage);
    subscription =
        Subscription.all(
            perp.funding(shorted).listen(this::decide),
            holds.orders().listen(event -> work()),
            perp.orders().listen(event -> work()),
            colibri.every(Duration.ofMillis(500), this::work));
  }

  private void decide(FundingRate told) {
    BigDecimal rate = told.rate();
    if (leaving || rate == null) {
      return;
    }
    if (rate.compareTo(plan.enter) >= 0) {
      target = plan.size;
    } else if (rate.compareTo(plan.leave) < 0) {
      target = BigDecimal.ZERO;
    }
    work();
  }

  private void work() {
    BigDecimal open = inventory.net(held.base());
    boolean isBalanced = follows.offset(open);
    BigDecimal missing = inventory.held(shorted).add(target);
    // What cannot be held is not to stay short.
    boolean wayBack = open.signum() < 0 && missing.signum() < 0 && !inventory.isLive(held);
    if (isBalanced || wayBack) {
      boolean isThere = leads.offset(missing.min(plan.slice).max(plan.slice.negate()));
      if (leaving && isBalanced && isThere) {
        flat.complete(null);
      }
    }
  }

  /** Unwinds; completes when no more is held or short than is too little for the venues. */
  public CompletableFuture<Void> unwind() {
    leaving = true;
    target = BigDecimal.ZERO;
    work();
    return flat;
  }

  /** Where it stands, on one line. */
  public String report() {
    BigDecimal cash = inventory.cash(held).add(inventory.cash(shorted));
    return String.format(
        Locale.ROOT,
        "short %.4f, open %.4f, cash %.2f %s, fees %s",
        inventory.held(shorted).negate(),
        inventory.net(held.base()),
        cash,
        shorted.settle(),
        inventory.fees());
  }

  @Override
  public void close() {
    subscription.close();
  }
}
