package dev.colibri.examples.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SplittableRandom;

/** Trades and reports of orders as Binance writes them, with values of ours. */
final class EventTape {
  private static final long MILLIS = 1_763_800_000_000L;

  private EventTape() {}

  /** Public trades, as they come on a connection of their own. */
  static byte[][] trades(int count) {
    SplittableRandom random = new SplittableRandom(11);
    byte[][] trades = new byte[count][];
    for (int i = 0; i < count; i++) {
      trades[i] =
          bytes(
              "{'e':'trade','E':%d,'s':'BTCUSDT','t':%d,'p':'%s','q':'%s','T':%d,'m':%b,'M':true}",
              MILLIS + 3L * i,
              4_000_000_000L + i,
              price(random),
              size(1 + random.nextInt(100_000)),
              MILLIS + 3L * i - 1,
              random.nextBoolean());
    }
    return trades;
  }

  /** The same on a connection of combined streams. */
  static byte[] combined(byte[] trade) {
    String text = new String(trade, StandardCharsets.US_ASCII);
    return ("{\"stream\":\"btcusdt@trade\",\"data\":" + text + "}")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Reports of an account's orders; two of three tell of a fill. */
  static byte[][] reports(int count) {
    SplittableRandom random = new SplittableRandom(13);
    byte[][] reports = new byte[count][];
    for (int i = 0; i < count; i++) {
      boolean fill = i % 3 != 0;
      String price = price(random);
      int size = 1 + random.nextInt(100_000);
      reports[i] =
          bytes(
              "{'e':'executionReport','E':%d,'s':'BTCUSDT','c':'bot-%d','S':'%s','o':'LIMIT',"
                  + "'f':'GTC','q':'%s','p':'%s','P':'0.00000000','F':'0.00000000','g':-1,'C':'',"
                  + "'x':'%s','X':'%s','r':'NONE','i':%d,'l':'%s','z':'%s','L':'%s','n':'%s',"
                  + "'N':%s,'T':%d,'t':%d,'v':3,'I':%d,'w':true,'m':false,'M':false,'O':%d,"
                  + "'Z':'%s','Y':'%s','Q':'0.00000000','W':%d,'V':'EXPIRE_MAKER'}",
              MILLIS + 7L * i,
              100_000 + i / 3,
              i % 2 == 0 ? "BUY" : "SELL",
              size(3 * size),
              price,
              fill ? "TRADE" : "NEW",
              fill ? "PARTIALLY_FILLED" : "NEW",
              12_569_099_453L + i / 3,
              size(fill ? size : 0),
              size(fill ? size : 0),
              fill ? price : "0.00000000",
              fill ? size(1 + size / 1000) : "0",
              fill ? "'BNB'" : "null",
              MILLIS + 7L * i - 1,
              fill ? 4_000_000_000L + i : -1,
              8_641_984L + i,
              MILLIS + 7L * i - 50,
              fill ? price : "0.00000000",
              fill ? price : "0.00000000",
              MILLIS + 7L * i - 50);
    }
    return reports;
  }

  private static String price(SplittableRandom random) {
    int cents = 6_712_245 + random.nextInt(200);
    return String.format(Locale.ROOT, "%d.%02d000000", cents / 100, cents % 100);
  }

  private static String size(int units) {
    return String.format(Locale.ROOT, "%d.%05d000", units / 100_000, units % 100_000);
  }

  /** Quotes are apostrophes here. */
  private static byte[] bytes(String form, Object... values) {
    return String.format(Locale.ROOT, form, values)
        .replace('\'', '"')
        .getBytes(StandardCharsets.US_ASCII);
  }
}
