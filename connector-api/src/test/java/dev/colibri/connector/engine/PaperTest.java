package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Candles;
import dev.colibri.connector.spi.Intervals;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.NativeCancelAll;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Topic;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PaperTest {
  private static final PaperAccount POOR = PaperAccount.of(new TreeMap<>());
  private static final SigningContext CONTEXT = fake((m, args) -> null, SigningContext.class);
  private static final Supplier<Session> NO_SESSION =
      () -> {
        throw new IllegalStateException("nobody connects");
      };

  private interface Answer {
    Object of(Method method, Object[] args);
  }

  private static <T> T fake(Answer answer, Class<T> type, Class<?>... more) {
    Class<?>[] all = new Class<?>[more.length + 1];
    all[0] = type;
    System.arraycopy(more, 0, all, 1, more.length);
    return type.cast(
        Proxy.newProxyInstance(
            PaperTest.class.getClassLoader(), all, (proxy, m, args) -> answer.of(m, args)));
  }

  /** A venue that can do everything, and streams as given. */
  private static BookDialect venue(Stream... streams) {
    return fake(
        (m, args) ->
            switch (m.getName()) {
              case "profile" -> new OrderDesk().profile;
              case "streams" -> List.of(streams);
              case "intervals" -> Intervals.of("1m", 10);
              case "depart" -> Signed.of((Request) args[0]);
              default -> throw new IllegalStateException("asked for " + m);
            },
        BookDialect.class,
        Candles.class,
        NativeAmend.class,
        NativeCancelAll.class);
  }

  @Test
  void only_what_is_public_departs() {
    BookDialect paper = Paper.of(venue(), POOR);

    Request open = Request.get("/depth");
    assertSame(open, paper.depart(open, CONTEXT).request());
    for (Request r :
        List.of(
            Request.post("/order"),
            Request.delete("/order"),
            Request.put("/listen-key"),
            Request.get("/balances").signed(),
            Request.post("/info").readOnly().signed())) {
      assertThrows(IllegalStateException.class, () -> paper.depart(r, CONTEXT));
    }
  }

  @Test
  void streams_lose_the_account() {
    BookDialect paper =
        Paper.of(
            venue(
                Stream.of("market", EnumSet.of(Topic.Kind.BOOK), NO_SESSION),
                Stream.of("both", EnumSet.of(Topic.Kind.TRADES, Topic.Kind.ACCOUNT), NO_SESSION)
                    .topics(7, 3),
                Stream.of("account", EnumSet.of(Topic.Kind.ACCOUNT), NO_SESSION)),
            POOR);

    assertEquals("[market, both]", paper.streams().toString());
    assertEquals(EnumSet.of(Topic.Kind.TRADES), paper.streams().get(1).carries());
    assertEquals(7, paper.streams().get(1).topicsPerConnection());
  }

  @Test
  void it_shows_the_venues_candles_and_none_of_its_shortcuts_to_the_account() {
    BookDialect paper = Paper.of(venue(), POOR);

    Candles candles = Paper.ability(paper, Candles.class);
    assertEquals(Set.of(Duration.ofMinutes(1)), candles.intervals().all());
    assertNull(Paper.ability(paper, NativeCancelAll.class));
    assertFalse(paper instanceof NativeAmend);
    assertFalse(paper instanceof NativeCancelAll);
  }

  @Test
  void it_amends_by_itself_where_the_venue_can() {
    BookDialect able = venue();
    assertSame(able, Paper.ability(able, NativeAmend.class));
    assertNotSame(able, Paper.ability(Paper.of(able, POOR), NativeAmend.class));
    BookDialect unable = fake((m, args) -> new OrderDesk().profile, BookDialect.class);
    assertNull(Paper.ability(unable, NativeAmend.class));
    assertNull(Paper.ability(Paper.of(unable, POOR), NativeAmend.class));
  }

  @Test
  void a_listener_before_which_it_hears_is_told_everything() throws NoSuchMethodException {
    EngineListener before =
        ((Paper) Paper.of(venue(), POOR)).before(fake((m, args) -> null, EngineListener.class));

    for (Method m : EngineListener.class.getMethods()) {
      assertEquals(
          before.getClass(),
          before.getClass().getMethod(m.getName(), m.getParameterTypes()).getDeclaringClass(),
          m + " is not passed on");
    }
  }

  @Test
  void an_account_is_said_in_lawful_numbers() {
    assertEquals(
        "{BTC=1, USDT=0.5}", PaperAccount.of(Map.of("USDT", "0.5", "BTC", "1")).balances() + "");
    assertThrows(IllegalArgumentException.class, () -> PaperAccount.of(Map.of("USDT", "-1")));
    assertThrows(IllegalArgumentException.class, () -> PaperAccount.of(Map.of("USDT", "much")));
    assertThrows(IllegalArgumentException.class, () -> POOR.latency(Duration.ofMillis(-1)));
    assertThrows(IllegalArgumentException.class, () -> POOR.latency(Duration.ofMinutes(2)));
  }
}
