package dev.colibri.connector.testkit.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrowsTest {
  private static final String VENUE = "dev.colibri.connector.spot.kraken";

  private static List<Finding> in(Rule rule, String packageName, String code) {
    String text = "package " + packageName + ";\n\n" + code + "\n";
    return rule.findings(
        List.of(new Source("m/src/main/java/" + packageName.replace('.', '/') + "/X.java", text)));
  }

  @Test
  void a_venue_that_imports_the_engine_is_found() {
    assertEquals(
        "m/src/main/java/dev/colibri/connector/spot/kraken/X.java:3"
            + " package-arrows: spot.kraken must not see engine",
        in(Arrows.OWN, VENUE, "import dev.colibri.connector.engine.Engine;").get(0).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "connector.model, connector.text.Json",
    "connector.model, connector.Colibri",
    "connector.text, connector.spi.Call",
    "connector.spi, connector.engine.Engine",
    "connector.engine, connector.io.LiveHost",
    "connector.engine, connector.Colibri",
    "connector.io, connector.Colibri",
    "connector, connector.spot.kraken.Kraken",
    "connector, connector.testkit.Simulated",
    "connector.spot.kraken, connector.io.LiveHost",
    "connector.spot.kraken, connector.Colibri",
    "connector.spot.kraken, connector.spot.okx.Okx",
    "connector.spot.kraken, connector.perp.kraken.KrakenPerp",
    "connector.spot.kraken, connector.testkit.Simulated",
    "connector.perp.kraken, connector.spot.okx.Okx",
    "connector.amm.evm, connector.amm.v3.Pool",
    "connector.amm.v3, connector.amm.evm.Address",
    "connector.amm.route, connector.amm.uniswap.Uniswap",
    "connector.amm.uniswap, connector.amm.pancakeswap.PancakeSwap",
    "connector.spot.kraken, connector.amm.evm.Address",
    "connector.testkit, connector.spot.kraken.Kraken",
    "connector.testkit.exchange.kraken, connector.model.Order",
    "examples.quickstart, connector.engine.Engine",
    "examples.quickstart, connector.io.LiveHost",
    "connector.model, connector.unheard.Of",
  })
  void an_arrow_that_points_up_is_found(String from, String to) {
    String name = "dev.colibri." + to;
    assertEquals(1, in(Arrows.OWN, "dev.colibri." + from, "import " + name + ";").size());
    assertEquals(1, in(Arrows.OWN, "dev.colibri." + from, name + " x;").size());
    String outer = name.substring(0, name.lastIndexOf('.'));
    assertEquals(1, in(Arrows.OWN, "dev.colibri." + from, "import " + outer + ".*;").size());
    assertEquals(1, in(Arrows.OWN, "dev.colibri." + from, "import static " + name + ".of;").size());
  }

  @ParameterizedTest
  @CsvSource({
    "connector.text, connector.model.Side",
    "connector.engine, connector.spi.Call",
    "connector.io, connector.engine.Engine",
    "connector, connector.io.LiveHost",
    "connector.spot.kraken, connector.spi.Call",
    "connector.spot.kraken, connector.text.Json",
    "connector.spot.kraken, connector.model.Order",
    "connector.perp.kraken, connector.spot.kraken.KrakenParser",
    "connector.amm.uniswap, connector.amm.evm.Address",
    "connector.amm.uniswap, connector.amm.v3.Pool",
    "connector.amm.route, connector.amm.v2.Pool",
    "connector.testkit.sim, connector.engine.Engine",
    "connector.testkit.tape, connector.testkit.sim.VirtualTime",
    "connector.testkit.exchange, connector.text.Json",
    "examples.quickstart, connector.spot.kraken.Kraken",
    "examples.benchmarks, connector.io.Host",
  })
  void an_arrow_that_points_down_is_lawful(String from, String to) {
    String code = "import dev.colibri." + to + ";";
    assertEquals(List.of(), in(Arrows.OWN, "dev.colibri." + from, code));
  }

  @Test
  void a_package_without_a_layer_is_found() {
    assertEquals(1, in(Arrows.OWN, "dev.colibri.connector.helpers", "class X {}").size());
  }

  @Test
  void comments_and_literals_are_no_arrows() {
    String name = "dev.colibri.connector.engine.Engine";
    String code = "/** {@link " + name + "} */ class X { String s = \"" + name + "\"; } // " + name;
    assertEquals(List.of(), in(Arrows.OWN, VENUE, code));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "import java.net.http.HttpClient;",
        "import java.net.Socket;",
        "import java.util.concurrent.ConcurrentHashMap;",
        "import java.util.concurrent.*;",
        "import java.util.concurrent.locks.Lock;",
        "import java.nio.file.Files;",
        "import java.io.File;",
        "import org.slf4j.Logger;",
        "import okhttp3.OkHttpClient;",
        "import com.fasterxml.jackson.core.JsonParser;",
        "class X { java.net.Socket s; }",
      })
  void a_venue_that_waits_listens_or_logs_is_found(String code) {
    assertEquals(1, in(Arrows.VENUE_OUTSIDE, VENUE, code).size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "import java.math.BigDecimal;",
        "import java.time.Duration;",
        "import java.util.List;",
        "import java.util.function.Function;",
        "import java.nio.charset.StandardCharsets;",
        "import java.net.URI;",
        "import org.jspecify.annotations.Nullable;",
      })
  void a_venue_may_use_values(String code) {
    assertEquals(List.of(), in(Arrows.VENUE_OUTSIDE, VENUE, code));
  }
}
