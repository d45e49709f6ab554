package dev.colibri.connector.amm.evm;

import dev.colibri.connector.amm.evm.JsonRpc.Question;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells of new blocks: {@code eth_subscribe} with {@code newHeads}, once the node has said of which
 * chain it is. Another chain's blocks would be taken for ours until nodes knew nothing of them.
 */
final class EvmHeads implements Session {
  static final String PART = "stream";

  private static final int ID = 1;
  private static final int OF_WHICH_CHAIN = 0;

  private final long chainId;

  EvmHeads(long chainId) {
    this.chainId = chainId;
  }

  @Override
  public Call<Endpoint> endpoint() {
    return Call.of(Endpoint.at(PART, ""));
  }

  @Override
  public void opened(SessionContext context) {
    ask(context, Question.of("eth_chainId"), OF_WHICH_CHAIN);
  }

  /** There is one topic. */
  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    ask(context, Question.of("eth_subscribe", "newHeads"), ID);
  }

  private static void ask(SessionContext context, Question question, int id) {
    context.send(signing -> question.json(id).toString());
  }

  /** Nothing to say: nobody wants a chain's connection without its blocks. */
  @Override
  public void unsubscribe(List<Topic> topics, SessionContext context) {}

  /**
   * What the node says of itself, an answer to the subscription, or a block:
   *
   * <pre>{@code
   * {"jsonrpc":"2.0","id":0,"result":"0x2105"}
   * {"jsonrpc":"2.0","id":1,"result":"0x9cef478923ff08bf67fde6c64013158d"}
   * {"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x9cef…",
   *  "result":{"number":"0x1b4","hash":"0x…","parentHash":"0x…","timestamp":"0x5bad55",…}}}
   * }</pre>
   */
  @Override
  public void received(Frame frame, SessionContext context) {
    Json message = frame.json();
    if (message.longOr("id", ID) == OF_WHICH_CHAIN) {
      ofTheChain(message.find("result"), context);
    } else if (message.has("method")) {
      context.head(EvmChain.block(message.get("params").get("result")));
    } else if (message.has("result")) {
      context.accepted(Topic.heads());
    } else {
      String raw = Escape.text(message.get("error").toString());
      context.refused(Topic.heads(), Fault.of(Fault.Kind.REJECTED, raw));
    }
  }

  private void ofTheChain(@Nullable Json result, SessionContext context) {
    // It need not tell, as some that serve a few methods only.
    long told = result == null ? chainId : Quantity.longNumber(result);
    if (told == chainId) {
      context.ready();
    } else {
      context.refusedLogin(
          Fault.of(
              Fault.Kind.OUTCOME_UNKNOWN, "a node of the chain " + told + ", not of " + chainId));
    }
  }
}
