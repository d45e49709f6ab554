package dev.colibri.connector.spot.gate;

import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spot.PeerInstruments;
import dev.colibri.connector.testkit.vectors.Allowance;
import dev.colibri.connector.testkit.vectors.PeerVenue;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Gate against an independent client: what is no mistake, and the venue's recipe written again. */
public final class GateVectors {
  public static final PeerVenue VENUE =
      new PeerVenue(
          "gate",
          "spot",
          () -> Gate.spot().dialect(),
          PeerInstruments::of,
          Set.of("SIGN", "auth.SIGN"),
          new GateSignature(),
          List.of(
              Allowance.of(
                  "create.*|editOrder",
                  "header X-Gate-Exptime: ours [0-9]+, theirs -",
                  "an order that is carried out long after nobody waits for it is not wanted"),
              Allowance.of(
                  "createLimit.*|createOrder",
                  "time_in_force: ours gtc, theirs -",
                  "the venue's default, said aloud"),
              Allowance.of(
                  "cancelOrder.*|fetchOrder|fetchOpenOrders|fetchOrderTrades|fetchMyTrades",
                  "account: ours -, theirs spot",
                  "without it the venue looks at spot and unified accounts, with it at one kind"),
              Allowance.of(
                  "fetchOrderBook",
                  "limit: ours 100, theirs -",
                  "the venue's default is 10 levels"),
              Allowance.of(
                  "fetchOrderBook",
                  ".*TextException: a book without LAST",
                  "a payload that was asked for without its number, which we always ask for"),
              Allowance.of(
                  "fetchMyTrades|fetchOrderTrades|fetchOpenOrders|fetchTrades",
                  "(limit|page): ours (1|100|500|1000), theirs .*",
                  "the venue's largest page, said aloud"),
              Allowance.of(
                  "fetchOrder",
                  "cost: ours 18.92681, theirs 20|filled: ours -, theirs 0.0007",
                  "a market buy: the peer takes the amount that was to be spent for what was, and"
                      + " divides by a rounded price what the payload, being old, does not tell"),
              Allowance.of(
                  "watchOrderBook",
                  "payload.0: ours ob.BTC_USDT.400, theirs ob.BTC_USDT.50",
                  "the deeper of the two books that the venue offers, where all is asked for"),
              Allowance.of(
                  "watchTicker",
                  "channel: ours spot.book_ticker, theirs spot.tickers",
                  "our ticker is the touch, at once; the peer's is a day's statistics"),
              Allowance.of(
                  "login|watchOrders|watchMyTrades|watchBalance",
                  "frames: ours 3, theirs 1|(channel|payload.0): ours .*",
                  "orders, fills and balances of every instrument at once")));

  private GateVectors() {}

  private static final class GateSignature implements PeerVenue.SignatureCheck {
    @Override
    public @Nullable String request(Signed sent, Credentials keys) throws Exception {
      byte[] body = sent.body() == null ? new byte[0] : sent.body();
      byte[] hash = MessageDigest.getInstance("SHA-512").digest(body);
      return check(
          sent.request().method()
              + "\n"
              + sent.request().path()
              + "\n"
              + (sent.query() == null ? "" : sent.query())
              + "\n"
              + HexFormat.of().formatHex(hash)
              + "\n"
              + sent.headers().get("Timestamp"),
          String.valueOf(sent.headers().get("SIGN")),
          keys);
    }

    @Override
    public @Nullable String frame(String frame, Credentials keys) throws Exception {
      Json message = Json.parse(frame);
      return message.has("auth")
          ? check(
              "channel=%s&event=%s&time=%s"
                  .formatted(message.text("channel"), message.text("event"), message.text("time")),
              message.get("auth").text("SIGN"),
              keys)
          : null;
    }

    private static @Nullable String check(String payload, String signature, Credentials keys)
        throws Exception {
      Mac mac = Mac.getInstance("HmacSHA512");
      mac.init(new SecretKeySpec(keys.secret().reveal(), "HmacSHA512"));
      String expected =
          HexFormat.of().formatHex(mac.doFinal(payload.getBytes(StandardCharsets.UTF_8)));
      return expected.equals(signature) ? null : "is " + signature + " and not " + expected;
    }
  }
}
