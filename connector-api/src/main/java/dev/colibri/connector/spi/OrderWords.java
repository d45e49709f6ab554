package dev.colibri.connector.spi;

import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.TimeInForce;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A venue's words for the five kinds of order, said and heard. Immutable. */
public final class OrderWords {
  private final List<String> words;

  private OrderWords(List<String> words) {
    this.words = words;
  }

  /**
   * The words for a market order, for a limit order that rests, only rests, trades what it can at
   * once, and trades all at once or nothing. Two kinds may share a word: heard, it is the first.
   */
  public static OrderWords of(
      String market, String limit, String postOnly, String ioc, String fok) {
    return new OrderWords(List.of(market, limit, postOnly, ioc, fok));
  }

  /** The word for an order. */
  public String of(Order order) {
    return words.get(
        switch (order.type()) {
          case MARKET -> 0;
          case LIMIT_MAKER -> 2;
          case LIMIT ->
              switch (order.timeInForce()) {
                case GTC, GTD -> 1;
                case IOC -> 3;
                case FOK -> 4;
              };
        });
  }

  /**
   * An order of the kind that a venue's word tells, with the numbers told beside it: those that are
   * null or 0 say nothing. A word of no kind that is ours is kept as the parameter {@code type}.
   */
  public Order told(
      Order order,
      String word,
      @Nullable BigDecimal price,
      @Nullable BigDecimal size,
      @Nullable BigDecimal quoteAmount) {
    return switch (words.indexOf(word)) {
      case 0 -> order.told(OrderType.MARKET, null, price, size, quoteAmount);
      case 1 -> order.told(OrderType.LIMIT, TimeInForce.GTC, price, size, quoteAmount);
      case 2 -> order.told(OrderType.LIMIT_MAKER, null, price, size, quoteAmount);
      case 3 -> order.told(OrderType.LIMIT, TimeInForce.IOC, price, size, quoteAmount);
      case 4 -> order.told(OrderType.LIMIT, TimeInForce.FOK, price, size, quoteAmount);
      default -> order.told(null, null, price, size, quoteAmount).with("type", word);
    };
  }
}
