package dev.colibri.connector.amm.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.text.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A connector that is told of new blocks by WebSocket, whatever becomes of that. */
class HeadStreamTest {
  private static final Duration BLOCK_TIME = Duration.ofSeconds(2);
  private static final long FIRST = 100;

  private final VirtualTime time = new VirtualTime();
  private final NodeNetwork network = new NodeNetwork();
  private final List<String> chain = new ArrayList<>();
  private final List<Block> heads = new ArrayList<>();
  private final List<ConnectorEvent> events = new ArrayList<>();
  private final AmmConnector connector;

  /** By how many blocks the stream is behind; it tells nothing where negative. */
  private int lag;

  private int asked;
  private int branch;

  HeadStreamTest() {
    StubNode node = new StubNode();
    node.on("eth_getBlockByNumber", this::block);
    network.nodes.put("node.example", node);
    EvmNetwork evm =
        EvmNetwork.of("test", 8453, "ETH")
            .blocks(BLOCK_TIME, 2)
            .nodes("https://node.example")
            .stream("wss://stream.example/ws");
    mine();
    time.after(BLOCK_TIME, this::mineOn);
    connector = VirtualHost.runtime(time, network, 3).open(EvmChain.on(evm, null));
    connector.heads().listen(heads::add);
    connector.events().listen(events::add);
    connector.start();
  }

  private String block(Json params) {
    String which = params.at(0).asText();
    if (which.equals("latest")) {
      asked++;
      return StubNode.result(chain.get(chain.size() - 1));
    }
    long number = Long.decode(which) - FIRST;
    return StubNode.result(number < chain.size() ? chain.get((int) number) : "null");
  }

  private static String hash(long number, int branch) {
    return "0x" + "0".repeat(48) + String.valueOf(number * 100 + branch + 1_000_000_000_000_000L);
  }

  private void mine() {
    long number = FIRST + chain.size();
    String parent = chain.isEmpty() ? hash(number - 1, 0) : Json.parse(last()).text("hash");
    chain.add(
        "{\"number\":\"0x%s\",\"hash\":\"%s\",\"parentHash\":\"%s\",\"timestamp\":\"0x%s\"}"
            .formatted(
                Long.toHexString(number),
                hash(number, branch),
                parent,
                Long.toHexString(time.millis() / 1000)));
  }

  private String last() {
    return chain.get(chain.size() - 1);
  }

  private void mineOn() {
    mine();
    tell();
    time.after(BLOCK_TIME, this::mineOn);
  }

  private void tell() {
    NodeNetwork.Line line = network.line();
    int at = chain.size() - 1 - lag;
    if (line != null && line.live && lag >= 0 && at >= 0) {
      line.head(chain.get(at));
    }
  }

  /** Lets blocks be made. */
  private void pass(int blocks) {
    time.advance(BLOCK_TIME.multipliedBy(blocks));
  }

  private long tip() {
    return connector.head().orElseThrow().number();
  }

  private long made() {
    return FIRST + chain.size() - 1;
  }

  /** That whatever was told is a way through the chain, without a step back but to a fork. */
  private void wereTold(int blocks) {
    for (int i = 1; i < heads.size(); i++) {
      assertTrue(heads.get(i).number() > heads.get(i - 1).number(), heads::toString);
    }
    assertTrue(heads.size() >= blocks, heads::toString);
    assertTrue(made() - tip() <= 1, made() + " is made, " + tip() + " is known");
  }

  @Test
  void while_a_stream_tells_of_blocks_nodes_are_seldom_asked() {
    pass(100);
    wereTold(100);
    assertTrue(asked < 20, asked + " questions");
    assertEquals(1, network.lines.size());
  }

  @Test
  void a_stream_that_is_lost_is_missed_by_nobody() {
    pass(10);
    network.accepts = false;
    network.line().channel.close(1006, "cut");
    int before = asked;
    pass(50);
    wereTold(58);
    assertTrue(asked - before >= 45, asked + " questions");
    network.accepts = true;
    pass(40);
    int back = asked;
    pass(50);
    wereTold(145);
    assertTrue(asked - back < 10, "the stream is there again, and nodes were asked");
  }

  @Test
  void a_stream_that_is_mute_is_replaced_and_nodes_are_asked_meanwhile() {
    pass(10);
    lag = -1;
    int seen = heads.size();
    pass(12);
    wereTold(seen + 8);
    assertEquals(1, network.lines.size());
    pass(20);
    assertTrue(network.lines.size() > 1, "nobody tried another connection");
    assertTrue(network.lines.size() < 5, network.lines.size() + " connections");
    wereTold(seen + 26);
    lag = 0;
    pass(10);
    int before = asked;
    pass(50);
    assertTrue(asked - before < 10, asked - before + " questions");
  }

  @Test
  void a_stream_that_never_tells_anything_is_no_worse_than_none() {
    lag = -1;
    pass(60);
    wereTold(55);
    assertTrue(network.lines.size() < 6, network.lines.size() + " connections");
  }

  @ParameterizedTest
  @CsvSource({"5", "30", "200"})
  void a_stream_that_is_behind_hides_nothing(int behind) {
    pass(30);
    lag = behind;
    pass(15);
    int seen = heads.size();
    pass(60);
    wereTold(seen + 55);
    assertTrue(network.lines.size() > 1, "nobody tried another connection");
    lag = 0;
    pass(10);
    wereTold(seen + 65);
  }

  @Test
  void a_block_that_is_told_twice_is_told_once() {
    for (int i = 0; i < 20; i++) {
      pass(1);
      tell();
      tell();
    }
    wereTold(19);
  }

  @Test
  void a_fork_is_followed() {
    pass(10);
    long tip = tip();
    Block left = connector.head().orElseThrow();
    branch = 1;
    chain.remove(chain.size() - 1);
    mine();
    tell();
    pass(0);
    assertEquals(tip, tip());
    assertFalse(connector.head().orElseThrow().equals(left));
    // Deeper than a block, so that nodes are asked for what is between; and one block higher.
    branch = 2;
    for (int i = 0; i < 4; i++) {
      chain.remove(chain.size() - 1);
    }
    for (int i = 0; i < 5; i++) {
      mine();
    }
    tell();
    time.advance(Duration.ofMillis(500));
    assertEquals(tip + 1, tip());
    assertEquals(hash(tip + 1, 2), connector.head().orElseThrow().hash());
    heads.clear();
    pass(20);
    wereTold(19);
  }

  @Test
  void a_stream_of_another_chain_tells_nothing() {
    network.line();
    network.chainId = 1;
    pass(30);
    assertTrue(network.lines.size() > 1);
    assertTrue(network.lines.stream().noneMatch(line -> line.live));
    wereTold(28);
    assertTrue(events.toString().contains("a node of the chain 1, not of 8453"), events::toString);
  }

  @Test
  void a_node_without_subscriptions_is_asked() {
    network.subscribes = false;
    pass(30);
    wereTold(28);
    assertTrue(connector.isReady());
  }

  @Test
  void what_is_no_block_is_told_and_does_no_harm() {
    pass(5);
    network.line().head("{\"number\":\"0x1\"}");
    network.line().channel.text("<html>");
    network.line().head("null");
    pass(20);
    wereTold(24);
    assertTrue(events.stream().anyMatch(e -> e instanceof ConnectorEvent.Quarantined));
  }
}
