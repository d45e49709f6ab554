package dev.colibri.examples.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import info.bitrich.xchangestream.binance.BinanceStreamingExchange;
import info.bitrich.xchangestream.binance.BinanceStreamingService;
import info.bitrich.xchangestream.binance.KlineSubscription;
import info.bitrich.xchangestream.core.ProductSubscription;
import io.reactivex.rxjava3.core.Observable;
import java.util.Map;
import org.knowm.xchange.ExchangeSpecification;
import org.knowm.xchange.binance.BinanceAdapters;
import org.knowm.xchange.binance.BinanceExchange;
import org.knowm.xchange.currency.CurrencyPair;

/** XChange's Binance without a network. */
final class XChange {
  static final CurrencyPair PAIR = CurrencyPair.BTC_USDT;

  private XChange() {}

  /** The exchange; what it would ask of the network about symbols, it is told. */
  static BinanceExchange exchange() {
    BinanceExchange exchange = new BinanceStreamingExchange();
    ExchangeSpecification specification = exchange.getDefaultExchangeSpecification();
    specification.setShouldLoadRemoteMetaData(false);
    exchange.applySpecification(specification);
    BinanceAdapters.putSymbolMapping("BTCUSDT", PAIR);
    return exchange;
  }

  /** Its streaming service, whose channels open without a socket. */
  static final class Stream extends BinanceStreamingService {
    Stream(ProductSubscription subscription, BinanceExchange exchange) {
      super(
          "wss://localhost/stream?streams=",
          subscription,
          new KlineSubscription(Map.of()),
          exchange.getExchangeSpecification());
    }

    /** Open. */
    XChangeWire wire() {
      return new XChangeWire(
          getWebSocketClientExtensionHandler(),
          handshaker -> getWebSocketClientHandler(handshaker, this::messageHandler));
    }

    @Override
    public Observable<JsonNode> subscribeChannel(String channel, Object... arguments) {
      return Observable.<JsonNode>create(
              emitter ->
                  channels.computeIfAbsent(
                      channel, name -> new Subscription(emitter, name, arguments)))
          .share();
    }
  }
}
