package dev.colibri.connector.amm.evm;

import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A node that says what it was told to say. */
final class StubNode {
  /** By method: given the parameters, {@code {"result":…}} or {@code {"error":…}} without id. */
  private final Map<String, Function<Json, String>> answers = new LinkedHashMap<>();

  /** Bodies that came, the latest last. */
  final List<Json> asked = new ArrayList<>();

  private @Nullable Reply instead;
  private boolean silent;
  private long head = 100;

  StubNode() {
    on("eth_chainId", result("\"0x2105\""));
    on("eth_blockNumber", p -> result("\"0x" + Long.toHexString(head) + "\""));
  }

  static String result(String json) {
    return "{\"result\":" + json + "}";
  }

  static String error(int code, String message) {
    return JsonWriter.of("error", JsonWriter.of("code", code, "message", message)).toString();
  }

  static String error(int code, String message, String data) {
    return JsonWriter.of("error", JsonWriter.of("code", code, "message", message, "data", data))
        .toString();
  }

  StubNode on(String method, Function<Json, String> answer) {
    answers.put(method, answer);
    return this;
  }

  StubNode on(String method, String answer) {
    return on(method, p -> answer);
  }

  /** Every request gets this. */
  StubNode always(Reply reply) {
    instead = reply;
    return this;
  }

  StubNode silent(boolean silent) {
    this.silent = silent;
    return this;
  }

  StubNode head(long head) {
    this.head = head;
    return this;
  }

  @Nullable Reply ask(String body) {
    Json question = Json.parse(body);
    asked.add(question);
    if (silent) {
      return null;
    }
    if (instead != null) {
      return instead;
    }
    if (!question.isArray()) {
      return Talk.reply(200, answer(question));
    }
    List<String> all = new ArrayList<>();
    // In another order: ids tell which is which.
    question.items().forEach(q -> all.add(0, answer(q)));
    return Talk.reply(200, "[" + String.join(",", all) + "]");
  }

  private String answer(Json question) {
    Function<Json, String> answer = answers.get(question.text("method"));
    String said =
        answer == null
            ? error(-32601, "the method does not exist")
            : answer.apply(question.get("params"));
    return "{\"jsonrpc\":\"2.0\",\"id\":" + question.longValue("id") + "," + said.substring(1);
  }

  /** Several of them, by their part. */
  static Talk.Wire wire(StubNode... nodes) {
    return (part, body) -> nodes[Integer.parseInt(part.substring(JsonRpc.ANY.length()))].ask(body);
  }
}
