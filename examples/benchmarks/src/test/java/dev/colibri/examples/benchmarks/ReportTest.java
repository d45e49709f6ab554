package dev.colibri.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ReportTest {
  private static Report report() {
    Report report = new Report("how & where");
    Figure f = report.figure("depth", "A <depth> message", "ns");
    f.add("colibri", 2, 0);
    f.add("xchange", 50, 1000);
    f.add("colibri", 4, 0);
    f.add("xchange", 120, 1000);
    report.goal(Goal.times("depth", "depth", "xchange", f.ratio("xchange", "colibri"), 25, 45));
    report.goal(Goal.most("start", "start", "seconds", 1.5, 1, 0.3, " s"));
    return report;
  }

  @Test
  void a_ratio_is_the_median_of_those_of_the_rounds() {
    assertEquals("ratio depth xchange 27.500\nratio start seconds 1.500", report().lines());
  }

  @Test
  void tables_say_what_is_reached() {
    String tables = report().tables();
    assertTrue(tables.contains("| depth | xchange | 27.5× | ≥ 25× | ≥ 45× | yes |"), tables);
    assertTrue(tables.contains("| start | seconds | 1.5 s | ≤ 1 s | ≤ 0.3 s | no |"), tables);
    assertTrue(tables.contains("| A <depth> message | colibri | 3 ns | 2 | 0 |"), tables);
  }

  @Test
  void the_plot_is_well_formed(@TempDir Path folder) throws Exception {
    report().write(folder);
    String svg = Files.readString(folder.resolve("performance.svg"));
    Document read =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    assertEquals("svg", read.getDocumentElement().getTagName());
    assertTrue(svg.contains("85  (27.5×)"), svg);
  }

  @Test
  void a_page_keeps_what_stands_around_the_results(@TempDir Path folder) throws Exception {
    Path page = folder.resolve("performance.md");
    Files.writeString(page, "before\n<!-- results: begin -->\nold\n<!-- results: end -->\nafter\n");
    report().write(folder);
    report().write(folder);
    String text = Files.readString(page);
    assertTrue(text.startsWith("before\n<!-- results: begin -->\n\n| path"), text);
    assertTrue(text.endsWith("<!-- results: end -->\nafter\n"), text);
    assertEquals(text.indexOf("| path"), text.lastIndexOf("| path"));
  }

  @Test
  void jars_are_counted_by_the_tree() {
    String tree =
        """
        a:me:jar:1
        +- a:first:jar:1:compile
        |  +- (b:shared:jar:2:compile - omitted for duplicate)
        |  \\- b:own:jar:1:compile
        |     \\- b:native:jar:linux:1:runtime
        +- b:shared:jar:2:compile
        |  \\- c:deep:jar:1:compile
        \\- d:test:jar:1:test
        """;
    assertEquals(
        Set.of("a:first", "b:shared", "b:own", "b:native", "c:deep"), Jars.of("a:first", tree));
  }
}
