package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The toy's dialect, for a test that says one thing in another way. */
class ToyVariant implements SpotDialect {
  private final ToySpot toy = new ToySpot();

  @Override
  public Profile profile() {
    return toy.profile();
  }

  @Override
  public List<Limit> limits() {
    return toy.limits();
  }

  @Override
  public Signed depart(Request request, SigningContext context) {
    return toy.depart(request, context);
  }

  @Override
  public @Nullable Fault fault(Request request, Reply reply) {
    return toy.fault(request, reply);
  }

  @Override
  public Call<Long> time() {
    return toy.time();
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return toy.instruments(rows);
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    return toy.book(instrument, depth);
  }

  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    return toy.tickers(instruments, rows);
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return toy.trades(instrument, limit, rows);
  }

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return toy.fees(instruments);
  }

  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return toy.balances(rows);
  }

  @Override
  public Call<OrderUpdate> place(Order order) {
    return toy.place(order);
  }

  @Override
  public Call<OrderUpdate> cancel(Order order) {
    return toy.cancel(order);
  }

  @Override
  public Call<OrderUpdate> status(Order order) {
    return toy.status(order);
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    return toy.openOrders(instrument, rows);
  }

  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    return toy.fills(query, rows);
  }

  @Override
  public List<Stream> streams() {
    return toy.streams();
  }
}
