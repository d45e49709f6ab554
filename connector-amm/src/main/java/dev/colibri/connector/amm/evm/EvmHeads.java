package dev.colibri.connector.amm.evm;

import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.util.List;

/** Tells of new blocks: {@code eth_subscribe} with {@code newHeads}. */
final class EvmHeads implements Session {
  static final String PART = "stream";

  private static final int ID = 1;

  @Override
  public Call<Endpoint> endpoint() {
    return Call.of(Endpoint.at(PART, ""));
  }

  /** There is one topic. */
  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    context.send(
        signing ->
            JsonWriter.of(
                    "jsonrpc",
                    "2.0",
                    "id",
                    ID,
                    "method",
                    "eth_subscribe",
                    "params",
                    List.of("newHeads"))
                .toString());
  }

  /** Nothing to say: nobody wants a chain's connection without its blocks. */
  @Override
  public void unsubscribe(List<Topic> topics, SessionContext context) {}

  /**
   * An answer to the subscription, or a block:
   *
   * <pre>{@code
   * {"jsonrpc":"2.0","id":1,"result":"0x9cef478923ff08bf67fde6c64013158d"}
   * {"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x9cef…",
   *  "result":{"number":"0x1b4","hash":"0x…","parentHash":"0x…","timestamp":"0x5bad55",…}}}
   * }</pre>
   */
  @Override
  public void received(Frame frame, SessionContext context) {
    Json message = frame.json();
    if (message.has("method")) {
      context.head(EvmChain.block(message.get("params").get("result")));
    } else if (message.has("result")) {
      context.accepted(Topic.heads());
    } else {
      String raw = Escape.text(message.get("error").toString());
      context.refused(Topic.heads(), Fault.of(Fault.Kind.REJECTED, raw));
    }
  }
}
