package dev.colibri.connector.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;

/**
 * Makes the project of a new connector: a POM, a dialect, a parser, two sessions, the service file,
 * and the test with a tape for every card. It compiles, and its cards fail by what is to be written
 * next. Needs nothing but this module's jar:
 *
 * <pre>{@code
 * java -cp connector-testkit.jar dev.colibri.connector.testkit.NewVenue \
 *     my-exchange --package com.acme.myexchange --to my-exchange
 * }</pre>
 */
public final class NewVenue {
  private static final String HELP =
      """
      The project of a new connector, whose tests say what to write next.

        NewVenue NAME --package PACKAGE --to FOLDER [--perp]

        NAME           small letters, digits and hyphens, as in my-exchange
        --package P    the Java package, as in com.acme.myexchange
        --to FOLDER    a folder that is empty, or is made
        --perp         perpetual swaps, and not spot
        --help         this text
      """;

  /** What the tapes are written for, besides what they say themselves. */
  private static final String SPOT_WORLD =
      "listed are BTC-USDT (tick 0.01, lot and least size 0.00001, most 9000, least notional 5),"
          + " ETH-USDT (lot and least size 0.0001), and OLD-USDT, which is halted; the account has"
          + " 2 BTC and 100000 USDT, no open orders and no fills, and pays 0.001";

  private static final String PERP_WORLD =
      "listed are BTC-USDT, ETH-USDT, and OLD-USDT, which is halted; the account has 100000 USDT,"
          + " no position, no open orders and no fills, is in one-way mode, and pays 0.001; from"
          + " P101 on a contract is 0.01 BTC and BTC-USDT is near 100";

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  /** The first line of a tape in the files that hold many. */
  private static final Pattern HEAD =
      Pattern.compile("\\{\"scenario\":\"S?([^\"]+)\",\"file\":\"S?([^\"]+)\"(.*)}");

  private final String venue;
  private final String base;
  private final boolean perp;
  private final LocalDate on;
  private final Map<String, String> words = new LinkedHashMap<>();

  private NewVenue(String venue, String base, boolean perp, LocalDate on) {
    this.venue = venue;
    this.base = base;
    this.perp = perp;
    this.on = on;
    String type = camel(venue, "");
    String version = NewVenue.class.getPackage().getImplementationVersion();
    words.put("package", base);
    words.put("venue", venue);
    words.put("Display", camel(venue, " "));
    words.put("name", name());
    words.put("Kind", perp ? "Perp" : "Spot");
    words.put("Entry", perp ? type + "Perp" : type);
    words.put("of", perp ? "of" : "spot");
    words.put("Name", perp ? type + "Perp" : type);
    words.put("Dialect", perp ? type + "PerpDialect" : type + "Spot");
    words.put("version", version == null ? "0.1.0-SNAPSHOT" : version);
    words.put("on", on.toString());
    words.put("L", perp ? "P" : "S");
  }

  private String name() {
    return venue + (perp ? "-perp" : "-spot");
  }

  private static String camel(String name, String between) {
    return Stream.of(name.split("-"))
        .map(part -> part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1))
        .collect(Collectors.joining(between));
  }

  /** Writes the project; ends with 2 when an argument is wrong. */
  public static void main(String[] args) {
    String name = null;
    String base = null;
    Path to = null;
    boolean perp = false;
    try {
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "--help" -> {
            System.out.print(HELP);
            return;
          }
          case "--perp" -> perp = true;
          case "--package" -> base = value(args, i++);
          case "--to" -> to = Path.of(value(args, i++));
          default -> {
            if (name != null || args[i].startsWith("-")) {
              throw new IllegalArgumentException("no such option: " + args[i]);
            }
            name = args[i];
          }
        }
      }
      if (name == null || base == null || to == null) {
        throw new IllegalArgumentException("a name, --package and --to are needed");
      }
      write(to, name, base, perp, LocalDate.now(ZoneOffset.UTC));
    } catch (IllegalArgumentException e) {
      System.err.print(e.getMessage() + "\n\n" + HELP);
      System.exit(2);
    }
    System.out.println(to + " has the project. Read its README.md; mvn test says what to write.");
  }

  private static String value(String[] args, int option) {
    if (option + 1 == args.length) {
      throw new IllegalArgumentException("no value after " + args[option]);
    }
    return args[option + 1];
  }

  /**
   * Writes the project.
   *
   * @param on the day on which the venue's pages are read
   * @throws IllegalArgumentException when a name is none, or something is in the folder already
   */
  static void write(Path to, String venue, String base, boolean perp, LocalDate on) {
    if (!NAME.matcher(venue).matches() || venue.matches(".*-(spot|perp)")) {
      throw new IllegalArgumentException(
          "a name has small letters, digits and hyphens, and does not end with its kind: " + venue);
    }
    if (!SourceVersion.isName(base, SourceVersion.RELEASE_17)) {
      throw new IllegalArgumentException("not the name of a package: " + base);
    }
    try {
      if (Files.exists(to)) {
        if (!Files.isDirectory(to)) {
          throw new IllegalArgumentException("not a folder: " + to);
        }
        try (Stream<Path> files = Files.list(to)) {
          if (files.findAny().isPresent()) {
            throw new IllegalArgumentException("something is in " + to + " already");
          }
        }
      }
      new NewVenue(venue, base, perp, on).write(to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(Path to) throws IOException {
    file(to, "pom.xml", template("pom.xml.txt"));
    file(to, "README.md", template("README.md.txt"));
    String main = "src/main/java/" + base.replace('.', '/') + "/";
    file(to, main + "package-info.java", template("package-info.java.txt"));
    file(to, main + words.get("Entry") + ".java", template("Entry.java.txt"));
    file(to, main + words.get("Dialect") + ".java", template("Dialect.java.txt"));
    for (String part : List.of("Parser", "MarketSession", "AccountSession")) {
      file(to, main + words.get("Name") + part + ".java", template(part + ".java.txt"));
    }
    file(
        to,
        "src/main/resources/META-INF/services/dev.colibri.connector.spi."
            + words.get("Kind")
            + "VenueProvider",
        base + "." + words.get("Entry") + "$Provider\n");
    file(
        to,
        "src/test/java/" + base.replace('.', '/') + "/" + words.get("Dialect") + "Test.java",
        template("Test.java.txt"));
    String tapes = "src/test/tapes/" + name() + "/";
    file(
        to,
        tapes + "venue.tape",
        header(
            "how the venue answers what a scenario is not about",
            ",\"sockets\":{\"market\":\"wss://stream."
                + venue
                + ".example/market\",\"account\":\"wss://stream."
                + venue
                + ".example/account\"},\"stamps\":[],\"note\":\""
                + (perp ? PERP_WORLD : SPOT_WORLD)
                + "\""));
    tapes(to, tapes, "spot.tapes");
    if (perp) {
      tapes(to, tapes, "perp.tapes");
    }
  }

  private String header(String scenario, String more) {
    return "{\"tape\":1,\"venue\":\""
        + name()
        + "\",\"kind\":\""
        + (perp ? "perp" : "spot")
        + "\",\"source\":\"docs\",\"on\":\""
        + on
        + "\",\"scenario\":\""
        + scenario
        + "\""
        + more
        + "}\n";
  }

  /** Tapes that stand in one file, each from a line that names it. */
  private void tapes(Path to, String folder, String resource) throws IOException {
    String name = "";
    StringBuilder text = new StringBuilder();
    for (String line : read(resource).split("\n")) {
      Matcher head = HEAD.matcher(line);
      if (!head.matches()) {
        text.append(line).append('\n');
        continue;
      }
      if (!name.isEmpty()) {
        file(to, folder + name, text.toString());
      }
      name = lettered(head.group(2)) + ".tape";
      text.setLength(0);
      text.append(header(lettered(head.group(1)), head.group(3)));
    }
    file(to, folder + name, text.toString());
  }

  /** The number of a card with the letter of its kind; perpetuals' own have theirs already. */
  private String lettered(String numbered) {
    return numbered.startsWith("P") ? numbered : words.get("L") + numbered;
  }

  /** A template with its words filled in, and without the lines of the other kind. */
  private String template(String name) {
    String mine = perp ? "@perp@" : "@spot@";
    String text =
        read(name)
            .lines()
            .filter(line -> !line.startsWith(perp ? "@spot@" : "@perp@"))
            .map(line -> line.startsWith(mine) ? line.substring(mine.length()) : line)
            .collect(Collectors.joining("\n", "", "\n"));
    for (Map.Entry<String, String> word : words.entrySet()) {
      text = text.replace("@" + word.getKey() + "@", word.getValue());
    }
    return text;
  }

  private static String read(String resource) {
    try (InputStream in = NewVenue.class.getResourceAsStream("newvenue/" + resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void file(Path to, String name, String text) throws IOException {
    Path file = to.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
