package dev.colibri.connector.spot.okx;

import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.text.Decimal;
import java.math.BigDecimal;
import java.util.List;

/** How OKX speaks of spot. */
final class OkxSpot extends OkxApi implements SpotDialect {
  static final Profile PROFILE =
      profile("okx-spot").fees("0.0008", "0.001", FeeCharge.DEDUCTED_FROM_RETURNS).build();

  /** For one of the environments of {@link #PROFILE}. */
  OkxSpot(String environment) {
    super(
        PROFILE,
        LIMITS,
        "SPOT",
        environment,
        new Rows(
            (row, rows) -> OkxParser.instrument(row),
            OkxParser::balance,
            OkxParser::order,
            OkxParser::fill));
  }

  @Override
  protected String tradeMode(Order order) {
    return "cash";
  }

  @Override
  protected Request sized(Request request, Order order) {
    BigDecimal amount = order.quoteAmount();
    return request
        .with("sz", Decimal.plain(amount == null ? order.size() : amount))
        // Without it the size of a market order to buy would be an amount of the quote asset.
        .with("tgtCcy", amount == null ? "base_ccy" : "quote_ccy");
  }

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    Request request = get("/account/trade-fee", "fees").signed().with("instType", "SPOT");
    return instruments.isEmpty()
        ? one(request, row -> List.of(OkxParser.fee(row, null)))
        : Call.all(
            instruments.stream()
                .map(i -> one(request.with("instId", i), row -> OkxParser.fee(row, i)))
                .toList());
  }

  @Override
  protected List<Stream> sessions() {
    return List.of(
        Stream.market(OkxMarketSession::new).topics(200, 20),
        Stream.account(() -> new OkxAccountSession(this, "orders", "account")));
  }
}
