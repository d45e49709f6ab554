package dev.colibri.connector.amm.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.TextException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A conversation by WebSocket about new blocks, after geth's page on subscriptions. */
class EvmHeadsTest {
  private static final String HASH = "0x" + "ab".repeat(32);
  private final List<String> told = new ArrayList<>();
  private final EvmHeads heads = new EvmHeads(8453);

  /** What the session says to the engine, in words. */
  private final SessionContext context =
      (SessionContext)
          Proxy.newProxyInstance(
              SessionContext.class.getClassLoader(),
              new Class<?>[] {SessionContext.class},
              (proxy, method, args) -> {
                switch (method.getName()) {
                  case "send" -> told.add("send " + frame(args[0]));
                  case "head" -> told.add("head " + ((Block) args[0]).number());
                  case "ready" -> told.add("ready");
                  case "refusedLogin" -> told.add("refused " + ((Fault) args[0]).raw());
                  case "accepted" -> told.add("accepted " + args[0]);
                  case "refused" -> told.add("refused " + ((Fault) args[1]).raw());
                  default -> throw new AssertionError(method);
                }
                return null;
              });

  @SuppressWarnings("unchecked")
  private static String frame(Object frame) {
    return ((Function<SigningContext, String>) frame).apply(null);
  }

  @Test
  void blocks_are_asked_for_and_told() {
    Endpoint at = new Talk(dialect(), (part, body) -> null).value(heads.endpoint());
    assertEquals("stream", at.part());
    heads.opened(context);
    heads.received(Frame.of("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":\"0x2105\"}"), context);
    heads.subscribe(List.of(Topic.heads()), context);
    heads.received(Frame.of("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x9cef\"}"), context);
    heads.received(Frame.of(block("0x1b4")), context);
    assertEquals(
        List.of(
            "send {\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"eth_chainId\",\"params\":[]}",
            "ready",
            "send {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_subscribe\",\"params\":[\"newHeads\"]}",
            "accepted HEADS",
            "head 436"),
        told);
  }

  private static EvmChain dialect() {
    return (EvmChain) EvmChain.on(EvmNetwork.BASE, null).dialect();
  }

  private static String block(String number) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{\"subscription\":\"0x9cef\","
        + "\"result\":{\"number\":\"%s\",\"hash\":\"%s\",\"parentHash\":\"%s\",\"timestamp\":\"0x64\"}}}"
            .formatted(number, HASH, HASH);
  }

  @Test
  void a_node_without_subscriptions_refuses() {
    heads.received(
        Frame.of(
            "{\"id\":1,\"error\":{\"code\":-32601,\"message\":\"notifications not supported\"}}"),
        context);
    assertEquals(1, told.size());
    assertTrue(told.get(0).contains("notifications not supported"), told.get(0));
  }

  @Test
  void what_is_no_block_is_refused() {
    for (String number : List.of("436", "0x", "0x" + "f".repeat(17), "")) {
      assertThrows(TextException.class, () -> heads.received(Frame.of(block(number)), context));
    }
    assertThrows(TextException.class, () -> heads.received(Frame.of("[]"), context));
    assertEquals(List.of(), told);
  }

  @Test
  void another_chain_s_blocks_are_not_asked_for() {
    heads.received(Frame.of("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":\"0x1\"}"), context);
    assertEquals(List.of("refused a node of the chain 1, not of 8453"), told);
    told.clear();
    heads.received(
        Frame.of("{\"id\":0,\"error\":{\"code\":-32601,\"message\":\"no such method\"}}"), context);
    assertEquals(List.of("ready"), told, "some tell nothing of themselves");
  }
}
