package dev.colibri.examples.benchmarks;

import info.bitrich.xchangestream.binance.BinanceStreamingMarketDataService;
import info.bitrich.xchangestream.binance.KlineSubscription;
import info.bitrich.xchangestream.core.ProductSubscription;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.knowm.xchange.binance.BinanceExchange;
import org.knowm.xchange.binance.dto.marketdata.BinanceOrderbook;
import org.knowm.xchange.binance.service.BinanceMarketDataService;
import org.knowm.xchange.dto.marketdata.OrderBook;
import org.knowm.xchange.dto.trade.LimitOrder;
import org.knowm.xchange.instrument.Instrument;

/**
 * XChange's own classes from the text of a frame, as its Netty handler hands it over, to the order
 * book that its observable gives. Only the socket and the snapshot's request are made up.
 */
final class XChangeBook implements BookPath {
  private final DepthTape.Reel reel;
  private final XChange.Stream stream;
  private OrderBook book = new OrderBook(null, List.of(), List.of());
  private long told;

  XChangeBook(DepthTape tape) {
    reel = tape.combined("BTCUSDT");
    BinanceExchange exchange = XChange.exchange();
    ProductSubscription subscription =
        ProductSubscription.create().addOrderbook(XChange.PAIR).build();
    stream = new XChange.Stream(subscription, exchange);
    BinanceOrderbook snapshot =
        new BinanceOrderbook(
            DepthTape.firstNumber(), new ArrayList<>(tape.bids()), new ArrayList<>(tape.asks()));
    BinanceMarketDataService rest =
        new BinanceMarketDataService(exchange, exchange.getResilienceRegistries()) {
          @Override
          public BinanceOrderbook getBinanceOrderbookAllProducts(Instrument of, Integer limit) {
            return snapshot;
          }
        };
    BinanceStreamingMarketDataService service =
        new BinanceStreamingMarketDataService(
            stream, rest, () -> {}, "@100ms", false, DepthTape.LEVELS);
    service.openSubscriptions(subscription, new KlineSubscription(Map.of()));
    var unused =
        service
            .getOrderBook((Instrument) XChange.PAIR)
            .subscribe(
                now -> {
                  book = now;
                  told++;
                });
  }

  @Override
  public DepthTape.Reel reel() {
    return reel;
  }

  @Override
  public long apply(int i) {
    long before = told;
    stream.messageHandler(new String(reel.messages()[i], StandardCharsets.UTF_8));
    if (told != before + 1) {
      throw new IllegalStateException("XChange told of no book");
    }
    return book.getBids().get(0).getLimitPrice().hashCode()
        ^ book.getAsks().get(0).getLimitPrice().hashCode();
  }

  @Override
  public List<String> best(int levels) {
    List<String> best = new ArrayList<>();
    for (List<LimitOrder> side : List.of(book.getBids(), book.getAsks())) {
      side.stream()
          .limit(levels)
          .forEach(o -> best.add(DatabindBook.text(o.getLimitPrice(), o.getOriginalAmount())));
    }
    return best;
  }
}
