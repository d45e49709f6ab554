package dev.colibri.connector.testkit.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.testkit.sim.toy.ToyPerp;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import dev.colibri.connector.testkit.tape.Player;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The cards that every connector must meet, met on paper: the market is the venue's, and the
 * account is simulated. Where a card counts what leaves, on paper it is nothing. Cards that do not
 * apply are named with the reason.
 */
class PaperCardsTest {
  private static final Credentials KEYS = Credentials.of("key", "a secret");
  private static final String LAST = "{'t':9000,'do':'ask','for':'order','id':'a1'}";

  /** What happens, by card. */
  private static final Map<String, List<String>> SCENES = new TreeMap<>();

  /** Why a card is not asked on paper. */
  private static final Map<String, String> ABSENT = new TreeMap<>();

  static {
    absent(
        "paper begins empty: nothing is found at the start",
        "02",
        "03",
        "105",
        "106",
        "133",
        "137");
    absent(
        "nothing is asked of a venue, so that no reply and no line to an account can fail", "21");
    absent("as 21", "22", "23", "24", "25", "26", "28", "29", "30", "31", "34", "35", "36", "37");
    absent("as 21", "38", "39", "40", "41", "42", "44", "45", "46", "47", "48", "55", "75", "76");
    absent("as 21", "77", "124", "125", "126", "127", "131", "132");
    absent("there are no keys, and no limits of an account", "49", "50", "51", "52", "72", "78");
    absent("there are no keys, and no limits of an account", "79", "144", "145", "146");
    absent("a venue's own cancel of everything is not there", "32");
    absent("nobody else trades on the account", "54", "71", "111", "128", "130");
    absent("the market is the venue's own, and its cards are met without an account", "56", "57");
    absent("as 56", "59", "60", "61", "62", "65", "66", "67", "69", "70", "141");
    absent(
        "no venue ends an order here but with a liquidation, of which paper has tests",
        "43",
        "129");
    absent(
        "its tape begins with a position that was found; paper has tests of what it demands",
        "119");
    absent("as 119", "134", "139");
    placing();
    perpetuals();
  }

  private static void absent(String why, String... numbers) {
    for (String n : numbers) {
      ABSENT.put(n, why);
    }
  }

  private static void scene(String number, String... lines) {
    SCENES.put(number, List.of(lines));
  }

  private static String place(int t, String id, String words) {
    return "{'t':%d,'do':'place',%s,'id':'%s'}".formatted(t, words, id);
  }

  private static String order(int t, String id) {
    return "{'t':%d,'do':'ask','for':'order','id':'%s'}".formatted(t, id);
  }

  private static String trade(int t, String taker, String price, int size) {
    return "TRADE %d %s %s %d".formatted(t, taker, price, size);
  }

  /** Asks, best first, that are there from then on; all that were before are gone. */
  private static String asks(int t, int sequence, String levels) {
    return "ASKS %d %d %s".formatted(t, sequence, levels);
  }

  private static void placing() {
    String buy = "'buy':'BTC-USDT'";
    String sell = "'sell':'BTC-USDT'";
    scene(
        "01",
        "{'t':0,'do':'ask','for':'readiness'}",
        "{'t':0,'do':'start'}",
        "{'t':3000,'do':'ask','for':'readiness'}");
    scene("04", place(200, "a1", buy + ",'limit':'99','size':'1'"), LAST);
    scene("05", place(200, "a1", "'sell':'BTC-USDT','limit':'101.5','size':'1'"), LAST);
    scene(
        "06",
        place(200, "a1", buy + ",'limit':'99','size':'1'"),
        "{'t':1000,'do':'cancel','id':'a1'}",
        LAST);
    scene(
        "07",
        place(200, "a1", buy + ",'limit':'99','size':'2'"),
        trade(1000, "SELL", "98.5", 50),
        "{'t':2000,'do':'cancel','id':'a1'}",
        LAST);
    scene(
        "08",
        place(200, "a1", buy + ",'limit':'99','size':'2'"),
        trade(1000, "SELL", "98.5", 50),
        trade(1500, "SELL", "98.5", 250),
        LAST);
    scene("09", place(200, "a1", buy + ",'market':true,'size':'7'"), LAST);
    scene("10", place(200, "a1", buy + ",'market':true,'quote':'200'"), LAST);
    scene("11", place(200, "a1", buy + ",'limit':'101','size':'7','tif':'IOC'"), LAST);
    scene("12", place(200, "a1", buy + ",'limit':'101','size':'7','tif':'FOK'"), LAST);
    scene("13", place(200, "a1", buy + ",'limit':'100','size':'1','postOnly':true"), LAST);
    scene("14", place(200, "a1", buy + ",'limit':'101','size':'1','postOnly':true"), LAST);
    scene(
        "15",
        "{'t':150,'in':'close','of':'market'}",
        place(151, "a1", buy + ",'limit':'101','size':'1','tif':'IOC'"),
        LAST);
    scene(
        "16",
        place(200, "a1", buy + ",'market':true,'size':'9'"),
        asks(210, 11, "[['150','500'],['151','500']]"),
        LAST);
    scene(
        "17",
        place(200, "a1", buy + ",'limit':'99.05','size':'1'"),
        place(300, "a2", buy + ",'limit':'99','size':'0.0001'"));
    scene("18", place(200, "a1", buy + ",'limit':'99','size':'100'"));
    scene(
        "19", "{'t':200,'do':'place','buy':'BTC-USDT','limit':'99','size':'1'}", "{'do':'audit'}");
    scene("20", place(200, "a1", buy + ",'limit':'99','size':'1','with':{'tag':'x'}"), LAST);
    scene(
        "27",
        place(200, "a1", buy + ",'limit':'99','size':'1'"),
        "{'t':200,'do':'cancel','id':'a1'}",
        LAST);
    scene(
        "33",
        place(200, "a1", buy + ",'limit':'99','size':'1'"),
        "{'t':1000,'do':'replace','id':'a1','by':{'buy':'BTC-USDT','limit':'98','size':'1','id':'a2'}}",
        LAST);
    scene(
        "53",
        "{'t':200,'do':'subscribe','to':'balances'}",
        "{'t':300,'do':'ask','for':'balances'}",
        place(400, "a1", buy + ",'limit':'99','size':'1'"),
        LAST);
    scene(
        "58",
        "{'t':200,'do':'ask','for':'instrument','of':'BTC-USDT'}",
        place(300, "a1", buy + ",'limit':'99.05','size':'1'"),
        place(400, "a2", buy + ",'limit':'99','size':'0.0001'"),
        place(500, "a3", buy + ",'limit':'1','size':'0.01'"),
        place(600, "a4", buy + ",'limit':'99','size':'2000000'"));
    scene("63", "{'t':200,'do':'ask','for':'fee','buy':'BTC-USDT','limit':'99','size':'1'}");
    scene("64", "{'t':200,'do':'ask','for':'book','of':'BTC-USDT'}");
    scene(
        "68",
        "{'t':200,'do':'subscribe','to':'trades','of':'BTC-USDT'}",
        trade(1000, "SELL", "98.5", 50));
    scene(
        "73",
        place(200, "a1", buy + ",'limit':'99','size':'1'"),
        "{'t':1000,'do':'amend','id':'a1','limit':'98','size':'2'}",
        LAST);
    scene(
        "74",
        place(200, "a1", sell + ",'limit':'99.5','size':'0.2','postOnly':true"),
        "{'t':1000,'do':'amend','id':'a1','limit':'99'}",
        LAST);
  }

  private static void perpetuals() {
    String buy = "'buy':'BTC-USDT'";
    String sell = "'sell':'BTC-USDT'";
    String held = "{'t':%d,'do':'ask','for':'position','of':'BTC-USDT'}";
    scene(
        "101",
        "{'t':0,'do':'ask','for':'readiness'}",
        "{'t':0,'do':'start'}",
        "{'t':3000,'do':'ask','for':'readiness'}");
    scene("102", "{'t':0,'do':'start'}", "{'t':3000,'do':'ask','for':'positionMode'}");
    scene("103", "HEDGE", "{'t':0,'do':'start'}", "{'t':3000,'do':'ask','for':'positionMode'}");
    scene(
        "104",
        "{'t':200,'do':'positionMode','to':'ONE_WAY'}",
        "{'t':3000,'do':'ask','for':'positionMode'}");
    scene(
        "107",
        "{'t':200,'do':'positionMode','to':'HEDGE'}",
        place(1000, "a1", buy + ",'limit':'99','size':'1'"),
        "{'t':2000,'do':'positionMode','to':'ONE_WAY'}",
        "{'t':3000,'do':'ask','for':'positionMode'}");
    scene(
        "108",
        "{'t':200,'do':'leverage','of':'BTC-USDT','to':'10'}",
        "{'t':3000,'do':'ask','for':'leverage','of':'BTC-USDT'}");
    scene(
        "109",
        place(200, "a1", buy + ",'limit':'99','size':'1'"),
        "{'t':1000,'do':'leverage','of':'BTC-USDT','to':'2','margin':'ISOLATED'}",
        "{'t':3000,'do':'ask','for':'leverage','of':'BTC-USDT'}");
    scene(
        "110",
        "{'t':200,'do':'ask','for':'instrument','of':'BTC-USDT'}",
        "{'t':300,'do':'leverage','of':'BTC-USDT','to':'60'}");
    scene(
        "112",
        "{'t':200,'do':'leverage','of':'BTC-USDT','to':'5','margin':'ISOLATED'}",
        place(1000, "a1", buy + ",'limit':'99','size':'1'"),
        LAST);
    scene("113", place(200, "a1", buy + ",'market':true,'size':'8'"), LAST);
    scene("114", place(200, "a1", sell + ",'market':true,'size':'8'"), LAST);
    scene(
        "115",
        place(200, "a1", buy + ",'market':true,'size':'1'"),
        held.formatted(1000),
        "{'t':2000,'do':'place','close':'BTC-USDT','id':'a2'}",
        order(9000, "a2"));
    scene(
        "116",
        place(200, "a1", sell + ",'market':true,'size':'0.4'"),
        place(300, "a2", sell + ",'market':true,'size':'0.6'"),
        held.formatted(1000),
        place(2000, "a3", buy + ",'market':true,'size':'0.4','reduceOnly':true"),
        order(9000, "a3"));
    scene(
        "117",
        place(200, "a1", sell + ",'limit':'100.5','size':'1.5'"),
        place(1000, "a2", buy + ",'market':true,'size':'0.5'"),
        held.formatted(2000),
        trade(3000, "BUY", "102", 900),
        LAST);
    scene(
        "118",
        "HEDGE",
        place(200, "a1", buy + ",'market':true,'size':'1'"),
        place(1000, "a2", sell + ",'market':true,'size':'2'"),
        order(2000, "a1"),
        order(2000, "a2"),
        "{'t':3000,'do':'ask','for':'position','of':'BTC-USDT','side':'LONG'}",
        "{'t':3000,'do':'ask','for':'position','of':'BTC-USDT','side':'SHORT'}");
    scene("120", place(200, "a1", buy + ",'market':true,'size':'1','reduceOnly':true"), LAST);
    scene(
        "121",
        place(200, "a1", buy + ",'market':true,'size':'9.5'"),
        place(1000, "a2", sell + ",'limit':'103','size':'1','reduceOnly':true"),
        place(2000, "a3", buy + ",'limit':'99','size':'1'"),
        order(9000, "a2"));
    scene(
        "122",
        "{'t':100,'do':'ask','for':'available','of':'USDT'}",
        "{'t':200,'do':'leverage','of':'BTC-USDT','to':'10'}",
        place(1000, "a1", buy + ",'limit':'99','size':'50'"),
        place(2000, "a2", buy + ",'limit':'99','size':'60'"),
        LAST);
    scene(
        "123",
        "{'t':200,'do':'subscribe','to':'balances'}",
        "{'t':300,'do':'ask','for':'balances'}",
        place(400, "a1", buy + ",'limit':'99','size':'1'"),
        "{'t':2000,'do':'ask','for':'balances'}");
    scene("135", "{'t':200,'do':'ask','for':'fundingRates','of':'BTC-USDT'}");
    scene(
        "136",
        "{'t':200,'do':'subscribe','to':'funding','of':'BTC-USDT'}",
        "FUNDING 1000 'mark':'100.4'",
        "{'t':2000,'do':'ask','for':'funding','of':'BTC-USDT'}");
    scene(
        "138",
        place(200, "a1", buy + ",'market':true,'size':'1'"),
        "FUNDING 2000 'mark':'100','rate':'0.001','next':1767225610000",
        "FUNDING 20000 'mark':'100','rate':'0.002','next':1767225630000",
        "{'t':60000,'do':'ask','for':'balances'}");
    scene(
        "140",
        "{'t':200,'do':'ask','for':'instrument','of':'BTC-USDT'}",
        place(300, "a1", buy + ",'limit':'101','size':'0.015'"),
        place(400, "a2", buy + ",'limit':'101','size':'0.05'"),
        held.formatted(9000));
    scene(
        "142", place(200, "a1", sell + ",'market':true,'size':'1','trigger':{'stop':'95'}"), LAST);
    scene(
        "143",
        place(200, "a1", buy + ",'limit':'90','size':'1','goodTill':'2026-01-01T00:00:05Z'"),
        LAST);
  }

  // ---------------------------------------------------------------- playing them

  private static String plain(String number) {
    return number.substring(1);
  }

  @Test
  void every_card_is_met_or_named() {
    Set<String> cards = new TreeSet<>();
    Stream.concat(SpotCards.ALL.stream(), PerpCards.ALL.stream())
        .forEach(c -> cards.add(plain(c.number())));
    Set<String> known = new TreeSet<>(SCENES.keySet());
    known.addAll(ABSENT.keySet());
    assertEquals(cards, known);
    Set<String> both = new TreeSet<>(SCENES.keySet());
    both.retainAll(ABSENT.keySet());
    assertEquals(Set.of(), both);
  }

  @TestFactory
  Stream<DynamicTest> spot() {
    SpotVenue toy = SpotVenue.of(ToySpot.Amending::new, KEYS);
    return SpotCards.ALL.stream()
        .filter(c -> SCENES.containsKey(plain(c.number())))
        .map(c -> DynamicTest.dynamicTest(c.title(), () -> play(c, "toy-spot", toy)));
  }

  @TestFactory
  Stream<DynamicTest> perpetual() {
    PerpVenue toy = PerpVenue.of(v -> new ToyPerp(), KEYS);
    return PerpCards.ALL.stream()
        .filter(c -> SCENES.containsKey(plain(c.number())))
        .filter(c -> c.need().met().test(toy.dialect()))
        .map(c -> DynamicTest.dynamicTest(c.title(), () -> play(c, "toy-perp", toy)));
  }

  private static void play(Card card, String name, Venue<?> venue) {
    Player player = new Player(venue, venueTape(name));
    String said = text(card, name);
    // What is told is written down first: the card says whether it is what must be told.
    Tape tape = Tape.parse(card.number(), player.rewritten(Tape.parse(card.number(), said)));
    card.check().accept(new Findings(player.play(tape), (BookDialect) venue.dialect()));
  }

  private static Tape venueTape(String name) {
    try {
      String text =
          Files.readString(Path.of("src", "test", "tapes", name, "venue.tape")).stripTrailing();
      for (String topic : name.equals("toy-perp") ? List.of("BOOK", "TRADES") : List.<String>of()) {
        text +=
            quoted(
                "\n{'on':'frame','of':'market','match':{'op':'subscribe','topic':'%s','market':'BTC-P'},'reply':[{'ok':'%s BTC-P'}]}"
                    .formatted(topic, topic));
      }
      return Tape.parse("venue.tape", text + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String quoted(String text) {
    return text.replace('\'', '"');
  }

  /** A tape without what is told: the header, a book unless it begins with the start, the scene. */
  private static String text(Card card, String name) {
    boolean perp = name.equals("toy-perp");
    List<String> scene = SCENES.get(plain(card.number()));
    boolean hedged = scene.get(0).equals("HEDGE");
    Map<String, String> money = new LinkedHashMap<>(Map.of("USDT", "1000"));
    if (!perp) {
      money.put("BTC", "2");
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "{'tape':1,'venue':'%s','kind':'%s','source':'docs','on':'2026-11-22','scenario':'%s',%s'paper':{%s}}"
            .formatted(
                name,
                perp ? "perp" : "spot",
                card.title().replace("'", ""),
                hedged ? "'positionMode':'HEDGE'," : "",
                String.join(
                    ",",
                    money.entrySet().stream()
                        .map(e -> "'" + e.getKey() + "':'" + e.getValue() + "'")
                        .toList())));
    String market = perp ? "BTC-P" : "BTC-USDT";
    if (!String.join("", scene).contains("'start'")) {
      lines.add("{'t':0,'do':'subscribe','to':'book','of':'BTC-USDT'}");
      lines.add(
          "{'t':100,'in':'frame','of':'market','json':{'e':'snapshot','market':'%s','last':10,'time':'$now','bids':[%s,%s],'asks':[%s,%s]}}"
              .formatted(
                  market,
                  level("99", 500, perp),
                  level("98", 500, perp),
                  level("101", 500, perp),
                  level("102", 500, perp)));
    }
    for (String line : scene) {
      String[] w = line.split(" ", 5);
      switch (w[0]) {
        case "HEDGE" -> {}
        case "TRADE" ->
            lines.add(
                "{'t':%s,'in':'frame','of':'market','json':{'e':'trade','market':'%s','id':%s,'taker':'%s','price':'%s','size':'%s','time':'$now'}}"
                    .formatted(w[1], market, w[1], w[2], w[3], size(Integer.parseInt(w[4]), perp)));
        case "ASKS" ->
            lines.add(
                "{'t':%s,'in':'frame','of':'market','json':{'e':'diff','market':'%s','first':%s,'last':%s,'time':'$now','bids':[],'asks':[['101','0'],['102','0'],%s}}"
                    .formatted(w[1], market, w[2], w[2], w[3].substring(1)));
        case "FUNDING" ->
            lines.add(
                "{'t':%s,'in':'frame','of':'funding','json':{'market':'BTC-P',%s,'time':'$now'}}"
                    .formatted(w[1], w[2]));
        default -> lines.add(line);
      }
    }
    return quoted(String.join("\n", lines)) + "\n";
  }

  private static String level(String price, int hundredths, boolean contracts) {
    return "['" + price + "','" + size(hundredths, contracts) + "']";
  }

  /** In hundredths of a base unit, which are contracts. */
  private static String size(int hundredths, boolean contracts) {
    return contracts ? hundredths + "" : BigDecimal.valueOf(hundredths, 2).toPlainString();
  }
}
