package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Asks a node. May be called from any thread. */
public final class Rpc {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** What the node refused. */
  @SuppressWarnings("serial")
  public static final class Refusal extends RuntimeException {
    public final String data;

    Refusal(Json error) {
      super(error.textOr("message", "no message"));
      this.data = error.find("data") == null ? "" : error.textOr("data", "");
    }
  }

  /**
   * One of many answers.
   *
   * @param value null for a refusal
   * @param refusal null for a value
   */
  public record Answer(Json value, Refusal refusal) {
    public Json orThrow() {
      if (refusal != null) {
        throw refusal;
      }
      return value;
    }
  }

  /** A request of many. */
  public record Ask(String method, List<?> parameters) {}

  private final URI url;

  Rpc(String url) {
    this.url = URI.create(url);
  }

  public String url() {
    return url.toString();
  }

  public Json send(String method, Object... parameters) {
    return answer(parse(post(request(0, method, List.of(parameters))))).orThrow();
  }

  /** Many requests at once; answers in their order. */
  public List<Answer> batch(List<Ask> asks) {
    StringBuilder body = new StringBuilder("[");
    for (int i = 0; i < asks.size(); i++) {
      body.append(i == 0 ? "" : ",").append(request(i, asks.get(i).method, asks.get(i).parameters));
    }
    Json all = parse(post(body.append(']').toString()));
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < asks.size(); i++) {
      if (all.at(i).intValue("id") != i) {
        throw new IllegalStateException("answers are not in the order of their requests");
      }
      answers.add(answer(all.at(i)));
    }
    return answers;
  }

  /** The answer to a request, as it came. */
  public String raw(String method, Object... parameters) {
    return post(request(0, method, List.of(parameters)));
  }

  /** The answer to what somebody else asks, as it came. */
  public String raw(byte[] request) {
    return post(new String(request, StandardCharsets.UTF_8));
  }

  private static Answer answer(Json reply) {
    Json error = reply.find("error");
    return error != null
        ? new Answer(null, new Refusal(error))
        : new Answer(reply.get("result"), null);
  }

  // ---- what is asked for most

  public BigInteger number(String method, Object... parameters) {
    return number(send(method, parameters));
  }

  public long block() {
    return number("eth_blockNumber").longValueExact();
  }

  /** Calls a function of a contract as nobody, at the latest block. */
  public Abi.Values view(String to, String signature, String returns, Object... values) {
    Ask ask = viewing("latest", to, Abi.call(signature, values));
    return Abi.decode(returns, bytes(send(ask.method, ask.parameters.toArray())));
  }

  public BigInteger uint(String to, String signature, Object... values) {
    return view(to, signature, "(uint256)", values).number(0);
  }

  public String address(String to, String signature, Object... values) {
    return view(to, signature, "(address)", values).text(0);
  }

  public static Ask viewing(String block, String to, byte[] data) {
    return new Ask("eth_call", List.of(Map.of("to", to, "data", hex(data)), block));
  }

  public static BigInteger number(Json quantity) {
    return new BigInteger(quantity.asText().substring(2), 16);
  }

  public static byte[] bytes(Json data) {
    return Hex.decode(data.asText().substring(2));
  }

  public static String hex(byte[] data) {
    return "0x" + Hex.encode(data);
  }

  public static String hex(BigInteger number) {
    return "0x" + number.toString(16);
  }

  public static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }

  // ---- the wire

  private static Json parse(String reply) {
    return Json.parse(reply);
  }

  private String post(String body) {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(LIMIT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String request(int id, String method, List<?> parameters) {
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + id
        + ",\"method\":\""
        + method
        + "\",\"params\":"
        + json(parameters)
        + "}";
  }

  public static String json(Object value) {
    StringBuilder out = new StringBuilder();
    if (value instanceof Map<?, ?> map) {
      map.forEach((k, v) -> out.append(out.isEmpty() ? "" : ",").append(json(k) + ":" + json(v)));
      return "{" + out + "}";
    }
    if (value instanceof List<?> list) {
      list.forEach(v -> out.append(out.isEmpty() ? "" : ",").append(json(v)));
      return "[" + out + "]";
    }
    return value instanceof Number || value instanceof Boolean
        ? value.toString()
        : "\"" + quoted(value.toString()) + "\"";
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder();
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c == '\n') {
        out.append("\\n");
      } else if (c < ' ') {
        out.append(' ');
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
