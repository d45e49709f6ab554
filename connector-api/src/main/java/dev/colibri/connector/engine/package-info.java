/**
 * Decides: departures, nonces, limits, timers, reconnects, books, order truth.
 *
 * <p>Deterministic. It has four verbs (handle an event, wake at a time, drain its effects, tell the
 * next wake-up) and no clock, socket, thread or randomness of its own: time is an argument, random
 * numbers come from a seed, and the same events give the same effects on every run and every JDK.
 * One thread at a time drives an engine.
 *
 * <p>Its parts, in the order in which they are understood. Each knows itself and those before it; a
 * test holds them to that.
 *
 * <ul>
 *   <li>spine: time, effects, and requests on their way. {@code Settings EngineListener Effect
 *       Delivery Outcome Timers VenueClock Counters Limiter NonceKeeper NonceKeepers Context Calls
 *       ReplyLimits Departures Remedy Rows OldestFirst InstrumentIndex}
 *   <li>streams: which connection carries what. {@code Subscription Shard Connection Streams}
 *   <li>books: market data, and what readers on other threads see of it. {@code BookEvents
 *       DepthMessage DepthStageImpl DiffBuffer BookSide SortedLevels Book BookSlot BookCopy
 *       BookReader BookLoan ChangeLog ChangeQueue TopSlot TradeSlot TradeRing TradeStageImpl
 *       BookKeeper MarketData}
 *   <li>orders: what is true of each. {@code ClientIds Fills Tracked Unkept Transitions
 *       OrderListener KeptOrder Questions KnownOrders ExternalOrders Evidence Orders}
 *   <li>positions: what an account of perpetuals is besides. {@code PositionKeeper ModeKeeper
 *       Leverages Funding PerpAccount}
 *   <li>money: what can be afforded, and what the user allows. {@code Fees Balances Budget
 *       GuardCheck Money}
 *   <li>paper: an account that is simulated. {@code PaperOrder PaperLedger PaperMoney PaperWallet
 *       PaperMargin PaperMatcher Paper PaperPerp}
 *   <li>account: what is asked of the venue for it. {@code ClockSync Listing KeyCheck OrderCalls
 *       Cancels FillHistory OrderQueries AccountAudit OrderEntry Replaced Amendments Replacements
 *       SilenceKeeper AccountWatch Account}
 *   <li>wallet: transactions on a chain, and swaps as orders. {@code AmmListener Heads HeadFeed
 *       Inclusion TrackedTransaction KeptTransaction Kept KnownTransactions GasPrices Nonces
 *       NonceHoles Broadcasts Preparation Transactions Funds Pairs Holdings PoolKeeper Routing
 *       SwapQuotes SwapNote SwapFills Allowances WalletPlans Swaps}
 *   <li>engines: one for each kind of connector. {@code ConnectorEngine Engine AmmEngine}
 * </ul>
 */
@NullMarked
package dev.colibri.connector.engine;

import org.jspecify.annotations.NullMarked;
