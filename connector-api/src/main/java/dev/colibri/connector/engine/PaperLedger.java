package dev.colibri.connector.engine;

import dev.colibri.connector.model.Balance;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a paper account holds, by double entry: amounts only ever move between accounts, so that the
 * sum over all accounts of an asset is what was there at the beginning. Exact: nothing is rounded.
 */
final class PaperLedger {
  /** Where an amount can be. */
  enum Account {
    /** May be spent. */
    FREE,
    /** Held by a live order, or put aside for an isolated position. */
    LOCKED,
    /** What trades took and gave; negative for what the account gained by them. */
    MARKET,
    /** What was charged, less rebates. */
    FEES,
    /** What was paid for holding positions; negative for what was received. */
    FUNDING,
    /** What the venue bore of losses that the account could not; negative. */
    INSURANCE
  }

  private final Map<String, Map<Account, BigDecimal>> assets = new TreeMap<>();
  private boolean moved;

  /** A ledger of what is free. */
  PaperLedger(Map<String, BigDecimal> balances) {
    balances.forEach((asset, amount) -> accounts(asset).put(Account.FREE, amount));
  }

  private Map<Account, BigDecimal> accounts(String asset) {
    return assets.computeIfAbsent(
        asset,
        a -> {
          Map<Account, BigDecimal> accounts = new EnumMap<>(Account.class);
          Arrays.asList(Account.values()).forEach(x -> accounts.put(x, BigDecimal.ZERO));
          return accounts;
        });
  }

  /** Moves an amount; a negative one moves back. */
  void move(String asset, Account from, Account to, BigDecimal amount) {
    Map<Account, BigDecimal> accounts = accounts(asset);
    accounts.merge(from, amount.negate(), BigDecimal::add);
    accounts.merge(to, amount, BigDecimal::add);
    moved = true;
  }

  /** What may be spent is not what it was, though nothing moved. */
  void touch() {
    moved = true;
  }

  /** Whether anything moved since this was last asked. */
  boolean takeMoved() {
    boolean was = moved;
    moved = false;
    return was;
  }

  BigDecimal get(String asset, Account account) {
    return accounts(asset).get(account);
  }

  /** Every asset that was ever held, in order of its name. */
  Set<String> assets() {
    return Collections.unmodifiableSet(assets.keySet());
  }

  /** As {@link #assets}, with what is free and what is locked. */
  List<Balance> balances() {
    List<Balance> all = new ArrayList<>();
    assets.forEach(
        (asset, a) ->
            all.add(Balance.of(asset, plain(a.get(Account.FREE)), plain(a.get(Account.LOCKED)))));
    return all;
  }

  /** The same number in the fewest digits behind the point. */
  static BigDecimal plain(BigDecimal n) {
    BigDecimal stripped = n.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }
}
