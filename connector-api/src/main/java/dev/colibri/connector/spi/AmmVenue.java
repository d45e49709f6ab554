package dev.colibri.connector.spi;

import dev.colibri.connector.text.Credentials;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a connector of automated market makers is opened from: a wallet on a chain, and those that
 * it trades with. A wallet has one order in which it does things, so that there is one connector a
 * wallet and chain.
 */
public final class AmmVenue extends Venue<AmmVenue> {

  /** How much of a token a contract is let take where it needs leave. */
  public enum Allow {
    /** As much as is needed now, each time. */
    EXACT,
    /** Whatever it wants, once. Convenient, and as safe as the contract is. */
    UNLIMITED,
    /** Nothing: what needs leave is refused unless it was given before. */
    NEVER
  }

  private final Function<AmmVenue, ChainDialect> dialect;
  private List<Function<ChainDialect, AmmDialect>> amms = List.of();
  private final @Nullable Signer signer;
  private Allow allow = Allow.EXACT;
  private int confirmations;
  private @Nullable BigInteger mostGasPrice;

  private AmmVenue(Function<AmmVenue, ChainDialect> dialect, @Nullable Signer signer) {
    super(null);
    this.dialect = dialect;
    this.signer = signer;
  }

  /**
   * A chain.
   *
   * @param dialect makes a fresh dialect for every connector
   * @param signer the wallet; null for one that only looks
   */
  public static AmmVenue of(Function<AmmVenue, ChainDialect> dialect, @Nullable Signer signer) {
    return new AmmVenue(Objects.requireNonNull(dialect), signer);
  }

  @Override
  AmmVenue fresh(@Nullable Credentials credentials) {
    AmmVenue v = new AmmVenue(dialect, signer);
    v.amms = amms;
    v.allow = allow;
    v.confirmations = confirmations;
    v.mostGasPrice = mostGasPrice;
    return v;
  }

  private AmmVenue copy() {
    return copy(v -> {});
  }

  /**
   * A market maker to trade with, too.
   *
   * @param amm makes a fresh dialect of it for a connector's chain
   */
  public AmmVenue with(Function<ChainDialect, AmmDialect> amm) {
    AmmVenue v = copy();
    List<Function<ChainDialect, AmmDialect>> more = new ArrayList<>(amms);
    more.add(Objects.requireNonNull(amm));
    v.amms = List.copyOf(more);
    return v;
  }

  /** What contracts are let take where they need leave; {@link Allow#EXACT} unless said. */
  public AmmVenue allow(Allow allow) {
    AmmVenue v = copy();
    v.allow = Objects.requireNonNull(allow);
    return v;
  }

  /**
   * How deep a transaction must be in the chain for it to count as final.
   *
   * @throws IllegalArgumentException unless it is positive
   */
  public AmmVenue confirmations(int blocks) {
    if (blocks < 1) {
      throw new IllegalArgumentException("confirmations must be positive, are " + blocks);
    }
    AmmVenue v = copy();
    v.confirmations = blocks;
    return v;
  }

  /**
   * What is paid for a unit of gas at the most, in the smallest parts of the chain's own asset.
   * What the chain wants more for waits, and says so.
   */
  public AmmVenue mostGasPrice(BigInteger price) {
    AmmVenue v = copy();
    v.mostGasPrice = Objects.requireNonNull(price);
    return v;
  }

  @Override
  public ChainDialect dialect() {
    return dialect.apply(this);
  }

  /** Fresh dialects of the market makers on a connector's chain. */
  public List<AmmDialect> amms(ChainDialect chain) {
    return amms.stream().map(amm -> amm.apply(chain)).toList();
  }

  /** The wallet; null for a connector that only looks. */
  public @Nullable Signer signer() {
    return signer;
  }

  /** What contracts are let take where they need leave. */
  public Allow allow() {
    return allow;
  }

  /** How deep a transaction must be to be final; 0 for what the chain says. */
  public int confirmations() {
    return confirmations;
  }

  /** What is paid for a unit of gas at the most; null for whatever the chain wants. */
  public @Nullable BigInteger mostGasPrice() {
    return mostGasPrice;
  }
}
