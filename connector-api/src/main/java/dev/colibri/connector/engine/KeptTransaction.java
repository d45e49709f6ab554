package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.SignedTransaction;
import dev.colibri.connector.spi.TransactionDraft;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A wallet's transaction as a journal holds it: what it is to do, and every byte that was signed
 * for it.
 *
 * <pre>{@code
 * tx/clbr1 {"number":7,"id":"clbr1","note":"toy","what":"sell 1 A","to":"0x…","value":"0","data":"a1",
 *           "gas":0,"deadline":1767225600000,"created":1767225590000000000,"nonce":4,
 *           "height":101,"fee":"7",
 *           "copies":[{"hash":"0x…","gas":90000,"most":"20","tip":"1","bytes":"f8…"}]}
 * }</pre>
 */
final class KeptTransaction {
  static final String TRANSACTION = "tx/";

  private KeptTransaction() {}

  /**
   * Reads an entry.
   *
   * @throws RuntimeException when it cannot be read, whole
   */
  static TrackedTransaction read(String text) {
    Json json = Json.parse(text);
    List<Plan.Allowance> allowances = new ArrayList<>();
    for (Json a : items(json, "allowances")) {
      allowances.add(allowance(a));
    }
    TrackedTransaction t =
        new TrackedTransaction(
            json.longValue("number"),
            json.text("id"),
            json.text("note"),
            new TransactionDraft(
                json.text("what"),
                json.text("to"),
                integer(json, "value"),
                Hex.decode(json.text("data")),
                json.longValue("gas"),
                json.longValue("deadline")),
            allowances,
            json.longValue("created"));
    t.kept = text;
    t.nonce = json.longOr("nonce", -1);
    t.firstHeight = json.longOr("height", 0);
    t.dataFee = json.has("fee") ? integer(json, "fee") : BigInteger.ZERO;
    t.cancelAsked = json.has("cancelAsked");
    t.sets = json.has("sets") ? allowance(json.get("sets")) : null;
    for (Json c : items(json, "copies")) {
      TrackedTransaction.Copy copy =
          new TrackedTransaction.Copy(
              new SignedTransaction(
                  c.text("hash"),
                  t.nonce,
                  c.longValue("gas"),
                  new GasPrice(integer(c, "most"), integer(c, "tip")),
                  Hex.decode(c.text("bytes"))),
              c.has("cancels"));
      // Whoever kept it was about to send it.
      copy.left = true;
      t.copies.add(copy);
    }
    t.granted = t.isSigned() || allowances.isEmpty();
    if (json.has("end")) {
      t.end = TransactionStatus.valueOf(json.text("end"));
      t.endedNanos = json.longValue("ended");
      t.problem = json.findText("problem");
      t.mined = json.findText("mined");
      t.confirmations = (int) json.longOr("confirmations", 0);
      t.cost = json.has("cost") ? integer(json, "cost") : null;
      if (json.has("block")) {
        Json b = json.get("block");
        t.block =
            new Block(
                b.longValue("number"), b.text("hash"), b.text("parent"), b.longValue("millis"));
      }
    }
    if (t.isSigned() && t.nonce < 0) {
      throw new IllegalArgumentException("it was signed without a nonce");
    }
    return t;
  }

  private static Plan.Allowance allowance(Json a) {
    Token token = new Token(a.text("token"), a.text("symbol"), (int) a.longValue("decimals"));
    return new Plan.Allowance(new TokenAmount(token, integer(a, "amount")), a.text("spender"));
  }

  private static List<Json> items(Json json, String field) {
    Json items = json.find(field);
    return items == null ? List.of() : items.items();
  }

  private static BigInteger integer(Json json, String field) {
    return new BigInteger(json.text(field));
  }

  /** Adds it as it stands now, unless that is kept. */
  static void keep(TrackedTransaction t, Map<String, @Nullable String> changes) {
    String text = write(t);
    if (!text.equals(t.kept)) {
      t.kept = text;
      changes.put(TRANSACTION + t.id, text);
    }
  }

  /** Adds that nothing is to be kept of it any more. */
  static void forget(TrackedTransaction t, Map<String, @Nullable String> changes) {
    if (t.kept != null) {
      changes.put(TRANSACTION + t.id, null);
    }
  }

  private static String write(TrackedTransaction t) {
    TransactionDraft d = t.draft;
    JsonWriter out = new JsonWriter().object();
    out.put("number", t.number).put("id", t.id).put("note", t.note);
    out.put("what", d.what()).put("to", d.to()).put("value", d.value().toString());
    out.put("data", Hex.encode(d.data())).put("gas", d.gasLimit());
    out.put("deadline", d.deadlineMillis()).put("created", t.createdNanos);
    if (t.nonce >= 0) {
      out.put("nonce", t.nonce);
    }
    if (!t.allowances.isEmpty()) {
      out.array("allowances");
      for (Plan.Allowance a : t.allowances) {
        write(out.object(), a);
      }
      out.end();
    }
    if (t.sets != null) {
      write(out.object("sets"), t.sets);
    }
    if (t.isSigned()) {
      out.put("height", t.firstHeight);
      putIf(out, "fee", t.dataFee.signum() == 0 ? null : t.dataFee.toString());
      out.array("copies");
      for (TrackedTransaction.Copy c : t.copies) {
        SignedTransaction s = c.signed;
        out.object().put("hash", s.hash()).put("gas", s.gasLimit());
        out.put("most", s.price().most().toString()).put("tip", s.price().tip().toString());
        out.put("bytes", Hex.encode(s.bytes()));
        if (c.cancels) {
          out.put("cancels", true);
        }
        out.end();
      }
      out.end();
    }
    if (t.cancelAsked) {
      out.put("cancelAsked", true);
    }
    if (t.end != null) {
      out.put("end", t.end.name()).put("ended", t.endedNanos);
      putIf(out, "problem", t.problem);
      putIf(out, "mined", t.mined);
      putIf(out, "cost", t.cost == null ? null : t.cost.toString());
      out.put("confirmations", t.confirmations);
      Block b = t.block;
      if (b != null) {
        out.object("block").put("number", b.number()).put("hash", b.hash());
        out.put("parent", b.parent()).put("millis", b.millis()).end();
      }
    }
    return out.end().toString();
  }

  private static void write(JsonWriter out, Plan.Allowance a) {
    Token token = a.amount().token();
    out.put("token", token.address()).put("symbol", token.symbol());
    out.put("decimals", token.decimals()).put("amount", a.amount().raw().toString());
    out.put("spender", a.spender()).end();
  }

  private static void putIf(JsonWriter out, String field, @Nullable String value) {
    if (value != null) {
      out.put(field, value);
    }
  }
}
