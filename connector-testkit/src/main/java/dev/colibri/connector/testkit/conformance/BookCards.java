package dev.colibri.connector.testkit.conformance;

import static dev.colibri.connector.model.OrderEvent.Kind.ACCEPTED;
import static dev.colibri.connector.model.OrderEvent.Kind.AMENDED;
import static dev.colibri.connector.model.OrderEvent.Kind.AMEND_REFUSED;
import static dev.colibri.connector.model.OrderEvent.Kind.CANCELED;
import static dev.colibri.connector.model.OrderEvent.Kind.CANCEL_REFUSED;
import static dev.colibri.connector.model.OrderEvent.Kind.CANCEL_SENT;
import static dev.colibri.connector.model.OrderEvent.Kind.EXPIRED;
import static dev.colibri.connector.model.OrderEvent.Kind.FILL;
import static dev.colibri.connector.model.OrderEvent.Kind.FILLED;
import static dev.colibri.connector.model.OrderEvent.Kind.LATE_FILL;
import static dev.colibri.connector.model.OrderEvent.Kind.REJECTED;
import static dev.colibri.connector.model.OrderEvent.Kind.RESOLVED;
import static dev.colibri.connector.model.OrderEvent.Kind.UNKNOWN;

import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.spi.Candles;
import dev.colibri.connector.spi.DeadMansSwitch;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.NativeBatch;
import dev.colibri.connector.spi.NativeBatchCancel;
import dev.colibri.connector.spi.NativeCancelAll;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * The cards of every venue with order books, of whatever kind. They hold what the usual generic
 * connector tests and checklists ask for, and more where those stop short: 21, 22 and 41 say so.
 */
final class BookCards {
  private static final List<Card> CARDS = new ArrayList<>();

  /** Every card, in order of its number, which a kind of venue puts its letter before. */
  static final List<Card> ALL = Collections.unmodifiableList(CARDS);

  private BookCards() {}

  private static void card(String title, String demand, Consumer<Findings> check) {
    CARDS.add(Card.of(title, demand, Need.NOTHING, check));
  }

  private static void card(
      String title, String demand, Class<?> ability, Consumer<Findings> check) {
    CARDS.add(Card.of(title, demand, Need.ability(ability), check));
  }

  private static boolean is(Json event, String name) {
    return event.text("event").equals(name);
  }

  private static BigDecimal number(Json event, String field) {
    return event.decimal(field);
  }

  private static void equal(Findings f, BigDecimal is, String wanted, String what) {
    f.that(is.compareTo(new BigDecimal(wanted)) == 0, what + " must be " + wanted + ", is " + is);
  }

  static {
    starting();
    placing();
    unknown();
    canceling();
    filling();
    asking();
    streaming();
    refusing();
    account();
    instruments();
    market();
    others();
    amending();
    batches();
    silence();
  }

  private static void starting() {
    card(
        "01 ready only when every part is known",
        "Before the start every part is missing; the start ends when none is.",
        f -> {
          String missing = f.first("readiness").text("missing");
          for (String part : List.of("symbols", "rules", "balances", "account stream")) {
            f.that(missing.contains(part), part + " must be missing at first: " + missing);
          }
          f.events("started");
          f.that(f.last("readiness").text("missing").isEmpty(), "nothing must be missing");
        });
    card(
        "02 restore only open orders",
        "Of what is open at the start, ours is taken over with its fills, others are shown.",
        f -> {
          f.live(1);
          f.that(f.played().live().get(0).ours(), "it must be ours");
          f.that(f.played().live().get(0).filled().signum() > 0, "its fills must be known");
          f.that(f.events("ExternalOrder").size() == 1, "another's order must be shown once");
          f.placed(0);
          f.canceled(0);
        });
    card(
        "03 orders found at the start are canceled when asked",
        "Ours are canceled, others are left alone.",
        f -> {
          f.canceled(1);
          f.live(0);
          f.that(f.last(1).status() == OrderStatus.CANCELED, "ours must be canceled");
        });
  }

  private static void placing() {
    card(
        "04 limit buy rests",
        "One signed request, one acceptance with the venue's id, and the order is open.",
        f -> rests(f));
    card("05 limit sell rests", "As 04, on the other side.", f -> rests(f));
    card(
        "06 cancel",
        "One cancel is sent, and the order ends canceled exactly once.",
        f -> {
          f.told(1, ACCEPTED, CANCEL_SENT, CANCELED);
          f.canceled(1);
          f.live(0);
        });
    card(
        "07 partial fill, then cancel",
        "What filled before the cancel stays counted, with its fee.",
        f -> {
          f.told(1, ACCEPTED, FILL, CANCEL_SENT, CANCELED);
          f.that(f.last(1).filled().signum() > 0, "the fill must stay counted");
          f.that(f.last(1).averagePrice() != null, "its average price must be known");
          f.that(!f.last(1).fees().isEmpty(), "its fee must be known");
        });
    card(
        "08 full fill by the stream",
        "Every part is told before the one terminal event, and they come to the size.",
        f -> {
          f.told(1, ACCEPTED, FILL, FILL, FILLED);
          f.filledInParts(1, 2);
          f.live(0);
        });
    card(
        "09 market order by size fills in its reply",
        "The fills of a reply count at once, each with its own price.",
        f -> {
          f.told(1, ACCEPTED, FILL, FILL, FILLED);
          f.filledInParts(1, 2);
          f.placed(1);
        });
    card(
        "10 market order by quote amount",
        "The amount is spent, and what it bought is told. A venue without such orders is not asked.",
        f -> {
          if (f.lacks("ORDER_TYPE")) {
            return;
          }
          f.told(1, ACCEPTED, FILL, FILLED);
          f.placed(1);
        });
    card(
        "11 immediate or cancel",
        "What does not trade at once expires, and what did stays counted.",
        f -> {
          f.told(1, ACCEPTED, FILL, EXPIRED);
          f.that(f.last(1).filled().signum() > 0, "the fill must stay counted");
        });
    card(
        "12 fill or kill",
        "Where all of it cannot trade, none of it does. A venue without such orders is not asked.",
        f -> {
          if (f.lacks("TIME_IN_FORCE")) {
            return;
          }
          f.told(1, ACCEPTED, EXPIRED);
          f.filled(1, "0");
        });
    card("13 post-only rests", "A post-only order is one that only rests.", f -> rests(f));
    card(
        "14 post-only that would cross",
        "The refusal is named for what it is, be it after a first word that the order was taken. A"
            + " venue that cancels it then, and never says why, is believed.",
        f -> {
          if (f.last(1).status() == OrderStatus.CANCELED) {
            f.told(1, ACCEPTED, CANCELED);
            f.filled(1, "0");
          } else {
            f.refusedAtLast(1, Reject.WouldCross.class);
          }
          f.live(0);
        });
    card(
        "15 place refused",
        "A refusal is one event with the venue's own words, and nothing stays live.",
        f -> {
          f.told(1, REJECTED);
          f.that(f.last(1).reject() != null, "the reason must be told");
          f.placed(1);
          f.live(0);
        });
    card(
        "16 place refused for funds",
        "The refusal is named for what it is.",
        f -> f.refusedFor(1, Reject.InsufficientFunds.class));
    card(
        "17 order refused here by a rule",
        "An order that breaks a rule is refused at once with the nearest lawful value; nothing is"
            + " sent and nothing is registered.",
        f -> {
          f.refusedHere(1, "TICK_SIZE");
          f.that(f.first("refused").has("nearest"), "the nearest lawful price must be told");
          f.refusedHere(2, "MIN_SIZE");
          f.placed(0);
          f.live(0);
        });
    card(
        "18 order refused here by the budget",
        "An order that the account cannot pay is refused at once; nothing is sent.",
        f -> {
          f.refusedHere(1, "BUDGET");
          f.placed(0);
        });
    card(
        "19 client ids made here",
        "An id that nobody gave is made within the venue's rule, with our prefix.",
        f -> {
          f.placed(1);
          f.live(1);
          String id = f.played().live().get(0).clientId();
          f.that(f.profile().clientIds().allows(id), "must be lawful: " + id);
          f.that(id.startsWith(f.profile().clientIds().prefix()), "must have our prefix: " + id);
        });
    card(
        "20 parameters of the venue's own",
        "What the user adds in the venue's words is sent as it is.",
        f -> {
          f.told(1, ACCEPTED);
          f.placed(1);
        });
  }

  private static void rests(Findings f) {
    f.told(1, ACCEPTED);
    f.placed(1);
    f.live(1);
    f.that(f.last(1).status() == OrderStatus.OPEN, "must be open");
    f.that(f.last("order").has("venueId"), "the venue's id must be known");
  }

  private static void unknown() {
    card(
        "21 the reply is lost, and the order lives",
        "A lost reply is an unknown outcome, live until the venue shows the order; the usual tests"
            + " call it a failure, and an order nobody knows of rests on the book.",
        f -> {
          f.told(1, UNKNOWN, RESOLVED);
          f.placed(1);
          f.live(1);
        });
    card(
        "22 the reply is lost, and the order never arrived",
        "Only answers of the venue end an unknown order: two of them, older than its visibility"
            + " delay; the usual tests call it a failure at once.",
        f -> {
          f.told(1, UNKNOWN, REJECTED);
          f.placed(1);
          f.live(0);
        });
    card(
        "23 a page instead of an answer",
        "A page of a proxy says nothing about an order.",
        f -> {
          f.told(1, UNKNOWN, RESOLVED);
          f.placed(1);
        });
    card(
        "24 a redirect is not followed",
        "An order is not sent elsewhere because somebody says so; its outcome is unknown.",
        f -> {
          f.told(1, UNKNOWN, RESOLVED);
          f.placed(1);
        });
    card(
        "25 a client id that is taken proves arrival",
        "The refusal of a duplicate says that the order is there: it is asked for, not given up.",
        f -> {
          f.told(1, UNKNOWN, RESOLVED);
          f.placed(1);
          f.live(1);
        });
    card(
        "26 what never left is rejected at once",
        "An order of which no byte left this host needs no question.",
        f -> {
          f.told(1, REJECTED);
          f.live(0);
        });
  }

  private static void canceling() {
    card(
        "27 a cancel waits for the acknowledgement",
        "A cancel that overtook its order would be told that there is none.",
        f -> {
          f.told(1, ACCEPTED, CANCEL_SENT, CANCELED);
          f.canceled(1);
        });
    card(
        "28 a cancel confirmed by the stream first",
        "Whichever comes first ends the order; the other adds nothing.",
        f -> f.told(1, ACCEPTED, CANCEL_SENT, CANCELED));
    card(
        "29 a cancel too late",
        "That the venue knows no such order ends nothing by itself: here it was filled.",
        f -> {
          f.that(f.played().told("CANCELED").isEmpty(), "it was not canceled");
          f.that(f.last(1).status() == OrderStatus.FILLED, "it must end filled");
          f.canceled(1);
        });
    card(
        "30 the reply to a cancel is lost",
        "The order stays live until the venue shows that it is gone, and then it was canceled.",
        f -> {
          f.told(1, ACCEPTED, CANCEL_SENT, UNKNOWN, CANCELED);
          f.live(0);
        });
    card(
        "31 cancel all, and one is refused",
        "Each order has its own end; the one that the venue keeps stays live. One request leaves"
            + " where the venue takes several cancels in one.",
        f -> {
          f.told(1, ACCEPTED, CANCEL_SENT, CANCELED);
          f.told(2, ACCEPTED, CANCEL_SENT, CANCEL_REFUSED);
          f.canceled(f.can(NativeBatchCancel.class) ? 1 : 2);
          f.live(1);
        });
    card(
        "32 the venue's own cancel of everything",
        "One request takes everything away, of others too, and ours end by the venue's evidence.",
        NativeCancelAll.class,
        f -> {
          f.canceled(1);
          f.live(0);
          f.that(f.last(1).status() == OrderStatus.CANCELED, "ours must end canceled");
        });
    card(
        "33 replace",
        "The old order ends and the new one rests; never are both sent to rest.",
        f -> {
          f.that(f.last(1).status() == OrderStatus.CANCELED, "the old one must end canceled");
          f.told(2, ACCEPTED);
          f.live(1);
        });
  }

  private static void filling() {
    card(
        "34 a fill before the acknowledgement",
        "A fill shows that the venue has the order; it is told after the acceptance all the same.",
        f -> {
          f.told(1, ACCEPTED, FILL);
          f.live(1);
        });
    card(
        "35 a fill told twice",
        "By the reply, the stream and the history: counted once.",
        f -> {
          f.told(1, ACCEPTED, FILL);
          f.live(1);
        });
    card(
        "36 a fill after the end",
        "It is counted and told apart, and the end is not told again.",
        f -> {
          f.told(1, ACCEPTED, CANCELED, LATE_FILL);
          f.that(f.last(1).filled().signum() > 0, "it must be counted");
        });
  }

  private static void asking() {
    card(
        "37 the stream is silent: filled",
        "A look at the account finds what the stream did not tell: the fills, then the end.",
        f -> {
          f.told(1, ACCEPTED, FILL, FILL, FILLED);
          f.filledInParts(1, 2);
        });
    card(
        "38 the stream is silent: canceled",
        "An order that is missing from the list is asked about, and ends by the answer.",
        f -> f.told(1, ACCEPTED, CANCELED));
    card(
        "39 a status that says open changes nothing",
        "Missing from a list proves nothing: the answer counts.",
        f -> {
          f.told(1, ACCEPTED);
          f.live(1);
        });
    card(
        "40 a status that says partly filled",
        "The fill itself is asked for, with its price and fee.",
        f -> {
          f.told(1, ACCEPTED, FILL);
          f.live(1);
          f.that(!f.last(1).fees().isEmpty(), "its fee must be known");
        });
    card(
        "41 a status that cannot be had is no answer",
        "A failing question is not counted against the order, however often; the usual tests count"
            + " it as not found, and a healthy order is given up.",
        f -> {
          f.told(1, ACCEPTED);
          f.live(1);
        });
    card(
        "42 the end waits for its fills",
        "A terminal event comes after the last fill, even if the fills cannot be had at first.",
        f -> {
          f.told(1, ACCEPTED, FILL, CANCELED);
          f.that(!f.last(1).fees().isEmpty(), "its fee must be known");
        });
  }

  private static void streaming() {
    card(
        "43 canceled by the venue",
        "An order that the venue ends by itself ends here too.",
        f -> {
          List<OrderEvent> all = f.played().orders(f.id(1));
          f.that(all.size() == 2 && all.get(1).isTerminal(), "must end once: " + all);
          f.live(0);
        });
    card(
        "44 a word for a status that nobody knows",
        "It is told as it is, the order stays as it was, and the venue is asked.",
        f -> {
          f.told(1, ACCEPTED);
          f.events("Quarantined");
          f.live(1);
        });
    card(
        "45 garbage on the account stream",
        "The message is set aside and told, and what follows counts.",
        f -> {
          f.told(1, ACCEPTED, FILL);
          f.events("Quarantined");
        });
    card(
        "46 fills missed during an outage",
        "After every reconnect the account is asked for what happened meanwhile.",
        f -> {
          f.told(1, ACCEPTED, FILL, FILL, FILLED);
          f.before(e -> is(e, "Disconnected"), e -> is(e, "FILLED"), "the outage must be told");
          f.events("Connected");
        });
    card(
        "47 the venue ends a stream by its own word",
        "It is connected again as after any other end.",
        f -> {
          f.before(e -> is(e, "Disconnected"), e -> is(e, "Connected"), "must connect again");
          f.that(f.last("readiness").text("missing").isEmpty(), "nothing must be missing");
        });
    card(
        "48 the stream refuses the login",
        "The start fails, and says why.",
        f -> {
          f.events("notStarted");
          f.never("started");
        });
  }

  private static void refusing() {
    card(
        "49 a bad key is named",
        "The start fails at once, and names the key.",
        f -> {
          f.that(f.first("notStarted").text("why").contains("key"), "the key must be named");
          f.never("started");
        });
    card(
        "50 a time that the venue refuses",
        "The venue's time is asked, and the order signed anew, once.",
        f -> {
          f.told(1, ACCEPTED);
          f.placed(2);
          f.live(1);
        });
    card(
        "51 too many orders",
        "The order is refused, and none leaves while the venue wants none.",
        f -> {
          f.refusedFor(1, Reject.RateLimited.class);
          f.placed(1);
        });
    card(
        "52 shut out",
        "Nothing is asked while the venue shuts us out, and everything afterwards.",
        f -> {
          f.events("Limited");
          f.that(f.played().departures().size() >= 2, "must ask again, and what waited");
        });
  }

  private static void account() {
    card(
        "53 balances by reply and by stream",
        "Total is what is free and what is locked; a change on the stream counts.",
        f -> {
          Json first = f.first("balance");
          f.that(
              number(first, "total").compareTo(number(first, "available")) >= 0,
              "total must not be less than available");
          Json last = f.last("balance");
          f.that(
              number(last, "total").compareTo(number(last, "available")) > 0,
              "something must be locked");
        });
    card(
        "54 an asset that is gone",
        "A complete answer without an asset says that none of it is left. A venue of perpetuals whose"
            + " accounts hold one asset alone has none to lose.",
        f -> {
          List<Json> all = f.events("balance");
          boolean one = all.stream().map(b -> b.text("asset")).distinct().count() == 1;
          if (one && f.isPerp()) {
            return;
          }
          String gone = all.get(1).text("asset");
          Json last = null;
          for (Json b : all.subList(2, all.size())) {
            last = b.text("asset").equals(gone) ? b : last;
          }
          f.that(last == null || number(last, "total").signum() == 0, "must be zero: " + last);
        });
    card(
        "55 the account is asked for after a reconnect",
        "Balances are the venue's of after the reconnect.",
        f -> {
          f.before(e -> is(e, "Disconnected"), e -> is(e, "balance"), "must be asked for");
          f.that(f.events("balance").size() >= 2, "both balances must be known");
        });
  }

  private static void instruments() {
    card(
        "56 instruments by name",
        "Every market of the kind is listed as BASE-QUOTE, and others are not; one that does not"
            + " trade, where the venue lists such, is listed and takes no order.",
        f -> {
          for (Json name : f.first("instruments").get("names").items()) {
            f.that(name.asText().matches("[^-]+-[^-]+"), "must be BASE-QUOTE: " + name);
          }
          f.that(f.first("instrument").text("state").equals("TRADING"), "the first must trade");
          if (f.events("instrument").size() > 1) {
            f.that(!f.last("instrument").text("state").equals("TRADING"), "the other must not");
            f.refusedHere(1, "NOT_TRADING");
          }
          f.events("impossible");
          f.placed(0);
        });
    card(
        "57 a bad row hides no other",
        "It is set aside and told, and the others are listed.",
        f -> {
          f.events("started");
          f.events("Quarantined");
          f.that(f.first("instruments").get("names").size() == 1, "the good one must be listed");
        });
    card(
        "58 rules as the venue says them",
        "Tick, lot, smallest size, and the largest size and the smallest notional where there is one,"
            + " are the venue's, and are held to.",
        f -> {
          String rules = f.first("instrument").text("rules");
          int n = 2;
          f.that(!rules.contains(", size ..,"), "sizes must be bounded: " + rules);
          f.that(rules.contains("LIMIT"), "order types must be known: " + rules);
          f.refusedHere(1, "TICK_SIZE");
          f.refusedHere(2, "MIN_SIZE");
          if (!rules.contains("notional ..")) {
            f.refusedHere(++n, "MIN_NOTIONAL");
          }
          if (rules.matches(".*, size [^,]*\\.\\.[0-9].*")) {
            f.refusedHere(++n, "MAX_SIZE");
          }
          f.placed(0);
        });
    card(
        "59 listed, delisted, rules changed",
        "What the venue lists is looked at again, and every difference is told.",
        f -> {
          f.events("Listed");
          f.events("Delisted");
          f.events("RulesChanged");
        });
  }

  private static void market() {
    card(
        "60 last prices",
        "The touch and the last price, asked now.",
        f -> {
          Json t = f.first("ticker");
          f.that(t.has("bid") && t.has("ask") && t.has("last"), "must be whole: " + t);
        });
    card(
        "61 recent trades",
        "Oldest first, each with the side that took.",
        f -> {
          List<Json> all = f.events("trade");
          f.that(all.size() == 2, "both must be told");
          f.that(!all.get(0).text("id").equals(all.get(1).text("id")), "ids must differ");
          f.that(!all.get(0).text("taker").equals(all.get(1).text("taker")), "sides must differ");
        });
    card(
        "62 candles",
        "Oldest first, with the interval's own bounds.",
        Candles.class,
        f -> {
          List<Json> all = f.events("candle");
          f.that(all.size() == 2, "both must be told");
          f.that(
              all.get(0).longValue("openMillis") < all.get(1).longValue("openMillis"),
              "must be oldest first");
        });
    card(
        "63 fees",
        "An order's fee is estimated by the account's own rates.",
        f -> f.that(number(f.first("fee"), "amount").signum() > 0, "must cost something"));
    card(
        "64 a book",
        "Changes before the snapshot are kept, older ones left out, and the book is the venue's.",
        f -> {
          Json book = f.last("book");
          f.that(book.text("state").equals("VALID"), "must be valid: " + book);
          f.never("BookInvalid");
          f.events("BookValid");
        });
    card(
        "65 a gap in a book",
        "A book with a gap is invalid before anything else, and valid again by a new snapshot.",
        f -> {
          f.before(
              e -> is(e, "BookValid"), e -> is(e, "BookInvalid"), "must be invalid after the gap");
          f.that(f.last("book").text("state").equals("VALID"), "must be valid again");
        });
    card(
        "66 a snapshot older than what the stream begins with",
        "It is not used: another is asked for, and the book is not served meanwhile.",
        f -> {
          f.that(f.events("BookValid").size() == 1, "must become valid once");
          f.that(f.last("book").text("state").equals("VALID"), "must be valid at last");
          f.before(
              e -> is(e, "book") && !e.text("state").equals("VALID"),
              e -> is(e, "BookValid"),
              "must not be served meanwhile");
        });
    card(
        "67 a book after a reconnect",
        "Nothing of the old connection is served, and the new one begins with a snapshot.",
        f -> {
          f.before(
              e -> is(e, "BookInvalid"), e -> is(e, "Disconnected"), "must be invalid at once");
          f.that(f.last("book").text("state").equals("VALID"), "must be valid again");
        });
    card(
        "68 public trades",
        "Each is told once, with its id and the side that took.",
        f -> f.that(f.events("trade").size() == 1, "must be told once"));
    card(
        "69 the best bid and ask",
        "Both are told as the venue says them.",
        f -> f.that(f.last("top").has("bid") && f.last("top").has("ask"), "must have both"));
    card(
        "70 a subscription refused",
        "The refusal is told, and nothing else suffers.",
        f -> {
          f.events("Faulted");
          f.never("Disconnected");
        });
  }

  private static void others() {
    card(
        "71 orders of others are shown and not touched",
        "Cancel all is all of ours.",
        f -> {
          f.events("ExternalOrder");
          f.canceled(1);
          f.told(1, ACCEPTED, CANCEL_SENT, CANCELED);
        });
    card(
        "72 public data without keys",
        "A connector without keys is ready, and refuses orders by name.",
        f -> {
          f.refusedHere(1, "NOT_READY");
          f.that(f.last("readiness").text("missing").isEmpty(), "nothing must be missing");
        });
  }

  private static void amending() {
    card(
        "73 amend in place",
        "One request changes price and size, the order keeps its ids, and the venue shows what"
            + " holds: in its answer or on its stream.",
        NativeAmend.class,
        f -> {
          f.told(1, ACCEPTED, AMENDED);
          f.amended(1, true);
          f.events("amended");
          f.placed(2);
          f.live(1);
        });
    card(
        "74 amend refused",
        "The order stays as it was, and the refusal is told in the venue's words.",
        NativeAmend.class,
        f -> {
          f.told(1, ACCEPTED, AMEND_REFUSED);
          f.amended(1, false);
          f.that(f.first("failed").text("why").length() > 10, "the venue's words must be kept");
          f.live(1);
        });
    card(
        "75 the reply to an amend is lost",
        "The order stays open, the venue is asked, and what its status describes holds; nothing is"
            + " sent a second time.",
        NativeAmend.class,
        f -> {
          f.told(1, ACCEPTED, UNKNOWN, AMENDED);
          OrderStatus meanwhile = f.played().orders(f.id(1)).get(1).state().status();
          f.that(meanwhile == OrderStatus.OPEN, "it must stay open, was " + meanwhile);
          f.amended(1, true);
          f.placed(2);
          f.live(1);
        });
  }

  private static void batches() {
    card(
        "76 several orders in one request, and one is refused",
        "Each order has an answer of its own.",
        NativeBatch.class,
        f -> {
          f.told(1, ACCEPTED);
          f.told(2, REJECTED);
          f.told(3, ACCEPTED);
          f.that(!f.last(2).reject().raw().isBlank(), "the venue's words must be kept");
          f.placed(1);
          f.live(2);
        });
    card(
        "77 the reply to several orders is lost",
        "Every one of them is unknown, and each is asked about: here one lives, and one does not.",
        NativeBatch.class,
        f -> {
          f.told(1, UNKNOWN, RESOLVED);
          f.told(2, UNKNOWN, REJECTED);
          f.placed(1);
          f.live(1);
        });
  }

  private static void silence() {
    card(
        "78 a dead man's switch",
        "It is armed before the first order leaves, and anew at every third of the time-out; at the"
            + " close it is disarmed when our order is gone.",
        DeadMansSwitch.class,
        f -> {
          f.told(1, ACCEPTED, CANCEL_SENT, CANCELED);
          f.left("switch place switch cancel switch");
          f.before(
              e -> is(e, "CancelOnSilence") && e.bool("armed"),
              e -> is(e, "ACCEPTED"),
              "the order must wait for it");
          f.that(f.events("CancelOnSilence").size() == 1, "it must be disarmed before the end");
          f.live(0);
        });
    card(
        "79 a dead man's switch that is refused",
        "No order leaves, and the refusal is told in the venue's words.",
        DeadMansSwitch.class,
        f -> {
          f.told(1, REJECTED);
          f.left("switch");
          f.never("CancelOnSilence");
          String fault = f.first("Faulted").text("fault");
          f.that(fault.contains("("), "the venue's words must be kept: " + fault);
          f.that(f.last(1).reject().raw().contains(fault), "the order must tell them");
          f.live(0);
        });
  }
}
