package dev.colibri.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Candles;
import dev.colibri.connector.spi.DeadMansSwitch;
import dev.colibri.connector.spi.KeyPermissions;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.NativeBatch;
import dev.colibri.connector.spi.NativeBatchCancel;
import dev.colibri.connector.spi.NativeCancelAll;
import dev.colibri.connector.spi.NativeReplace;
import dev.colibri.connector.spi.PerpVenueProvider;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.spi.Transfers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PagesTest {
  private static final Page README = Page.read(Path.of("README.md"));

  @Test
  void every_relative_link_leads_somewhere() {
    List<String> broken = new ArrayList<>();
    for (Page page : Page.all()) {
      for (String link : page.links()) {
        if (!link.matches("[a-z]+:.*") && !leadsSomewhere(page, link)) {
          broken.add(page.file() + " -> " + link);
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  private static boolean leadsSomewhere(Page page, String link) {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? page.file() : target(page, parts[0]);
    return Files.exists(Page.ROOT.resolve(target))
        && (parts.length == 1 || Page.read(target).anchors().contains(parts[1]));
  }

  private static Path target(Page page, String path) {
    Path folder = Page.ROOT.resolve(page.file()).getParent();
    return Page.ROOT.relativize(folder.resolve(path).normalize());
  }

  @Test
  void every_page_can_be_reached_from_the_front_page() {
    Set<Path> reached = new TreeSet<>();
    visit(README, reached);
    Set<Path> all = new TreeSet<>();
    Page.all().forEach(page -> all.add(page.file()));
    all.removeAll(reached);
    assertEquals(Set.of(), all);
  }

  private static void visit(Page page, Set<Path> reached) {
    if (reached.add(page.file())) {
      for (String link : page.links()) {
        if (link.matches("(?![a-z]+:)[^#]+\\.md(#.*)?")) {
          visit(Page.read(target(page, link.replaceFirst("#.*", ""))), reached);
        }
      }
    }
  }

  /** {@code engine.Orders}, {@code Driver}, {@code Connector.place}: as the page writes them. */
  private static final Pattern CODE =
      Pattern.compile("`((?:[a-z]+\\.)*)([A-Z]\\w*)(?:\\.([a-z]\\w*))?`");

  @Test
  void every_class_that_the_architecture_names_is_there() {
    Map<String, String> sources = Page.sources();
    List<String> gone = new ArrayList<>();
    int named = 0;
    for (String line : Page.read(Path.of("docs/architecture.md")).lines()) {
      Matcher m = CODE.matcher(line);
      while (m.find()) {
        named++;
        String file = "/" + m.group(1).replace('.', '/') + m.group(2) + ".java";
        boolean there =
            sources.entrySet().stream()
                .filter(source -> source.getKey().endsWith(file))
                .anyMatch(
                    source ->
                        m.group(3) == null || source.getValue().contains(" " + m.group(3) + "("));
        if (!there) {
          gone.add(m.group());
        }
      }
    }
    assertEquals(List.of(), gone);
    assertTrue(named > 30, named + " names were found on the page");
  }

  @Test
  void the_front_page_has_one_command_to_run_and_one_to_test() {
    for (String heading : List.of("Run it", "Test it")) {
      List<Page.Block> blocks =
          README.blocks().stream().filter(b -> b.heading().equals(heading)).toList();
      assertEquals(1, blocks.size(), heading);
      assertEquals(1, blocks.get(0).lines().size(), heading);
    }
  }

  @Test
  void the_front_page_lists_every_connector_as_it_is() {
    List<String> rows = README.lines().stream().filter(line -> line.startsWith("| `")).toList();
    Map<String, BookDialect> connectors = new TreeMap<>();
    for (SpotVenueProvider provider : ServiceLoader.load(SpotVenueProvider.class)) {
      connectors.put(provider.name(), provider.venue(null).dialect());
    }
    for (PerpVenueProvider provider : ServiceLoader.load(PerpVenueProvider.class)) {
      // One without a page is not finished.
      if (Files.exists(Page.ROOT.resolve("docs/connectors/" + provider.name() + ".md"))) {
        connectors.put(provider.name(), provider.venue(null).dialect());
      }
    }
    connectors.forEach(
        (name, dialect) -> {
          Profile profile = dialect.profile();
          String row =
              rows.stream()
                  .filter(line -> line.startsWith("| `" + name + "` |"))
                  .findFirst()
                  .orElse("");
          assertFalse(row.isEmpty(), name);
          String status = profile.status().name().toLowerCase(Locale.ROOT);
          assertTrue(row.contains("| " + status + " |"), row);
          assertTrue(row.contains("| " + profile.checked() + " |"), row);
          assertTrue(row.contains("| " + profile.maintainer() + " |"), row);
          String cells = String.join(", ", profile.hosts().keySet()) + " | " + abilities(dialect);
          assertTrue(row.contains("| " + cells + " |"), row + " must have " + cells);
        });
    assertEquals(connectors.size(), rows.size());
  }

  /** What not every venue can do: by one request, where the engine would need several. */
  private static String abilities(BookDialect dialect) {
    Map<Class<?>, String> words = new LinkedHashMap<>();
    words.put(NativeAmend.class, "amend");
    words.put(NativeReplace.class, "replace");
    words.put(NativeBatch.class, "batch");
    words.put(NativeBatchCancel.class, "batch cancel");
    words.put(NativeCancelAll.class, "cancel all");
    words.put(DeadMansSwitch.class, "dead man's switch");
    words.put(Candles.class, "candles");
    words.put(KeyPermissions.class, "key check");
    words.put(Transfers.class, "transfers");
    return words.entrySet().stream()
        .filter(e -> e.getKey().isInstance(dialect))
        .map(Map.Entry::getValue)
        .collect(Collectors.joining(", "));
  }
}
