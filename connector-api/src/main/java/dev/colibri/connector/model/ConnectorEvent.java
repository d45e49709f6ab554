package dev.colibri.connector.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something a strategy should know about a connector, beside its orders, books and balances. */
public sealed interface ConnectorEvent {

  /** A stream connection is up and what it carries is subscribed. */
  record Connected(String stream) implements ConnectorEvent {}

  /** A stream connection is down; the engine connects again unless it is closed. */
  record Disconnected(String stream, String reason) implements ConnectorEvent {}

  /** Every part is ready, or no longer so; {@code missing} names the parts that are not. */
  record Ready(boolean ready, String missing) implements ConnectorEvent {}

  /**
   * Something was not seen between two times, in nanoseconds since the epoch by this host's clock.
   * Orders and fills of that time are asked for; trades are not.
   */
  record Gap(String what, long fromNanos, long toNanos) implements ConnectorEvent {}

  /** A book became invalid. */
  record BookInvalid(Instrument instrument, BookState state, String reason)
      implements ConnectorEvent {}

  /** A book equals the venue's again. */
  record BookValid(Instrument instrument) implements ConnectorEvent {}

  /** A pool's state is older than may be quoted from. */
  record PoolInvalid(Pool pool, String reason) implements ConnectorEvent {}

  /** A pool's state is of a late block, for the first time or again. */
  record PoolValid(Pool pool) implements ConnectorEvent {}

  /**
   * A swap succeeded, and what it moved cannot be read, or no node shows it. Its order stays live,
   * without a fill, until some node does: it is asked again and again, unless it is dismissed.
   *
   * @param order the client id
   * @param hash of the transaction
   */
  record AmountsUnknown(String order, String hash, String reason) implements ConnectorEvent {}

  /**
   * What a swap moved of the wallet is not what its pools tell, as with tokens that take a fee when
   * they are moved. Its fill tells the wallet's side.
   *
   * @param order the client id
   * @param hash of the transaction
   */
  record SwapDiffers(String order, String hash, List<String> differences)
      implements ConnectorEvent {
    public SwapDiffers {
      differences = List.copyOf(differences);
    }
  }

  /** A new instrument. */
  record Listed(Instrument instrument) implements ConnectorEvent {}

  /** An instrument is gone. */
  record Delisted(Instrument instrument) implements ConnectorEvent {}

  /** An instrument's rules or state changed. */
  record RulesChanged(Instrument before, Instrument now) implements ConnectorEvent {}

  /** A message, or a row of one, could not be read and was set aside; everything else goes on. */
  record Quarantined(String where, String reason, String excerpt) implements ConnectorEvent {}

  /** The venue refused a request that no order stands for. */
  record Faulted(String request, String fault) implements ConnectorEvent {}

  /**
   * A request found no limit budget, or the venue said so; nothing of that scope is sent until
   * then.
   */
  record Limited(String scope, Duration pause) implements ConnectorEvent {}

  /** This host's clock and the venue's differ by more than requests may. */
  record ClockSkewed(Duration offset) implements ConnectorEvent {}

  /**
   * The journal failed, or works again. While it fails no order leaves and none is changed: each is
   * rejected here, naming the problem. Cancels and questions go on.
   *
   * @param works whether everything is kept
   * @param problem what is wrong; empty when it works
   */
  record Journal(boolean works, String problem) implements ConnectorEvent {}

  /**
   * The venue's dead man's switch, where the user wanted one, is armed, or no longer surely so:
   * then no order leaves until it is armed again, and every order is asked for, as the venue may
   * have canceled them.
   */
  record CancelOnSilence(boolean armed, String reason) implements ConnectorEvent {}

  /** A balance did not agree with the venue's and was replaced by it. */
  record BalanceDrift(@Nullable Balance expected, Balance venue) implements ConnectorEvent {}

  /**
   * The account's position mode, once known and whenever it changes.
   *
   * @param wanted the one that was asked for; null where none was
   */
  record PositionModeIs(PositionMode mode, @Nullable PositionMode wanted)
      implements ConnectorEvent {}

  /** The leverage or margin mode of an instrument changed, by us or somebody else. */
  record LeverageChanged(Leverage before, Leverage now) implements ConnectorEvent {}

  /** The venue warns that a position is near its liquidation; {@code raw} has its own words. */
  record MarginCall(Instrument instrument, String raw) implements ConnectorEvent {}

  /** An order that this runtime did not place. It is shown, and never touched unless asked. */
  record ExternalOrder(OrderState state) implements ConnectorEvent {}

  /** A listener threw; it stays subscribed. */
  record ListenerFailed(String listener, Throwable error) implements ConnectorEvent {}

  /**
   * A listener takes long and holds everything else up. It is told while the call lasts, so that
   * one that never returns is named, too.
   *
   * @param took for how long it ran by then, or a little longer
   */
  record ListenerSlow(String listener, Duration took) implements ConnectorEvent {}
}
