package dev.colibri.connector.engine;

import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept along with the transaction of a swap, so that whoever recovers it can read its
 * receipt.
 *
 * @param amm whose router carries it out
 * @param base what is bought or sold
 * @param quote what for
 * @param legs the way that was planned; empty where an older version of the library did not keep it
 */
record SwapNote(String amm, Token base, Token quote, List<SwapQuote.Leg> legs) {
  SwapNote {
    legs = List.copyOf(legs);
  }

  String write() {
    JsonWriter out = new JsonWriter().object().put("amm", amm);
    write(out.object("base"), base);
    write(out.object("quote"), quote);
    out.array("legs");
    for (SwapQuote.Leg leg : legs) {
      out.object().put("in", leg.in().toString()).put("out", leg.out().toString());
      out.array("tokens");
      leg.tokens().forEach(t -> write(out.object(), t));
      out.end().array("pools");
      for (Pool p : leg.pools()) {
        out.object().put("amm", p.amm()).put("address", p.address());
        out.put("fee", p.feeMillionths()).put("spacing", p.tickSpacing());
        write(out.object("token0"), p.token0());
        write(out.object("token1"), p.token1());
        out.end();
      }
      out.end().end();
    }
    return out.end().end().toString();
  }

  private static void write(JsonWriter out, Token token) {
    out.put("address", token.address()).put("symbol", token.symbol());
    out.put("decimals", token.decimals()).end();
  }

  /**
   * Null for the note of anything else.
   *
   * @throws RuntimeException when it cannot be read
   */
  static @Nullable SwapNote read(@Nullable String note) {
    if (note == null || note.isEmpty()) {
      return null;
    }
    Json json = Json.parse(note);
    if (!json.has("legs")) {
      return new SwapNote(json.text("amm"), flat(json, "base"), flat(json, "quote"), List.of());
    }
    List<SwapQuote.Leg> legs = new ArrayList<>();
    for (Json leg : json.get("legs").items()) {
      legs.add(
          new SwapQuote.Leg(
              leg.get("pools").items().stream().map(SwapNote::pool).toList(),
              leg.get("tokens").items().stream().map(SwapNote::token).toList(),
              new BigInteger(leg.text("in")),
              new BigInteger(leg.text("out"))));
    }
    return new SwapNote(json.text("amm"), token(json.get("base")), token(json.get("quote")), legs);
  }

  private static Pool pool(Json json) {
    return new Pool(
        json.text("amm"),
        json.text("address"),
        token(json.get("token0")),
        token(json.get("token1")),
        json.intValue("fee"),
        json.intValue("spacing"));
  }

  /**
   * As it was written before the way was kept.
   *
   * <pre>{@code
   * {"amm":"uniswap-v3","base":"0x…","baseSymbol":"WETH","baseDecimals":18,"quote":"0x…",…}
   * }</pre>
   */
  private static Token flat(Json json, String name) {
    return new Token(json.text(name), json.text(name + "Symbol"), json.intValue(name + "Decimals"));
  }

  private static Token token(Json json) {
    return new Token(json.text("address"), json.text("symbol"), json.intValue("decimals"));
  }
}
