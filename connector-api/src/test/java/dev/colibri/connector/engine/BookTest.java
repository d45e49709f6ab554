package dev.colibri.connector.engine;

import static dev.colibri.connector.engine.Books.instrument;
import static dev.colibri.connector.engine.Books.show;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.BookQuery;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.InvalidBook;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BookTest {

  private static Book valid(int shown) {
    Book book = new Book(instrument("BTC"), shown, false, 0);
    book.state(BookState.VALID, "", 0);
    return book;
  }

  private static void level(Book book, boolean bid, String price, String size) {
    BigDecimal p = new BigDecimal(price);
    BigDecimal s = new BigDecimal(size);
    DepthMessage m = Books.diff(1, 1, 0, 0);
    m.add(
        bid,
        p.unscaledValue().longValueExact(),
        p.scale(),
        s.unscaledValue().longValueExact(),
        s.scale());
    book.apply(m);
  }

  @Test
  void readingAnInvalidBookThrowsAndSaysWhy() {
    Book book = new Book(instrument("BTC"), 10, false, 0);
    level(book, true, "10.0", "1");
    book.state(BookState.GAP, "after 7 came 9", 1_700_000_000_500_000_000L);
    for (OrderBook b : new OrderBook[] {book, book.copy()}) {
      InvalidBook e = assertThrows(InvalidBook.class, () -> b.price(Side.BUY, 0));
      assertEquals(
          "BTC-USD@toy-spot: the book is GAP (after 7 came 9) since 2023-11-14T22:13:20.500Z",
          e.getMessage());
      assertThrows(InvalidBook.class, () -> b.size(Side.SELL, 0));
      assertThrows(InvalidBook.class, () -> b.depth(Side.BUY));
      assertThrows(InvalidBook.class, b::bestBid);
      assertThrows(InvalidBook.class, b::mid);
      assertThrows(InvalidBook.class, () -> b.taking(Side.BUY).volumeForPrice(new BigDecimal("9")));
    }
  }

  @Test
  void showsNoMoreLevelsThanWereWanted() {
    Book book = valid(2);
    for (String p : new String[] {"9.7", "9.8", "9.9"}) {
      level(book, true, p, "1");
    }
    assertEquals("9.9=1.00 9.8=1.00 | ", show(book));
    assertEquals("9.9=1.00 9.8=1.00 | ", show(book.copy()));
    assertThrows(IndexOutOfBoundsException.class, () -> book.copy().price(Side.BUY, 2));
  }

  @Test
  void aCopyNeverChanges() {
    Book book = valid(10);
    level(book, true, "9.9", "1");
    level(book, false, "10.1", "2");
    book.stamp(7, 8, 9);
    OrderBook copy = book.copy();
    level(book, true, "9.9", "0");
    level(book, false, "10.1", "5");
    book.stamp(8, 9, 10);
    book.state(BookState.GAP, "", 11);
    assertEquals("9.9=1.00 | 10.1=2.00", show(copy));
    assertEquals(7, copy.sequence());
    assertEquals(8, copy.venueMillis());
    assertEquals(9, copy.receivedNanos());
    assertTrue(copy.isValid());
    assertSame(copy, copy.copy());
  }

  @Test
  void anEmptySideHasNoBest() {
    Book book = valid(10);
    level(book, true, "9.9", "1");
    assertNull(book.bestAsk());
    assertNull(book.mid());
    assertNull(book.spread());
    assertEquals(new BigDecimal("9.9"), book.bestBid().price());
  }

  @Test
  void takesTrailingZerosAsExact() {
    Book book = valid(10);
    level(book, true, "9.90000000", "1.50000000");
    level(book, true, "9", "3");
    assertEquals("9.9=1.50 9.0=3.00 | ", show(book));
  }

  @Test
  void takesNothingAsNothingHoweverManyZerosItHas() {
    Book book = valid(10);
    for (int digits = 0; digits <= 40; digits++) {
      level(book, true, "9.9", "1.5");
      level(book, true, "9.9", BigDecimal.valueOf(0, digits).toPlainString());
      assertEquals(" | ", show(book));
    }
    assertEquals(2, book.sizeDigits());
  }

  /** Whatever the number and however many zeros: the same as dividing decimals. */
  @Test
  void isExactForEveryNumberOfDigits() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 20_000; i++) {
      int digits = random.nextInt(21);
      long mantissa = 1 + (random.nextLong() >>> 1 + random.nextInt(63));
      for (int zeros = random.nextInt(19); zeros > 0; zeros--) {
        mantissa = mantissa > Long.MAX_VALUE / 10 ? mantissa : mantissa * 10;
      }
      BigDecimal price = BigDecimal.valueOf(mantissa, digits);
      Book book = valid(10);
      DepthMessage m = Books.diff(1, 1, 0, 0);
      m.add(true, mantissa, digits, mantissa, digits);
      try {
        book.apply(m);
        assertEquals(0, price.compareTo(book.bestBid().price()), price::toPlainString);
        assertEquals(0, price.compareTo(book.bestBid().size()), price::toPlainString);
      } catch (TextException refused) {
        // Only what no long with enough digits holds.
        BigDecimal needed = price.stripTrailingZeros();
        int scale = Math.max(2, needed.scale());
        assertTrue(
            scale > 18 || needed.setScale(scale).unscaledValue().bitLength() > 63,
            price::toPlainString);
      }
    }
  }

  @Test
  void widensForDigitsThatItDoesNotHave() {
    Book book = valid(10);
    level(book, true, "9.9", "1.5");
    level(book, false, "10.1", "2");
    level(book, true, "9.875000", "0.125000");
    assertEquals("9.9=1.50 9.875=0.125 | 10.1=2.00", show(book));
    level(book, true, "9.9", "0");
    assertEquals("9.875=0.125 | 10.1=2.00", show(book));
    book.clear(false, 0, 0);
    assertEquals(1, book.priceDigits());
    assertEquals(2, book.sizeDigits());
  }

  @Test
  void refusesByNameWhatCannotBe() {
    Book book = valid(10);
    assertRefused(book, "0.0", "1", "a price of 0.0 in a book");
    assertRefused(book, "-9.9", "1", "a price of -9.9 in a book");
    assertRefused(book, "9.9", "-0.01", "a size of -0.01 in a book");
    assertRefused(
        book,
        "922337203685477581",
        "1",
        "922337203685477581 does not fit in 1 digits after the point");
    assertRefused(
        book, "0.0000000000000000001", "1", "a number has more than 18 digits after the point");
    assertEquals(" | ", show(book));
  }

  @Test
  void refusesToWidenWhatThenWouldNotFit() {
    Book book = valid(10);
    level(book, true, "92233720368547758.0", "1");
    assertRefused(
        book, "1.123", "1", "92233720368547758.0 does not fit in 3 digits after the point");
  }

  private static void assertRefused(Book book, String price, String size, String why) {
    TextException e = assertThrows(TextException.class, () -> level(book, true, price, size));
    assertEquals(why, e.getMessage());
  }

  @Test
  void equalsATreeMapOfDecimalsHoweverTheyAreWritten() {
    for (long seed = 0; seed < 30; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Book book = valid(Integer.MAX_VALUE);
      TreeMap<BigDecimal, BigDecimal> bids = new TreeMap<>();
      TreeMap<BigDecimal, BigDecimal> asks = new TreeMap<>();
      for (int i = 0; i < 600; i++) {
        boolean bid = random.nextBoolean();
        // Now and then a digit more than before, and zeros at will.
        int digits = random.nextInt(100) == 0 ? 2 + random.nextInt(3) : random.nextInt(2);
        BigDecimal price =
            BigDecimal.valueOf(100 + random.nextInt(60), digits)
                .add(BigDecimal.valueOf(bid ? 1 : 200));
        price = price.setScale(price.scale() + random.nextInt(5));
        BigDecimal size = BigDecimal.valueOf(random.nextInt(5), random.nextInt(4));
        level(book, bid, price.toPlainString(), size.toPlainString());
        TreeMap<BigDecimal, BigDecimal> side = bid ? bids : asks;
        side.remove(price);
        if (size.signum() != 0) {
          side.put(price, size);
        }
        assertSameLevels(bids.descendingMap(), book, Side.BUY);
        assertSameLevels(asks, book, Side.SELL);
      }
    }
  }

  private static void assertSameLevels(
      Map<BigDecimal, BigDecimal> oracle, OrderBook book, Side side) {
    assertEquals(oracle.size(), book.depth(side));
    int i = 0;
    for (Map.Entry<BigDecimal, BigDecimal> e : oracle.entrySet()) {
      assertEquals(0, e.getKey().compareTo(book.level(side, i).price()));
      assertEquals(0, e.getValue().compareTo(book.level(side, i).size()));
      i++;
    }
  }

  /** Every question, answered by taking hundredths of a unit one by one. */
  @Test
  void answersAsTakingCrumbByCrumbDoes() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 300; round++) {
      Book book = valid(Integer.MAX_VALUE);
      for (int i = random.nextInt(6); i > 0; i--) {
        level(book, true, "9." + random.nextInt(10), "0.0" + (1 + random.nextInt(9)));
        level(book, false, "10." + random.nextInt(10), "0.0" + (1 + random.nextInt(9)));
      }
      for (Side taker : Side.values()) {
        Side makers = taker.opposite();
        BookQuery query = book.taking(taker);
        BigDecimal wanted = new BigDecimal(1 + random.nextInt(20)).movePointLeft(2);
        BigDecimal amount = new BigDecimal(1 + random.nextInt(300)).movePointLeft(2);
        BigDecimal limit =
            new BigDecimal((makers == Side.BUY ? 90 : 100) + random.nextInt(10)).movePointLeft(1);
        BigDecimal crumb = new BigDecimal("0.01");
        BigDecimal taken = BigDecimal.ZERO;
        BigDecimal paid = BigDecimal.ZERO;
        BigDecimal quote = null;
        BigDecimal worst = null;
        BigDecimal worstForAmount = null;
        BigDecimal within = BigDecimal.ZERO;
        BigDecimal paidWithin = BigDecimal.ZERO;
        for (int i = 0; i < book.depth(makers); i++) {
          BigDecimal price = book.level(makers, i).price();
          for (long c = 0; c < book.size(makers, i); c++) {
            taken = taken.add(crumb);
            paid = paid.add(price.multiply(crumb));
            if (taken.compareTo(wanted) == 0) {
              quote = paid;
              worst = price;
            }
            if (worstForAmount == null && paid.compareTo(amount) >= 0) {
              worstForAmount = price;
            }
            if (makers == Side.SELL ? price.compareTo(limit) <= 0 : price.compareTo(limit) >= 0) {
              within = taken;
              paidWithin = paid;
            }
          }
        }
        assertEqual(worst, query.priceForVolume(wanted));
        assertEqual(quote, query.quoteForVolume(wanted));
        assertEqual(worstForAmount, query.priceForQuoteVolume(amount));
        assertEqual(within, query.volumeForPrice(limit));
        assertEqual(paidWithin, query.quoteVolumeForPrice(limit));
        assertEqual(
            quote == null
                ? null
                : quote.divide(wanted, new MathContext(34, RoundingMode.HALF_EVEN)),
            query.vwapForVolume(wanted));
      }
    }
  }

  @Test
  void anOrderThatTakesIsOfWhatIsThereAndNoWorseThanSaid() {
    Book book = valid(10);
    level(book, false, "10.0", "1");
    level(book, false, "10.5", "1");
    level(book, true, "9.9", "0.3");

    BookQuery buyer = book.taking(Side.BUY);
    assertOrder("BUY 0.70 at 10.0", buyer.order(new BigDecimal("0.7"), BigDecimal.ZERO));
    assertOrder("BUY 1.00 at 10.0", buyer.order(BigDecimal.ONE, BigDecimal.ZERO));
    assertOrder("BUY 1.20 at 10.5", buyer.order(new BigDecimal("1.2"), BigDecimal.ZERO));
    assertOrder("BUY 2.00 at 10.5", buyer.order(BigDecimal.TEN, BigDecimal.ZERO));
    assertOrder("BUY 0.70 at 10.1", buyer.order(new BigDecimal("0.7"), new BigDecimal("0.001")));
    assertOrder("BUY 0.70 at 10.0", buyer.order(new BigDecimal("0.709"), BigDecimal.ZERO));

    BookQuery seller = book.taking(Side.SELL);
    assertOrder("SELL 0.30 at 9.9", seller.order(BigDecimal.ONE, BigDecimal.ZERO));
    assertOrder("SELL 0.20 at 9.8", seller.order(new BigDecimal("0.2"), new BigDecimal("0.001")));
    assertNull(seller.order(new BigDecimal("0.2"), BigDecimal.ONE), "at no price at all");

    assertNull(buyer.order(BigDecimal.ZERO, BigDecimal.ZERO));
    assertNull(buyer.order(new BigDecimal("0.009"), BigDecimal.ZERO), "less than a lot");
    assertNull(valid(10).taking(Side.BUY).order(BigDecimal.ONE, BigDecimal.ZERO), "nobody asks");
  }

  private static void assertOrder(String expected, Order order) {
    order.check();
    assertEquals(TimeInForce.IOC, order.timeInForce());
    assertEquals(
        expected,
        "%s %s at %s"
            .formatted(
                order.side(),
                order.size().setScale(2, RoundingMode.UNNECESSARY),
                order.price().setScale(1, RoundingMode.UNNECESSARY)));
  }

  @Test
  void aPassivePriceDoesNotReachTheOtherSide() {
    Book book = valid(10);
    BigDecimal wanted = new BigDecimal("10.03");
    assertEqual(new BigDecimal("10.0"), book.passive(Side.BUY, wanted));
    assertEqual(new BigDecimal("10.1"), book.passive(Side.SELL, wanted));
    level(book, false, "10.0", "1");
    level(book, true, "9.7", "1");
    assertEqual(new BigDecimal("9.9"), book.passive(Side.BUY, wanted));
    assertEqual(new BigDecimal("9.6"), book.passive(Side.BUY, new BigDecimal("9.69")));
    assertEqual(new BigDecimal("10.1"), book.passive(Side.SELL, wanted));
    assertEqual(new BigDecimal("9.8"), book.passive(Side.SELL, new BigDecimal("9.1")));
  }

  private static void assertEqual(BigDecimal expected, BigDecimal actual) {
    if (expected == null) {
      assertNull(actual);
    } else {
      assertEquals(0, expected.compareTo(actual), () -> expected + " and not " + actual);
    }
  }
}
