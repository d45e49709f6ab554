package dev.colibri.connector.testkit.conformance;

import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderEvent.Kind;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.testkit.tape.Departure;
import dev.colibri.connector.testkit.tape.Played;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.testkit.tape.Tape.Line;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** What a tape's playing showed, and the questions that cards put to it. */
final class Findings {
  private final Played played;
  private final BookDialect dialect;

  Findings(Played played, BookDialect dialect) {
    this.played = played;
    this.dialect = dialect;
  }

  Profile profile() {
    return dialect.profile();
  }

  /** Whether the venue has an ability. */
  boolean can(Class<?> ability) {
    return ability.isInstance(dialect);
  }

  /** Whether it is a venue of perpetuals. */
  boolean isPerp() {
    return dialect instanceof PerpDialect;
  }

  Played played() {
    return played;
  }

  private static AssertionError no(String what) {
    return new AssertionError(what);
  }

  /** Fails with the words unless it holds. */
  void that(boolean holds, String otherwise) {
    if (!holds) {
      throw no(otherwise);
    }
  }

  /** The client id of the n-th order that the tape places or that was told of, from 1. */
  String id(int n) {
    List<String> ids = new ArrayList<>();
    for (Line line : played.tape().lines()) {
      if (line.kind() == Tape.Kind.DO && line.what().equals("place") && line.json().has("id")) {
        ids.add(line.json().text("id"));
      }
      if (line.kind() == Tape.Kind.DO && line.what().equals("replace")) {
        ids.add(line.json().get("by").text("id"));
      }
      if (line.kind() == Tape.Kind.DO && line.what().equals("placeAll")) {
        line.json().get("orders").items().forEach(o -> ids.add(o.text("id")));
      }
    }
    for (OrderEvent e : played.orders()) {
      ids.add(e.state().clientId());
    }
    List<String> distinct = ids.stream().distinct().toList();
    if (distinct.size() < n) {
      throw no("the tape speaks of " + distinct.size() + " orders, not of " + n);
    }
    return distinct.get(n - 1);
  }

  /**
   * What the user was told of the n-th order, exactly, but for fees that came after their fills.
   */
  void told(int n, Kind... kinds) {
    List<Kind> is =
        played.orders(id(n)).stream().map(OrderEvent::kind).filter(k -> k != Kind.FEE).toList();
    if (!is.equals(Arrays.asList(kinds))) {
      throw no("order " + id(n) + " must be told " + Arrays.toString(kinds) + ", was " + is);
    }
  }

  /** The n-th order as it was last told. */
  OrderState last(int n) {
    List<OrderEvent> all = played.orders(id(n));
    if (all.isEmpty()) {
      throw no("nothing was told of order " + id(n));
    }
    return all.get(all.size() - 1).state();
  }

  /** How much of the n-th order filled. */
  void filled(int n, String size) {
    BigDecimal is = last(n).filled();
    that(is.compareTo(new BigDecimal(size)) == 0, "must be filled " + size + ", is " + is);
  }

  /** Every fill of the n-th order is all of it, and part of it before the last. */
  void filledInParts(int n, int fills) {
    OrderState s = last(n);
    long is = played.orders(id(n)).stream().filter(e -> e.kind() == Kind.FILL).count();
    that(is == fills, "must fill " + fills + " times, did " + is);
    BigDecimal size = s.order().size();
    that(size == null || s.filled().compareTo(size) == 0, "must be filled " + size + ": " + s);
    that(!s.fees().isEmpty(), "fees must be known: " + s);
  }

  /** The n-th order was refused for that reason, in the venue's words. */
  void refusedFor(int n, Class<? extends Reject> reason) {
    told(n, Kind.REJECTED);
    refused(n, reason);
  }

  /** The same, though the venue may have taken the n-th order first, and ended it at once. */
  void refusedAtLast(int n, Class<? extends Reject> reason) {
    boolean taken = played.orders(id(n)).get(0).kind() == Kind.ACCEPTED;
    told(n, taken ? new Kind[] {Kind.ACCEPTED, Kind.REJECTED} : new Kind[] {Kind.REJECTED});
    refused(n, reason);
  }

  private void refused(int n, Class<? extends Reject> reason) {
    Reject reject = last(n).reject();
    that(reject != null && reason.isInstance(reject), "must be " + reason + ", is " + reject);
    that(reject != null && !reject.raw().isBlank(), "the venue's words must be kept");
  }

  /**
   * The n-th order has the price and size that an amendment asked for, or is as it was placed; its
   * ids are what they were.
   */
  void amended(int n, boolean made) {
    Json asked = null;
    for (Line line : played.tape().lines()) {
      if (line.kind() == Tape.Kind.DO && line.json().textOr("id", "").equals(id(n))) {
        asked =
            line.what().equals("place") || made && line.what().equals("amend")
                ? line.json()
                : asked;
      }
    }
    if (asked == null) {
      throw no("the tape does not place order " + id(n));
    }
    Order is = last(n).order();
    that(isSame(asked, "limit", is.price()) && isSame(asked, "size", is.size()), "is " + is);
    String venueId = is.venueId();
    for (OrderEvent e : played.orders(id(n))) {
      that(e.state().order().venueId().equals(venueId), "its id must stay: " + e);
    }
  }

  private static boolean isSame(Json asked, String field, BigDecimal is) {
    return asked.has(field) && asked.decimal(field).compareTo(is) == 0;
  }

  /** How many requests left that place orders, or change one. */
  void placed(int times) {
    count("place or change an order", Departure::places, times);
  }

  /** How many requests left that cancel orders. */
  void canceled(int times) {
    count("cancel an order", Departure::cancels, times);
  }

  /** What left that changes something at the venue, in its order: of a word each. */
  void left(String words) {
    List<String> is =
        played.departures().stream()
            .map(d -> d.switches() ? "switch" : d.places() ? "place" : d.cancels() ? "cancel" : "")
            .filter(word -> !word.isEmpty())
            .toList();
    that(String.join(" ", is).equals(words), "must leave: " + words + ", did: " + is);
  }

  /** How many requests left that change how the account is set, or move its funds. */
  void set(int times) {
    count("set something", Departure::sets, times);
  }

  private void count(String what, Predicate<Departure> which, int asked) {
    // On paper nothing leaves, whatever is done.
    int times = played.tape().header().has("paper") ? 0 : asked;
    long is = played.departures().stream().filter(which).count();
    that(is == times, times + " requests must leave that " + what + ", did " + is);
  }

  /** Exactly so many orders are live at the end. */
  void live(int orders) {
    that(played.live().size() == orders, orders + " must be live, are " + played.live());
  }

  /** Things of that kind that the user was told, at least one. */
  List<Json> events(String event) {
    List<Json> all = played.told(event);
    that(!all.isEmpty(), "must be told: " + event);
    return all;
  }

  /** The first of them. */
  Json first(String event) {
    return events(event).get(0);
  }

  /** The last of them. */
  Json last(String event) {
    List<Json> all = events(event);
    return all.get(all.size() - 1);
  }

  /** The user was told nothing of that kind. */
  void never(String event) {
    that(played.told(event).isEmpty(), "must not be told: " + played.told(event));
  }

  /** A local refusal by the rule; the n-th of the tape, from 1. */
  void refusedHere(int n, String rule) {
    List<Json> all = events("refused");
    that(all.size() >= n, n + " refusals must be told, were " + all);
    that(all.get(n - 1).text("rule").equals(rule), "must break " + rule + ": " + all.get(n - 1));
  }

  /**
   * Whether the tape is of a venue that has no such orders: one was refused here by the rule, and
   * nothing was sent.
   */
  boolean lacks(String rule) {
    boolean lacks = !played.told("refused").isEmpty();
    if (lacks) {
      refusedHere(1, rule);
      placed(0);
      live(0);
    }
    return lacks;
  }

  /** The line of the tape that places the n-th order, from 1. */
  Json asked(int n) {
    List<Json> all =
        played.tape().lines().stream()
            .filter(l -> l.kind() == Tape.Kind.DO && l.what().equals("place"))
            .map(Line::json)
            .toList();
    that(all.size() >= n, "the tape must place " + n + " orders");
    return all.get(n - 1);
  }

  /** The last line of the tape that asks the user's connector for that. */
  Json done(String what) {
    Json last = null;
    for (Line line : played.tape().lines()) {
      last = line.kind() == Tape.Kind.DO && line.what().equals(what) ? line.json() : last;
    }
    if (last == null) {
      throw no("the tape must do " + what);
    }
    return last;
  }

  /** Whether a word is anywhere in what the venue says on the tape. */
  boolean heard(String word) {
    return played.tape().lines().stream()
        .filter(l -> l.kind() == Tape.Kind.IN || l.kind() == Tape.Kind.ON)
        .anyMatch(l -> l.text().contains(word));
  }

  /** What became of positions, in order: of each change, why. */
  void moved(String... kinds) {
    List<String> is = played.told("position").stream().map(e -> e.text("kind")).toList();
    that(is.equals(Arrays.asList(kinds)), "must move by " + Arrays.toString(kinds) + ", did " + is);
  }

  /** Positions changed, and each time for that reason. */
  void movedOnlyBy(String kind) {
    for (Json e : events("position")) {
      that(e.text("kind").equals(kind), "must move by " + kind + " alone: " + e);
    }
  }

  /** The last change of a position left it at that size, in base units, negative when short. */
  void position(BigDecimal size) {
    Json last = last("position");
    that(
        last.decimal("now").compareTo(size) == 0,
        "must hold " + size.toPlainString() + ": " + last);
  }

  /** By how much the positions changed in all. */
  BigDecimal change() {
    return played.told("position").stream()
        .map(e -> e.decimal("now").subtract(e.decimal("before")))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** Whether something was told before something else, which was told too. */
  void before(Predicate<Json> first, Predicate<Json> then, String words) {
    int one = index(first);
    int two = index(then);
    that(one >= 0 && two > one, words);
  }

  private int index(Predicate<Json> which) {
    for (int i = 0; i < played.events().size(); i++) {
      if (which.test(played.events().get(i))) {
        return i;
      }
    }
    return -1;
  }
}
