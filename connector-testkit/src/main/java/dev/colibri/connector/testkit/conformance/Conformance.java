package dev.colibri.connector.testkit.conformance;

import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.testkit.tape.Played;
import dev.colibri.connector.testkit.tape.Player;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.testkit.tape.TapeReader;
import dev.colibri.connector.text.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Cards, and a venue whose tapes are to meet them. */
abstract class Conformance {
  /** What is not written yet, of a tape or of a connector, says so in these words. */
  private static final Pattern TO_DO =
      Pattern.compile(
          "(\\S+\\.tape:\\d+: )?to do: ([^\n\"()]|\\([^()\n]*\\))*(\n  what went out: .*)?");

  /** There are many of them at first, each of one line. */
  private static final class ToDo extends AssertionError {
    private static final long serialVersionUID = 1;

    ToDo(String message) {
      super(message);
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }

  private final Venue<?> venue;
  private final List<Card> cards;
  private final Path tapes;

  /**
   * The cards, for a venue.
   *
   * @param name the folder of its tapes, which is the venue's name
   * @param venue with keys that are no secret
   */
  Conformance(String name, Venue<?> venue, List<Card> cards) {
    this(Path.of("src", "test", "tapes", name), venue, cards);
  }

  Conformance(Path tapes, Venue<?> venue, List<Card> cards) {
    this.venue = venue;
    this.cards = cards;
    this.tapes = tapes;
  }

  /** One test a card, of those that {@code -Dcards=S04,S21} names, or of all. */
  @TestFactory
  Stream<DynamicTest> cards() {
    Outcomes outcomes = new Outcomes(String.valueOf(tapes.getFileName()));
    Chosen<Card> chosen = Chosen.of(cards, Card::number);
    return chosen.cards().stream()
        .map(c -> DynamicTest.dynamicTest(c.title(), () -> judge(c, outcomes)))
        .onClose(chosen.all() ? outcomes::write : () -> {});
  }

  /** No tape lies about that no card asks for. */
  @TestFactory
  Stream<DynamicTest> tapes() {
    Set<String> numbers = new TreeSet<>();
    cards.forEach(c -> numbers.add(c.number()));
    return Stream.of(
        DynamicTest.dynamicTest(
            "every tape belongs to a card",
            () -> {
              for (Path file : files(tapes)) {
                String name = String.valueOf(file.getFileName());
                if (!name.equals("venue.tape") && !numbers.contains(name.split("[-.]")[0])) {
                  throw new AssertionError(name + " belongs to no card");
                }
              }
            }));
  }

  /** Plays the tape of a card, and takes note of what became of it. */
  private void judge(Card card, Outcomes outcomes) throws IOException {
    BookDialect dialect = (BookDialect) venue.dialect();
    Outcomes.Verdict verdict = Outcomes.Verdict.FAILED;
    String why = "it threw";
    try {
      if (!card.need().met().test(dialect)) {
        verdict = Outcomes.Verdict.SKIPPED;
        why = "it has no " + card.need().what();
      }
      play(card);
      verdict = Outcomes.Verdict.PASSED;
      why = "";
    } catch (AssertionError e) {
      why = String.valueOf(e.getMessage());
      throw e;
    } finally {
      Json of = verdict == Outcomes.Verdict.SKIPPED ? null : header(card);
      outcomes.add(
          new Outcomes.Asked(
              card.title(),
              verdict,
              why,
              of == null ? "" : of.textOr("source", ""),
              of == null ? "" : of.textOr("on", "")));
    }
  }

  /** The header of a card's tape; null where there is none that can be read. */
  private @Nullable Json header(Card card) {
    try (TapeReader tape = TapeReader.open(tape(tapes, card))) {
      return tape.header();
    } catch (AssertionError | UncheckedIOException e) {
      return null; // It failed because of that.
    }
  }

  /** Plays the tape of a card, unless the dialect lacks what it needs. */
  final void play(Card card) throws IOException {
    try {
      met(card);
    } catch (AssertionError e) {
      Matcher toDo = TO_DO.matcher(String.valueOf(e.getMessage()));
      if (toDo.find()) {
        throw new ToDo(card.title() + ": " + toDo.group().strip());
      }
      throw e;
    }
  }

  private void met(Card card) throws IOException {
    BookDialect dialect = (BookDialect) venue.dialect();
    Assumptions.assumeTrue(
        card.need().met().test(dialect),
        () -> dialect.profile().name() + " has no " + card.need().what());
    Path file = tape(tapes, card);
    Player player = new Player(venue, Tape.read(tapes.resolve("venue.tape")));
    if ("1".equals(System.getenv("TAPE_UPDATE"))) {
      String text = player.rewritten(Tape.read(file));
      if (TO_DO.matcher(text).find()) {
        throw new AssertionError(text); // What it does while it is not written is no scenario.
      }
      Files.writeString(file, text, StandardCharsets.UTF_8);
    }
    Tape tape = Tape.read(file);
    if (!tape.scenario().equals(card.title())) {
      throw new AssertionError(file + " is of \"" + tape.scenario() + "\"");
    }
    Played played = player.play(tape);
    try {
      card.check().accept(new Findings(played, dialect));
    } catch (AssertionError e) {
      throw new AssertionError(
          card.title() + ": " + e.getMessage() + "\n  demanded: " + card.demand(), e);
    }
  }

  /** The tape of a card, among those of a venue. */
  static Path tape(Path tapes, Card card) {
    List<Path> of =
        files(tapes).stream()
            .filter(f -> String.valueOf(f.getFileName()).split("[-.]")[0].equals(card.number()))
            .toList();
    if (of.size() != 1) {
      throw new AssertionError(
          of.size()
              + " tapes of "
              + card.title()
              + " in "
              + tapes
              + "; one is needed, whose name begins with "
              + card.number()
              + ": docs/tapes.md says how to write it, and NewVenue makes one to fill in");
    }
    return of.get(0);
  }

  private static List<Path> files(Path tapes) {
    if (!Files.isRegularFile(tapes.resolve("venue.tape"))) {
      throw new AssertionError(
          "no venue.tape in "
              + tapes.toAbsolutePath()
              + ": the folder is src/test/tapes/ and the name that the test says, in the folder"
              + " that tests run in; docs/tapes.md says what is in it");
    }
    try (Stream<Path> all = Files.list(tapes)) {
      return all.filter(f -> f.toString().endsWith(".tape")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
