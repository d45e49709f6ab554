package dev.colibri.connector.engine;

import dev.colibri.connector.model.Token;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import org.jspecify.annotations.Nullable;

/**
 * What is kept along with the transaction of a swap, so that whoever recovers it can read its
 * receipt.
 *
 * @param amm whose router carries it out
 * @param base what is bought or sold
 * @param quote what for
 */
record SwapNote(String amm, Token base, Token quote) {

  String write() {
    JsonWriter out = new JsonWriter().object().put("amm", amm);
    write(out, "base", base);
    write(out, "quote", quote);
    return out.end().toString();
  }

  private static void write(JsonWriter out, String name, Token token) {
    out.put(name, token.address()).put(name + "Symbol", token.symbol());
    out.put(name + "Decimals", token.decimals());
  }

  /** Null for the note of anything else. */
  static @Nullable SwapNote read(@Nullable String note) {
    if (note == null || note.isEmpty()) {
      return null;
    }
    Json json = Json.parse(note);
    return new SwapNote(json.text("amm"), token(json, "base"), token(json, "quote"));
  }

  private static Token token(Json json, String name) {
    return new Token(
        json.text(name), json.text(name + "Symbol"), (int) json.longValue(name + "Decimals"));
  }
}
