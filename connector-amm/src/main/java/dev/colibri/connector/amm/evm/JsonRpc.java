package dev.colibri.connector.amm.evm;

import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Refusals;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Asks nodes by JSON-RPC 2.0, one method or several in a batch, and names what they refuse.
 *
 * <p>A node says little with its codes, and each kind of node says it in other words: what is not
 * known here is no answer, so that a question is asked again elsewhere, and the outcome of what was
 * sent is unknown.
 */
final class JsonRpc {
  /** The part of the API that stands for whichever node is chosen. */
  static final String ANY = "node";

  /** The part of the API that transactions are shown to alone. */
  static final String PRIVATE = "private";

  static final String BUCKET = "requests";

  private static final String METHOD = "method";
  private static final String CALL = "eth_call";

  /** No answer of contracts that is wanted is as long: somebody wants it not to be read. */
  private static final int MOST_CALL_REPLY = 1 << 20;

  /** A parameter of requests whose parts may revert alone. */
  private static final String EACH = "each";

  private static final String REVERTED_FOR = "reverted: ";
  private static final String SEND = "eth_sendRawTransaction";

  /** EIP-1474, and what is customary for a revert. */
  private static final int REVERTED = 3;

  /** By what geth, Erigon, Nethermind, Besu, Reth and anvil say. The first row counts. */
  private static final Refusals WORDS =
      Refusals.of()
          .words(
              Fault.Kind.RATE_LIMITED,
              "rate limit",
              "limit exceeded",
              "too many requests",
              "exceeded its",
              "request count")
          .words(
              Fault.Kind.OUTCOME_UNKNOWN,
              "header not found",
              "block not found",
              "unknown block",
              "Unknown block",
              "missing trie node",
              "state is not available",
              "historical state",
              "is not currently canonical",
              "could not find block",
              "timeout",
              "timed out")
          .words(Fault.Kind.INSUFFICIENT_FUNDS, "insufficient funds", "Insufficient funds")
          .words(Fault.Kind.NONCE_STALE, "nonce too low", "Nonce too low", "OldNonce")
          .words(
              Fault.Kind.BAD_PRICE,
              "underpriced",
              "less than block base fee",
              "fee cap less than",
              "max fee per gas less",
              "tip higher than fee cap",
              "max priority fee per gas higher",
              "FeeTooLow");

  /** What no node will do, whatever code it says so with. */
  private static final List<String> REFUSED =
      List.of(
          "intrinsic gas",
          "exceeds block gas limit",
          "gas required exceeds",
          "out of gas",
          "gas limit reached",
          "nonce too high",
          "invalid sender",
          "invalid chain",
          "oversized data",
          "negative value",
          "sender not an eoa");

  /** How contracts end that neither answer nor revert, or answer too much. In small letters. */
  private static final List<String> HALTS =
      List.of(
          "out of gas",
          "outofgas",
          "gas required exceeds",
          "gas uint64 overflow",
          "execution aborted",
          "evm error",
          "invalid opcode",
          "bad instruction",
          "invalid jump",
          "stack underflow",
          "stack limit reached",
          "write protection",
          "return data out of bounds",
          "response too large",
          "response is too big",
          "response size");

  /** What says that a node has a transaction already. */
  private static final List<String> HAS_IT =
      List.of("already known", "known transaction", "alreadyknown", "already imported");

  private static final List<String> REVERTS =
      List.of("execution reverted", "VM execution error", "VM Exception", "Reverted 0x");

  /** The id of a question of ours that goes along: of which chain the node is. */
  private static final int OF_WHICH_CHAIN = 0;

  private final Nodes nodes;
  private final long chainId;

  JsonRpc(int nodes, long chainId) {
    this.nodes = new Nodes(nodes);
    this.chainId = chainId;
  }

  // ---- what is asked

  /** A method and its parameters, which are what {@link JsonWriter#of} takes. */
  record Question(String method, List<Object> params) {
    static Question of(String method, Object... params) {
      return new Question(method, List.of(params));
    }

    JsonWriter json(int id) {
      return JsonWriter.of("jsonrpc", "2.0", "id", id, METHOD, method, "params", params);
    }
  }

  /** One question. */
  <T> Call<T> ask(Question question, Function<Json, T> reader) {
    Request request = request(question.method, question.json(1).toString(), 1);
    return request.read(
        reply -> reader.apply(nodes.take(request, reply.body()).json().get("result")));
  }

  /**
   * Several questions to one node at once.
   *
   * @param reader told the results in the order of the questions; one that failed alone is a fault
   *     in {@link #fault} already
   */
  <T> Call<T> batch(List<Question> questions, Function<List<Json>, T> reader) {
    return batch(questions, List.of(), (node, results) -> reader.apply(results));
  }

  /** Reads one of several answers, of which each may be a revert. */
  interface Each<T> {
    T read(int place, boolean succeeded, byte[] data);
  }

  /** Several questions to contracts at once, of which each may revert alone. */
  <T> Call<List<T>> eachOf(List<Question> questions, Each<T> reader) {
    if (questions.isEmpty()) {
      return Call.of(List.of());
    }
    Request request = batchOf(questions).with(EACH, 1);
    return request.read(
        reply -> {
          Map<Integer, Json> byId = new TreeMap<>();
          nodes
              .take(request, reply.body())
              .json()
              .items()
              .forEach(i -> byId.put(i.intValue("id"), i));
          List<T> all = new ArrayList<>();
          for (int i = 0; i < questions.size(); i++) {
            Json item = byId.get(i + 1);
            if (item == null) {
              throw new TextException("no answer to question " + (i + 1));
            }
            Json error = item.find("error");
            byte[] data = error == null ? Quantity.bytes(item.get("result")) : revert(error);
            all.add(reader.read(i, error == null, data == null ? Bytes.none() : data));
          }
          return List.copyOf(all);
        });
  }

  private Request batchOf(List<Question> questions) {
    JsonWriter body = new JsonWriter().array();
    if (!nodes.isEveryoneOfTheChain()) {
      body.value(Json.parse(Question.of("eth_chainId").json(OF_WHICH_CHAIN).toString()));
    }
    for (int i = 0; i < questions.size(); i++) {
      body.value(Json.parse(questions.get(i).json(i + 1).toString()));
    }
    return request("batch of " + questions.size(), body.end().toString(), questions.size());
  }

  private interface FromNode<T> {
    T read(int node, List<Json> results);
  }

  private <T> Call<T> batch(List<Question> questions, List<Integer> except, FromNode<T> reader) {
    Request plain = batchOf(questions);
    Request request = except.isEmpty() ? plain : plain.with(Nodes.EXCEPT, Nodes.except(except));
    return request.read(
        reply -> {
          Nodes.Answer answer = nodes.take(request, reply.body());
          return reader.read(answer.node(), results(answer.json(), questions.size()));
        });
  }

  private static List<Json> results(Json answer, int wanted) {
    Map<Integer, Json> byId = new TreeMap<>();
    for (Json item : answer.items()) {
      if (item.intValue("id") != OF_WHICH_CHAIN) {
        byId.put(item.intValue("id"), item.get("result"));
      }
    }
    List<Json> results = new ArrayList<>();
    for (int id = 1; id <= wanted; id++) {
      Json result = byId.get(id);
      if (result == null) {
        throw new TextException("no answer to question " + id + " of " + wanted);
      }
      results.add(result);
    }
    return results;
  }

  /**
   * One question of which a node that is behind the others may not know the answer yet: it is asked
   * of another one then.
   *
   * @param proof whether a value says something even if the node is behind
   */
  <T> Call<T> upToDate(Question question, Function<Json, T> reader, Predicate<T> proof) {
    return upToDate(question, reader, proof, 0);
  }

  /**
   * The same.
   *
   * @param skip how many nodes to go on from the first
   */
  <T> Call<T> upToDate(Question question, Function<Json, T> reader, Predicate<T> proof, int skip) {
    List<Integer> skipped = IntStream.range(0, skip % nodes.count()).boxed().toList();
    return upToDate(question, reader, proof, skipped);
  }

  private <T> Call<T> upToDate(
      Question question, Function<Json, T> reader, Predicate<T> proof, List<Integer> behind) {
    record Told<T>(T value, int node, boolean stands) {}
    return batch(
            List.of(question, Question.of("eth_blockNumber")),
            behind,
            (node, results) -> {
              T value = reader.apply(results.get(0));
              boolean late = nodes.isBehind(node, Quantity.longNumber(results.get(1)));
              return new Told<>(value, node, !late || proof.test(value));
            })
        .then(
            told -> {
              if (told.stands) {
                return Call.of(told.value);
              }
              List<Integer> more = new ArrayList<>(behind);
              more.add(told.node);
              if (behind.contains(told.node) || nodes.isEveryone(more)) {
                return Call.failed(
                    Fault.of(Fault.Kind.OUTCOME_UNKNOWN, "every node is behind what one told"));
              }
              return upToDate(question, reader, proof, more);
            });
  }

  /** One question to every node in turn, until one says yes. */
  Call<Boolean> anyone(Question question, Predicate<Json> yes) {
    return anyone(question, yes, List.of());
  }

  private Call<Boolean> anyone(Question question, Predicate<Json> yes, List<Integer> no) {
    record Told(boolean yes, int node) {}
    return batch(List.of(question), no, (node, results) -> new Told(yes.test(results.get(0)), node))
        .then(
            told -> {
              if (told.yes) {
                return Call.of(true);
              }
              List<Integer> more = new ArrayList<>(no);
              more.add(told.node);
              return no.contains(told.node) || nodes.isEveryone(more)
                  ? Call.of(false)
                  : anyone(question, yes, more);
            });
  }

  /** One question to every node: what each says that answers it. */
  <T> Call<List<T>> everyone(Question question, Function<Json, T> reader) {
    return everyone(question, reader, List.of(), List.of());
  }

  private <T> Call<List<T>> everyone(
      Question question, Function<Json, T> reader, List<Integer> asked, List<T> told) {
    record Told<T>(T value, int node) {}
    return batch(
            List.of(question),
            asked,
            (node, results) -> new Told<>(reader.apply(results.get(0)), node))
        .then(
            one -> {
              if (asked.contains(one.node)) {
                return Call.of(told); // Nobody else answers.
              }
              List<Integer> nowAsked = new ArrayList<>(asked);
              nowAsked.add(one.node);
              List<T> nowTold = new ArrayList<>(told);
              nowTold.add(one.value);
              return nodes.isEveryone(nowAsked)
                  ? Call.of(nowTold)
                  : everyone(question, reader, nowAsked, nowTold);
            })
        .otherwise(fault -> told.isEmpty() ? null : Call.of(told));
  }

  /**
   * The latest block, as the node tells it that is furthest of those that are asked: the first one,
   * and while the others are known to be further, these.
   */
  Call<Json> head() {
    return head(List.of(), null);
  }

  private Call<Json> head(List<Integer> behind, @Nullable Json best) {
    record Told(Json block, int node, boolean late) {}
    return batch(
            List.of(Question.of("eth_getBlockByNumber", "latest", false)),
            behind,
            (node, results) -> {
              Json block = results.get(0);
              return new Told(
                  block, node, nodes.isBehind(node, Quantity.longNumber(block.get("number"))));
            })
        .then(
            told -> {
              Json higher = best == null || number(told.block) >= number(best) ? told.block : best;
              List<Integer> more = new ArrayList<>(behind);
              more.add(told.node);
              return !told.late || behind.contains(told.node) || nodes.isEveryone(more)
                  ? Call.of(higher)
                  : head(more, higher);
            });
  }

  private static long number(Json block) {
    return Quantity.longNumber(block.get("number"));
  }

  /**
   * Sends a signed transaction. That the node has it already is an answer.
   *
   * @param skip how many nodes to go on from the first
   */
  Call<String> send(String hash, byte[] bytes, int skip, boolean privately) {
    String body = Question.of(SEND, Bytes.hex(bytes)).json(1).toString();
    Request request =
        Request.post("")
            .with(METHOD, SEND)
            .with(Nodes.SKIP, skip % nodes.count())
            .body(body)
            // As an order it leaves only when the journal has it.
            .urgency(Request.Urgency.ORDER)
            .cost(BUCKET, 1)
            .at(privately ? PRIVATE : ANY);
    return request.read(
        reply -> {
          Json answer = nodes.take(request, reply.body()).json();
          if (!hasIt(answer) && !Quantity.word(answer.get("result")).equals(hash)) {
            throw new TextException(
                "the node has it by the hash " + Escape.text(answer.text("result"), 80));
          }
          return hash;
        });
  }

  private static Request request(String what, String body, int questions) {
    return Request.post("")
        .readOnly()
        .with(METHOD, what)
        .body(body)
        .cost(BUCKET, Math.min(questions, 10))
        .at(ANY);
  }

  // ---- how it leaves, and what comes back

  Signed depart(Request request, SigningContext context) {
    Request at = request;
    if (request.part().equals(ANY)) {
      at = request.at(part(nodes.choose(request, context.millis())));
    }
    return Signed.of(at).json(request.jsonText());
  }

  static String part(int node) {
    return ANY + node;
  }

  @Nullable Fault fault(Request request, Reply reply) {
    boolean asksContracts = request.param(EACH) != null || CALL.equals(request.param(METHOD));
    if (asksContracts && reply.body().length > MOST_CALL_REPLY) {
      nodes.answered(request, null);
      return Fault.of(Fault.Kind.REJECTED, "response size of " + reply.body().length + " bytes");
    }
    Json json;
    try {
      json = reply.json();
    } catch (TextException e) {
      return elsewhere(request, Fault.ofStatus(reply), reply.status() < 300);
    }
    Fault fault = told(request, reply, json);
    if (fault == null || !isOfNode(fault)) {
      nodes.answered(request, json);
    }
    return fault;
  }

  private @Nullable Fault told(Request request, Reply reply, Json json) {
    if (json.isArray()) {
      // What fails alone makes all of it unreadable: whoever asks can do nothing with the rest.
      for (Json item : json.items()) {
        if (item.isObject() && item.longOr("id", -1) == OF_WHICH_CHAIN) {
          Fault other = ofAnotherChain(request, item);
          if (other != null) {
            return other;
          }
          continue;
        }
        Fault fault = ofObject(request, reply, item);
        boolean alone = request.param(EACH) != null && fault != null && isOfContracts(fault);
        if (fault != null && !alone) {
          return fault;
        }
      }
      return null;
    }
    return ofObject(request, reply, json);
  }

  /** Whatever a node of another chain says is about other contracts, and others' money. */
  private @Nullable Fault ofAnotherChain(Request request, Json item) {
    Json result = item.find("result");
    if (result == null) {
      // It does not tell, as some that serve a few methods only.
      return null;
    }
    long told = Quantity.longNumber(result);
    nodes.isOfTheChain(request, told == chainId);
    return told == chainId
        ? null
        : Fault.of(
            Fault.Kind.OUTCOME_UNKNOWN, "a node of the chain " + told + ", not of " + chainId);
  }

  private @Nullable Fault ofObject(Request request, Reply reply, Json json) {
    Json error = json.isObject() ? json.find("error") : null;
    if (error == null) {
      boolean answer = json.isObject() && json.has("result") && reply.status() < 300;
      return answer ? null : elsewhere(request, Fault.ofStatus(reply), true);
    }
    if (isSend(request) && hasIt(json)) {
      return null;
    }
    if (isSend(request) && reply.status() >= 500) {
      return elsewhere(request, Fault.ofStatus(reply), true);
    }
    return elsewhere(request, error(request, reply, error), false);
  }

  /**
   * What one of several nodes says of itself, as of its limits or our key for it, is no answer:
   * another one is asked.
   */
  private Fault elsewhere(Request request, Fault fault, boolean unreadable) {
    boolean itself =
        switch (fault.kind()) {
          case RATE_LIMITED, BANNED, UNAUTHORIZED, MAINTENANCE -> nodes.count() > 1;
          // By its status only: no node said it.
          case REJECTED -> fault.raw().startsWith("HTTP ") && isSend(request);
          default -> unreadable;
        };
    return itself
        ? Fault.of(Fault.Kind.OUTCOME_UNKNOWN, fault.raw() + ", no answer of a node")
        : fault;
  }

  private static boolean isHalt(String text) {
    String small = text.toLowerCase(Locale.ROOT);
    // Where a node lost its own state, it says so with the same beginning.
    return !small.contains("database") && HALTS.stream().anyMatch(small::contains);
  }

  /** Whether it says something of the contracts that were asked, and not of the node. */
  static boolean isOfContracts(Fault fault) {
    return !fault.kind().isPassing()
        && (fault.raw().startsWith(REVERTED_FOR) || isHalt(fault.raw()));
  }

  private static boolean isOfNode(Fault fault) {
    return fault.kind().isPassing() && fault.kind() != Fault.Kind.NONCE_STALE;
  }

  private static boolean isSend(Request request) {
    return SEND.equals(request.param(METHOD));
  }

  private static boolean hasIt(Json answer) {
    Json error = answer.find("error");
    if (error == null || !error.isObject()) {
      return false;
    }
    String message = error.textOr("message", "").toLowerCase(Locale.ROOT);
    return HAS_IT.stream().anyMatch(message::contains);
  }

  private static Fault error(Request request, Reply reply, Json error) {
    long code = error.isObject() ? error.longOr("code", 0) : 0;
    String message = error.isObject() ? error.textOr("message", "") : error.toString();
    if (code == REVERTED || REVERTS.stream().anyMatch(message::contains)) {
      byte[] data = revert(error);
      String words = message.replaceFirst("^.*?(execution reverted|reverted|revert):? ?", "");
      boolean said = data == null && !words.isBlank() && !words.equals(message);
      String why =
          said ? Escape.text(words, 200) : Reverts.reason(data == null ? Bytes.none() : data);
      return Fault.of(Reverts.kind(why), REVERTED_FOR + why);
    }
    Fault named = WORDS.fault(reply.status() == 429 ? 429 : 200, Long.toString(code), message);
    if (REFUSED.stream().anyMatch(message::contains) || !isSend(request) && isHalt(message)) {
      return Fault.of(Fault.Kind.REJECTED, named.raw());
    }
    if (named.kind() != Fault.Kind.REJECTED) {
      return named;
    }
    // -32005 is EIP-1474's limit; -32600 to -32602 and -32700 are JSON-RPC's of a bad question.
    if (code == -32005 || code == -32029) {
      return Fault.of(Fault.Kind.RATE_LIMITED, named.raw());
    }
    boolean bad = code >= -32602 && code <= -32600 || code == -32700 || code == -32004;
    return Fault.of(
        bad && !isSend(request) ? Fault.Kind.REJECTED : Fault.Kind.OUTCOME_UNKNOWN, named.raw());
  }

  /** What a contract reverted with; null where the node does not tell. */
  private static byte @Nullable [] revert(Json error) {
    Json data = error.isObject() ? error.find("data") : null;
    if (data != null && data.isObject()) {
      data = data.find("data");
    }
    if (data == null || !data.isString()) {
      return null;
    }
    String text = data.asText();
    int hex = text.indexOf("0x");
    boolean bytes = hex >= 0 && text.substring(hex).matches("0x(?:[0-9a-fA-F]{2})++");
    return bytes ? Hex.decode(text.substring(hex)) : null;
  }
}
