package dev.colibri.examples.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A change of forty levels and a trade, as each venue writes them. Shapes are the venues', from
 * their documentation; values are ours.
 */
final class MarketMessages {
  private static final int LEVELS = 20;

  /** What a venue sends: the same book and the same trade, in its words. */
  record Venue(String symbol, byte[] depth, byte[] trade) {}

  private static final Map<String, Venue> VENUES = new LinkedHashMap<>();

  private MarketMessages() {}

  /** The messages of a venue, by the name of its connector. */
  static Venue of(String name) {
    Venue venue = VENUES.get(name);
    if (venue == null) {
      throw new IllegalArgumentException("no messages of " + name);
    }
    return venue;
  }

  private static void venue(String name, String symbol, String depth, String trade) {
    VENUES.put(name, new Venue(symbol, bytes(depth), bytes(trade)));
  }

  /** Quotes are apostrophes here, and {@code #b} and {@code #a} stand for levels. */
  private static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  /** Levels in a form with {@code %1$s} for the price and {@code %2$s} for the size. */
  private static String levels(boolean bids, String form) {
    StringBuilder out = new StringBuilder("[");
    for (int i = 0; i < LEVELS; i++) {
      String price = bids ? "67" + (199 - i) + ".1" + i % 10 : "67" + (200 + i) + ".1" + i % 10;
      String size = "0." + (43_100 + 97 * i);
      out.append(i == 0 ? "" : ",").append(form.formatted(price, size));
    }
    return out.append(']').toString();
  }

  private static String depth(String message, String level) {
    return message.replace("#b", levels(true, level)).replace("#a", levels(false, level));
  }

  static {
    String pair = "['%s','%s']";
    for (String name : new String[] {"binance-spot", "binance-us-spot"}) {
      venue(
          name,
          "BTCUSDT",
          depth(
              "{'e':'depthUpdate','E':1700000000123,'s':'BTCUSDT','U':157,'u':160,'b':#b,'a':#a}",
              pair),
          "{'e':'trade','E':1700000000125,'s':'BTCUSDT','t':28457,'p':'67210.10','q':'0.012',"
              + "'T':1700000000123,'m':true,'M':true}");
    }
    venue(
        "okx-spot",
        "BTC-USDT",
        depth(
            "{'arg':{'channel':'books','instId':'BTC-USDT'},'action':'update','data':[{'asks':#a,'bids':#b,"
                + "'ts':'1700000000123','checksum':0,'seqId':160,'prevSeqId':157}]}",
            "['%s','%s','0','4']"),
        "{'arg':{'channel':'trades','instId':'BTC-USDT'},'data':[{'instId':'BTC-USDT','tradeId':'28457',"
            + "'px':'67210.1','sz':'0.012','side':'sell','ts':'1700000000123','count':'1'}]}");
    venue(
        "bybit-spot",
        "BTCUSDT",
        depth(
            "{'topic':'orderbook.200.BTCUSDT','ts':1700000000123,'type':'delta','data':{'s':'BTCUSDT','b':#b,"
                + "'a':#a,'u':160,'seq':7961638724},'cts':1700000000120}",
            pair),
        "{'topic':'publicTrade.BTCUSDT','ts':1700000000125,'type':'snapshot','data':[{'i':'2290000000061666327',"
            + "'T':1700000000123,'p':'67210.10','v':'0.012','S':'Sell','s':'BTCUSDT','BT':false}]}");
    venue(
        "kraken-spot",
        "BTC/USD",
        depth(
            "{'channel':'book','type':'update','data':[{'symbol':'BTC/USD','bids':#b,'asks':#a,"
                + "'checksum':2439117997,'timestamp':'2023-11-14T22:13:20.123456Z'}]}",
            "{'price':%s,'qty':%s}"),
        "{'channel':'trade','type':'update','data':[{'symbol':'BTC/USD','side':'sell','price':67210.1,"
            + "'qty':0.012,'ord_type':'market','trade_id':28457,'timestamp':'2023-11-14T22:13:20.123456Z'}]}");
    String sides =
        levels(
                true,
                "{'side':'bid','event_time':'2023-11-14T22:13:20.123456Z','price_level':'%s','new_quantity':'%s'}")
            + levels(
                false,
                "{'side':'offer','event_time':'2023-11-14T22:13:20.123456Z','price_level':'%s','new_quantity':'%s'}");
    venue(
        "coinbase-spot",
        "BTC-USD",
        "{'channel':'l2_data','client_id':'','timestamp':'2023-11-14T22:13:20.123456789Z',"
            + "'sequence_num':1000000000,'events':[{'type':'update','product_id':'BTC-USD','updates':"
            + sides.replace("][", ",")
            + "}]}",
        "{'channel':'market_trades','client_id':'','timestamp':'2023-11-14T22:13:20.123456789Z',"
            + "'sequence_num':1000000000,'events':[{'type':'update','trades':[{'trade_id':'28457',"
            + "'product_id':'BTC-USD','price':'67210.1','size':'0.012','side':'SELL',"
            + "'time':'2023-11-14T22:13:20.123456Z'}]}]}");
    venue(
        "kucoin-spot",
        "BTC-USDT",
        depth(
            "{'topic':'/market/level2:BTC-USDT','type':'message','subject':'trade.l2update','data':{'changes':"
                + "{'asks':#a,'bids':#b},'sequenceEnd':160,'sequenceStart':157,'symbol':'BTC-USDT',"
                + "'time':1700000000123}}",
            "['%s','%s','14103845']"),
        "{'topic':'/market/match:BTC-USDT','type':'message','subject':'trade.l3match','data':{'makerOrderId':"
            + "'671b5007389355000701b1d3','price':'67210.1','sequence':'11067996711960577','side':'sell',"
            + "'size':'0.012','symbol':'BTC-USDT','takerOrderId':'671b50161777ff00074c168d',"
            + "'time':'1700000000123000000','tradeId':'11067996711960577','type':'match'}}");
    venue(
        "gate-spot",
        "BTC_USDT",
        depth(
            "{'channel':'spot.obu','result':{'t':1700000000123,'s':'ob.BTC_USDT.50','U':157,'u':160,'b':#b,"
                + "'a':#a},'time_ms':1700000000125}",
            pair),
        "{'time':1700000000,'time_ms':1700000000125,'channel':'spot.trades','event':'update','result':{'id':28457,"
            + "'create_time':1700000000,'create_time_ms':'1700000000123.478','side':'sell',"
            + "'currency_pair':'BTC_USDT','amount':'0.012','price':'67210.1','range':'1390-1390'}}");
    String row = "{'px':'%s','sz':'%s','n':3}";
    venue(
        "hyperliquid-spot",
        "@142",
        "{'channel':'l2Book','data':{'coin':'@142','time':1700000000123,'levels':["
            + levels(true, row)
            + ","
            + levels(false, row)
            + "]}}",
        "{'channel':'trades','data':[{'coin':'@142','side':'A','px':'67210.1','sz':'0.012','time':1700000000123,"
            + "'hash':'0x0b2a','tid':118906512037719,'users':['0x1','0x2']}]}");
  }
}
