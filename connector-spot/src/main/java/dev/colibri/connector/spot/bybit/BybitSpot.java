package dev.colibri.connector.spot.bybit;

import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.NativeBatch;
import dev.colibri.connector.spi.NativeBatchCancel;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.text.Json;
import java.util.List;

/** What is spot's own of how Bybit speaks. */
class BybitSpot extends BybitApi implements SpotDialect {
  static final Profile PROFILE =
      profile("bybit-spot").fees("0.001", "0.001", FeeCharge.DEDUCTED_FROM_RETURNS).build();

  BybitSpot() {
    super(
        PROFILE,
        "spot",
        "",
        "order/create 20, order/cancel 20, order/cancel-all 20, order/create-batch 20,"
            + "order/cancel-batch 20, order/amend 10",
        60);
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return market("instruments-info")
        .rows(LIST, rows, row -> BybitParser.instrument(row, PROFILE.name()))
        .map(symbols::learn);
  }

  @Override
  protected Request terms(Request request, Order order) {
    String unit = order.quoteAmount() != null ? "quoteCoin" : "baseCoin";
    return request.withIf("marketUnit", order.type() == OrderType.MARKET ? unit : null);
  }

  @Override
  protected Request plain(Request request) {
    return request.with("orderFilter", "Order");
  }

  @Override
  protected List<Request> everywhere(Request request) {
    return List.of(request);
  }

  @Override
  protected OrderUpdate order(Json row, Instrument instrument) {
    return BybitParser.order(row, instrument);
  }

  @Override
  protected Fill fill(Json row, Instrument instrument) {
    return BybitParser.fill(row, instrument);
  }

  @Override
  public List<Stream> streams() {
    return List.of(
        // The topics of a connection may have 21,000 characters.
        paced(Stream.market(BybitMarketSession::new).topics(500, 10)),
        paced(Stream.account(() -> new BybitAccountSession(this, TOPICS))));
  }

  private static final List<String> TOPICS = List.of("order.spot", "execution.spot", "wallet");

  /** Outside of demo mode, which has batches of derivatives only. */
  static final class Batching extends BybitSpot implements NativeBatch, NativeBatchCancel {}
}
