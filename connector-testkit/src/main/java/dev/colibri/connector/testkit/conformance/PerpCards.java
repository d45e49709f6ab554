package dev.colibri.connector.testkit.conformance;

import static dev.colibri.connector.model.OrderEvent.Kind.ACCEPTED;
import static dev.colibri.connector.model.OrderEvent.Kind.CANCELED;
import static dev.colibri.connector.model.OrderEvent.Kind.EXPIRED;
import static dev.colibri.connector.model.OrderEvent.Kind.FILL;

import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.spi.Transfers;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * The cards of perpetuals: those of every venue with order books, and from P101 on what is about
 * positions, leverage, margin and funding. They hold what the usual tests and checklists of
 * perpetuals ask for, and more where those stop short: every change of a position is told with its
 * cause, and is the venue's and no estimate of ours.
 */
final class PerpCards {
  private static final List<Card> CARDS = new ArrayList<>(Card.lettered("P", BookCards.ALL));

  /** Every card, in order of its number. */
  static final List<Card> ALL = Collections.unmodifiableList(CARDS);

  private PerpCards() {}

  private static void card(String title, String demand, Consumer<Findings> check) {
    card(title, demand, Need.NOTHING, check);
  }

  private static void card(String title, String demand, Need need, Consumer<Findings> check) {
    CARDS.add(Card.of(title, demand, need, check));
  }

  private static boolean is(Json event, String name) {
    return event.text("event").equals(name);
  }

  static {
    mode();
    leverage();
    trading();
    margin();
    fills();
    positions();
    funding();
    instruments();
    orders();
    transfers();
  }

  // ---------------------------------------------------------------- how the account is set

  private static void mode() {
    card(
        "P101 ready only when positions are known",
        "Before the start positions are missing, and the start ends when they are not.",
        f -> {
          String missing = f.first("readiness").text("missing");
          f.that(missing.contains("positions"), "positions must be missing at first: " + missing);
          f.events("started");
          f.that(f.last("readiness").text("missing").isEmpty(), "nothing must be missing");
        });
    card(
        "P102 the account's own position mode",
        "Unless one is wanted, the account's position mode is adopted, and nothing is set.",
        f -> {
          f.before(
              e -> is(e, "PositionModeIs") && !e.has("wanted"),
              e -> is(e, "started"),
              "the mode must be told before the start ends");
          f.events("positionMode");
          f.set(0);
        });
    card(
        "P103 another position mode at the start",
        "Where one is wanted that the account is not in, it is set once, before the start ends.",
        Need.BOTH_MODES,
        f -> {
          f.before(
              e -> is(e, "PositionModeIs") && e.text("mode").equals(e.text("wanted")),
              e -> is(e, "started"),
              "the mode must be told before the start ends");
          f.events("positionMode");
          f.set(1);
        });
    card(
        "P104 a position mode that it is in already",
        "That nothing is to be changed is no fault.",
        f -> {
          String wanted = f.done("positionMode").text("to");
          f.that(f.first("positionMode").text("mode").equals(wanted), "must be " + wanted);
          f.never("failed");
          f.never("Faulted");
        });
    card(
        "P105 open positions keep the account from another mode",
        "The connector does not start, and says which mode holds, in the venue's words too.",
        Need.BOTH_MODES,
        f -> {
          String wanted = f.played().tape().header().text("positionMode");
          String why = f.first("notStarted").text("why");
          f.that(why.contains(wanted), "the wanted mode must be named: " + why);
          f.that(why.contains("("), "the venue's words must be kept: " + why);
          f.never("started");
          f.never("PositionModeIs");
          f.set(1);
        });
    card(
        "P106 open positions keep the mode where the user lets them",
        "The connector starts in the account's own mode, and says that it is not the wanted one.",
        Need.BOTH_MODES,
        f -> {
          Json is = f.first("PositionModeIs");
          f.that(!is.text("mode").equals(is.text("wanted")), "must not be as wanted: " + is);
          f.events("Faulted");
          f.events("started");
          f.that(
              f.last("positionMode").text("mode").equals(is.text("mode")), "must go on in " + is);
          f.set(1);
        });
    card(
        "P107 a position mode changed while trading, and a change refused",
        "The first change is told; the refusal is the venue's words, and the mode stays.",
        Need.BOTH_MODES,
        f -> {
          f.that(f.events("PositionModeIs").size() == 1, "one change must be told");
          String holds = f.first("PositionModeIs").text("mode");
          f.that(f.first("failed").text("why").contains("("), "the venue's words must be kept");
          f.that(!f.done("positionMode").text("to").equals(holds), "another must be asked for");
          f.that(f.last("positionMode").text("mode").equals(holds), "must stay " + holds);
          f.set(2);
        });
  }

  private static void leverage() {
    card(
        "P108 leverage",
        "What was set is answered, and is what the venue says afterwards.",
        f -> {
          BigDecimal wanted = f.done("leverage").decimal("to");
          List<Json> all = f.events("leverage");
          f.that(all.size() == 2, "must be answered, and asked for");
          for (Json l : all) {
            f.that(l.decimal("leverage").compareTo(wanted) == 0, "must be " + wanted + ": " + l);
          }
        });
    card(
        "P109 leverage refused",
        "The venue's words are told, and what held before holds.",
        f -> {
          f.that(f.first("failed").text("why").contains("("), "the venue's words must be kept");
          BigDecimal wanted = f.done("leverage").decimal("to");
          BigDecimal is = f.last("leverage").decimal("leverage");
          f.that(is.compareTo(wanted) != 0, "must not be " + is);
          f.never("LeverageChanged");
        });
    card(
        "P110 leverage beyond the most",
        "Where the venue tells the most it takes, more is refused here and nothing leaves; where it"
            + " does not, the venue refuses.",
        f -> {
          if (f.first("instrument").has("maxLeverage")) {
            f.refusedHere(1, "LEVERAGE");
            f.set(0);
          } else {
            f.that(f.first("failed").text("why").contains("("), "the venue must refuse");
          }
          f.never("leverage");
        });
    card(
        "P111 leverage changed by somebody else",
        "It is told once, with what it was.",
        f -> {
          f.that(f.events("LeverageChanged").size() == 1, "must be told once");
          Json changed = f.first("LeverageChanged");
          f.that(!changed.text("before").equals(changed.text("now")), "must differ: " + changed);
          f.set(0);
        });
    card(
        "P112 margin mode",
        "An order is margined as its instrument is set. Where the account has one mode for all, the"
            + " refusal is the venue's words.",
        f -> {
          String wanted = f.done("leverage").text("margin");
          if (!f.played().told("failed").isEmpty()) {
            f.that(f.first("failed").text("why").contains("("), "the venue's words must be kept");
            return;
          }
          f.that(f.last("leverage").text("mode").equals(wanted), "must be " + wanted);
          f.told(1, ACCEPTED);
          f.that(f.last("order").text("margin").equals(wanted), "the order must be " + wanted);
        });
  }

  // ---------------------------------------------------------------- orders and positions

  private static void trading() {
    card(
        "P113 open a long position",
        "What filled is the position, from the price of its fills, and its cause is the trade.",
        f -> opens(f, 1));
    card("P114 open a short position", "As P113, with a negative size.", f -> opens(f, -1));
    card(
        "P115 close a long position at the market",
        "The order may only close, and nothing is left.",
        f -> {
          f.that(f.first("held").decimal("size").signum() > 0, "it must be long at first");
          f.placed(1);
          f.that(f.last("order").boolOr("reduceOnly", false), "the order must only close");
          f.movedOnlyBy("TRADE");
          f.position(BigDecimal.ZERO);
          f.that(f.last(1).status() == OrderStatus.FILLED, "it must be filled");
        });
    card(
        "P116 close a part of a short position",
        "The rest stays, from the price it was opened at.",
        f -> {
          Json first = f.first("held");
          f.that(first.decimal("size").signum() < 0, "it must be short at first");
          f.that(f.last("order").boolOr("reduceOnly", false), "the order must only close");
          f.movedOnlyBy("TRADE");
          f.position(first.decimal("size").add(f.last(1).filled()));
          Json last = f.last("position");
          f.that(last.decimal("now").signum() < 0, "some must be left: " + last);
          f.that(
              last.decimal("entry").compareTo(first.decimal("entry")) == 0,
              "its price must stay: " + last);
        });
    card(
        "P117 a position that turns",
        "In one-way mode a sell of more than is held leaves a short position, from its own price.",
        Need.mode(PositionMode.ONE_WAY),
        f -> {
          Json first = f.first("held");
          f.that(first.decimal("size").signum() > 0, "it must be long at first");
          f.movedOnlyBy("TRADE");
          Json last = f.last("position");
          f.position(first.decimal("size").subtract(f.last(1).filled()));
          f.that(last.decimal("now").signum() < 0, "it must be short at last: " + last);
          f.that(
              last.decimal("entry").compareTo(first.decimal("entry")) != 0,
              "its price must be new: " + last);
        });
    card(
        "P118 long and short side by side",
        "In hedge mode a buy opens the long position and a sell the short one.",
        Need.HEDGE,
        f -> {
          f.moved("TRADE", "TRADE");
          side(f, f.first("position"), "LONG", f.last(1).filled());
          side(f, f.last("position"), "SHORT", f.last(2).filled().negate());
          positions(f, "LONG", "SHORT");
          f.that(f.events("held").size() == 2, "both must be held");
        });
    card(
        "P119 close either of two",
        "In hedge mode an order that may only close works on the other side's position.",
        Need.HEDGE,
        f -> {
          f.moved("TRADE", "TRADE");
          side(f, f.first("position"), "LONG", BigDecimal.ZERO);
          side(f, f.last("position"), "SHORT", BigDecimal.ZERO);
          positions(f, "LONG", "SHORT");
        });
    card(
        "P120 nothing left to close",
        "The refusal is named for what it is, be it after a first word that the order was taken. A"
            + " venue that cancels it then, and never says why, is believed.",
        f -> {
          if (f.last(1).status() == OrderStatus.CANCELED) {
            f.told(1, ACCEPTED, CANCELED);
            f.filled(1, "0");
          } else {
            f.refusedAtLast(1, Reject.ReduceOnly.class);
          }
          f.never("position");
          f.live(0);
        });
  }

  private static void opens(Findings f, int sign) {
    f.movedOnlyBy("TRADE");
    BigDecimal filled = f.last(1).filled();
    f.that(f.last(1).status() == OrderStatus.FILLED, "it must be filled");
    f.that(f.first("position").decimal("before").signum() == 0, "there must be none before");
    f.position(sign > 0 ? filled : filled.negate());
    BigDecimal average = f.last(1).averagePrice();
    BigDecimal entry = f.last("position").decimal("entry");
    f.that(entry.compareTo(average) == 0, "must be held from " + average + ", is from " + entry);
    f.that(!f.last("order").boolOr("reduceOnly", false), "the order may open");
  }

  /** Which positions the orders said that they work on. */
  private static void positions(Findings f, String... sides) {
    List<String> is =
        f.events("order").stream().map(o -> o.textOr("position", "none")).distinct().toList();
    f.that(is.equals(List.of(sides)), "orders must work on " + List.of(sides) + ", did on " + is);
  }

  private static void side(Findings f, Json position, String side, BigDecimal size) {
    f.that(position.textOr("side", "NET").equals(side), "must be " + side + ": " + position);
    f.that(position.decimal("now").compareTo(size) == 0, "must be " + size + ": " + position);
  }

  private static void margin() {
    card(
        "P121 what may only close needs no margin",
        "With nothing available an order that opens is refused here, and one that closes leaves.",
        f -> {
          f.refusedHere(1, "BUDGET");
          f.told(2, ACCEPTED);
          f.placed(1);
          f.that(f.last("order").boolOr("reduceOnly", false), "the order must only close");
        });
    card(
        "P122 margin by leverage",
        "An order beyond the balance is within its margin at the instrument's leverage, and leaves;"
            + " one beyond that is refused here.",
        f -> {
          Json order = f.asked(1);
          BigDecimal notional = order.decimal("limit").multiply(order.decimal("size"));
          String asset =
              f.first("available").fields().keySet().stream()
                  .filter(field -> !field.equals("event"))
                  .findFirst()
                  .orElse("");
          BigDecimal available = f.first("available").decimal(asset);
          f.that(notional.compareTo(available) > 0, notional + " must be beyond " + available);
          f.told(1, ACCEPTED);
          f.refusedHere(1, "BUDGET");
          f.placed(1);
        });
    card(
        "P123 balances with margin",
        "What margin holds is not available, and the total is what it was: a profit that is not"
            + " realised is no balance.",
        f -> {
          String asset = f.first("balance").text("asset");
          List<Json> all =
              f.events("balance").stream().filter(b -> b.text("asset").equals(asset)).toList();
          Json first = all.get(0);
          Json last = all.get(all.size() - 1);
          f.that(
              last.decimal("available").compareTo(last.decimal("total")) < 0,
              "margin must be held: " + last);
          f.that(
              last.decimal("available").compareTo(first.decimal("available")) < 0,
              "less must be available: " + last);
          f.that(
              last.decimal("total").compareTo(first.decimal("total")) == 0,
              "the total must stay: " + last);
        });
  }

  // ---------------------------------------------------------------- what moves a position

  private static void fills() {
    card(
        "P124 a fill, and then its position",
        "One change is told, by the fill.",
        f -> movesOnce(f));
    card(
        "P125 a position, and then its fill",
        "A stream may tell a position before the fill that made it: one change is told, by the fill.",
        f -> movesOnce(f));
    card(
        "P126 a fill told twice moves a position once",
        "By the reply, the stream and the history: counted once.",
        f -> {
          f.told(1, ACCEPTED, FILL);
          movesOnce(f);
        });
    card(
        "P127 a fill that the stream did not tell moves a position, too",
        "A look at the account finds it, and the position changes by the fill and not by itself.",
        f -> {
          f.that(f.last(1).status() == OrderStatus.FILLED, "it must be filled");
          f.movedOnlyBy("TRADE");
          f.that(
              f.change().abs().compareTo(f.last(1).filled()) == 0,
              "must change by what filled, did by " + f.change());
        });
    card(
        "P128 a trade of somebody else",
        "A fill of an order that is not ours moves the position, and is told as another's.",
        f -> {
          f.movedOnlyBy("EXTERNAL");
          byFills(f);
          f.never("FILL");
        });
    card(
        "P129 liquidation",
        "What the venue closes for want of margin is told so.",
        f -> {
          f.movedOnlyBy("LIQUIDATION");
          byFills(f);
          f.that(f.first("held").decimal("size").signum() != 0, "something must be held at first");
          f.position(BigDecimal.ZERO);
          f.never("FILL");
        });
    card(
        "P130 closed against a liquidated position",
        "What the venue closes because nobody else would be the other side is told so.",
        f -> {
          f.movedOnlyBy("ADL");
          byFills(f);
          f.never("FILL");
        });
  }

  private static void movesOnce(Findings f) {
    f.moved("TRADE");
    byFills(f);
    f.that(
        f.change().abs().compareTo(f.last(1).filled()) == 0,
        "must change by what filled, did by " + f.change());
    f.position(f.last("held").decimal("size"));
  }

  /** Every change shows its fill. */
  private static void byFills(Findings f) {
    f.events("position").forEach(e -> f.that(e.has("trade"), "its fill must be known: " + e));
  }

  private static void positions() {
    card(
        "P131 a position that no fill explains",
        "It is taken when the venue has said the same twice, a while apart, and is told as that.",
        f -> {
          f.moved("ADOPTED");
          f.that(!f.first("position").has("trade"), "no fill made it");
          f.position(f.last("held").decimal("size"));
        });
    card(
        "P132 an answer that is wrong once",
        "What the venue says once of a position, and not again, changes nothing.",
        f -> {
          f.never("position");
          List<Json> held = f.events("held");
          f.that(
              held.size() > 1
                  && held.get(0).decimal("size").compareTo(f.last("held").decimal("size")) == 0,
              "it must stay: " + held);
        });
    card(
        "P133 a position found at the start",
        "It is told with its price, and can be closed by an order.",
        f -> {
          Json found = f.first("position");
          f.that(found.text("kind").equals("START"), "it must be told first: " + found);
          f.that(found.decimal("before").signum() == 0, "there was none before: " + found);
          f.that(found.decimal("now").signum() != 0, "it must be held: " + found);
          f.that(found.has("entry"), "its price must be known: " + found);
          f.events("started");
          f.told(1, ACCEPTED);
          f.that(f.last("order").boolOr("reduceOnly", false), "the order must only close");
        });
    card(
        "P134 what the venue tells of a position",
        "Price of entry, price of liquidation and unrealised profit are as the venue says them, and"
            + " make no event.",
        f -> {
          Json held = f.last("held");
          for (String field : List.of("entry", "liquidation", "profit")) {
            f.that(held.has(field), field + " must be told: " + held);
          }
          f.never("position");
        });
  }

  // ---------------------------------------------------------------- funding

  private static void funding() {
    card(
        "P135 funding rates",
        "Mark price and rate, asked now.",
        f -> {
          Json rate = f.first("funding");
          f.that(rate.has("mark") && rate.has("rate"), "must be known: " + rate);
        });
    card(
        "P136 funding as it changes",
        "It begins whole, and what the stream does not tell again stays.",
        f -> {
          List<Json> all = f.events("funding");
          f.that(all.size() > 1, "must be told again");
          boolean partly = false;
          for (int i = 1; i < all.size(); i++) {
            int stayed = 0;
            int changed = 0;
            for (String field : List.of("mark", "index", "rate")) {
              String before = all.get(i - 1).textOr(field, "");
              String now = all.get(i).textOr(field, "");
              f.that(before.isEmpty() || !now.isEmpty(), field + " is gone: " + all);
              changed += now.equals(before) ? 0 : 1;
              stayed += !now.isEmpty() && now.equals(before) ? 1 : 0;
            }
            partly |= changed > 0 && stayed > 0;
          }
          f.that(partly, "something must change while something stays: " + all);
          Json last = f.last("funding");
          f.that(last.has("mark") && last.has("rate"), "must be whole: " + last);
        });
    card(
        "P137 funding paid before the start",
        "The first look at what was paid tells nothing.",
        f -> {
          f.events("started");
          f.never("payment");
        });
    card(
        "P138 every payment of funding once",
        "Two between two looks are both told, the older first, and neither again.",
        f -> {
          List<Json> all = f.events("payment");
          f.that(all.size() == 2, "two must be told, were " + all);
          Json first = all.get(0);
          Json last = all.get(1);
          f.that(!first.text("id").equals(last.text("id")), "must be two: " + all);
          f.that(first.longValue("at") <= last.longValue("at"), "the older first: " + all);
        });
    card(
        "P139 a payment of funding is no fill",
        "It is told as what it is, and no position and no order changes by it.",
        f -> {
          f.that(f.events("payment").size() == 1, "must be told once");
          f.that(f.first("payment").decimal("amount").signum() != 0, "must be some money");
          f.never("position");
          f.never("FILL");
          f.never("LATE_FILL");
          List<Json> held = f.events("held");
          f.that(
              held.get(0).decimal("size").compareTo(f.last("held").decimal("size")) == 0,
              "the position must stay: " + held);
        });
  }

  // ---------------------------------------------------------------- instruments and their orders

  private static void instruments() {
    card(
        "P140 contracts",
        "Sizes are base units, whatever the venue counts: a size that is no number of its contracts"
            + " is refused here, and what fills, and is held then, is what was asked for.",
        f -> {
          f.events("instrument");
          f.refusedHere(1, "LOT_SIZE");
          f.placed(1);
          f.that(f.last(2).status() == OrderStatus.FILLED, "the other must be filled");
          BigDecimal size = f.asked(2).decimal("size");
          f.that(f.last(2).filled().compareTo(size) == 0, "must fill " + size);
          f.movedOnlyBy("TRADE");
          f.that(f.change().abs().compareTo(size) == 0, "must move by " + size);
          f.position(f.last("held").decimal("size"));
        });
    card(
        "P141 inverse and dated contracts are left out",
        "Who asks for an inverse one is told why; each name is listed once. A venue that lists no"
            + " inverse ones says that it has none of the name.",
        f -> {
          List<String> names =
              f.first("instruments").get("names").items().stream().map(Json::asText).toList();
          f.that(names.stream().distinct().count() == names.size(), "once each: " + names);
          String why = f.first("impossible").text("why");
          boolean lists = f.heard("inverse") || f.heard("Inverse");
          f.that(!lists || why.contains("inverse"), "it must be said why: " + why);
        });
  }

  private static void orders() {
    card(
        "P142 a stop",
        "It waits at the venue, and is open. A venue without such orders is not asked.",
        f -> {
          if (f.lacks("TRIGGER")) {
            return;
          }
          f.told(1, ACCEPTED);
          f.placed(1);
          f.live(1);
          f.that(f.last(1).status() == OrderStatus.OPEN, "must be open");
        });
    card(
        "P143 good till a time",
        "It ends by the venue's word when its time is over. A venue without such orders is not"
            + " asked.",
        f -> {
          if (f.lacks("TIME_IN_FORCE")) {
            return;
          }
          f.told(1, ACCEPTED, EXPIRED);
          f.filled(1, "0");
        });
  }

  private static void transfers() {
    Need transfers = Need.ability(Transfers.class);
    card(
        "P144 funds stay where they are",
        "Unless the user allowed it, nothing can move them.",
        transfers,
        f -> {
          f.events("absent");
          f.set(0);
        });
    card(
        "P145 funds from one wallet to the other",
        "One request moves them, and the balances are asked for.",
        transfers,
        f -> {
          f.events("transferred");
          f.set(1);
        });
    card(
        "P146 the reply to a transfer is lost",
        "It is not sent a second time: what came of it shows in the balances.",
        transfers,
        f -> {
          f.events("failed");
          f.never("transferred");
          f.set(1);
        });
  }
}
