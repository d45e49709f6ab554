package dev.colibri.connector.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.testkit.tape.TapeLint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the generator writes, and what it refuses. That it compiles is shown with its cards. */
class NewVenueTest {
  private static final LocalDate DAY = LocalDate.parse("2026-11-22");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void every_word_is_filled_in_and_every_tape_can_be_read(boolean perp) throws IOException {
    NewVenue.write(folder, "my-exchange", "com.acme.mine", perp, DAY);

    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file);
        assertTrue(
            !text.matches("(?s).*@[A-Za-z]+@.*"), file + " has a word that is not filled in");
        if (file.toString().endsWith(".tape")) {
          Tape tape = Tape.read(file);
          assertEquals(perp ? "my-exchange-perp" : "my-exchange-spot", tape.header().text("venue"));
          TapeLint.check(file)
              .forEach(f -> assertTrue(f.what().startsWith("to do: "), f::toString));
        }
      }
    }
  }

  @Test
  void a_project_has_the_files_that_every_venue_has() throws IOException {
    NewVenue.write(folder, "my-exchange", "com.acme.mine", false, DAY);

    try (Stream<Path> files = Files.walk(folder)) {
      assertEquals(
          List.of(
              "README.md",
              "pom.xml",
              "src/main/java/com/acme/mine/MyExchange.java",
              "src/main/java/com/acme/mine/MyExchangeAccountSession.java",
              "src/main/java/com/acme/mine/MyExchangeMarketSession.java",
              "src/main/java/com/acme/mine/MyExchangeParser.java",
              "src/main/java/com/acme/mine/MyExchangeSpot.java",
              "src/main/java/com/acme/mine/package-info.java",
              "src/main/resources/META-INF/services/dev.colibri.connector.spi.SpotVenueProvider",
              "src/test/java/com/acme/mine/MyExchangeSpotTest.java"),
          files
              .filter(Files::isRegularFile)
              .map(file -> folder.relativize(file).toString().replace('\\', '/'))
              .filter(name -> !name.endsWith(".tape"))
              .sorted()
              .toList());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MyExchange, com.acme, a name has small letters",
    "my-exchange-spot, com.acme, does not end with its kind",
    "my-exchange, com.acme.class, not the name of a package: com.acme.class",
    "my-exchange, com/acme, not the name of a package: com/acme"
  })
  void names_that_are_none_are_refused(String venue, String base, String why) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> NewVenue.write(folder, venue, base, false, DAY))
            .getMessage();
    assertTrue(message.contains(why), message);
  }

  @Test
  void nothing_that_is_there_is_written_over() throws IOException {
    Files.writeString(folder.resolve("mine"), "");

    assertThrows(
        IllegalArgumentException.class,
        () -> NewVenue.write(folder, "my-exchange", "com.acme", false, DAY));
    assertEquals(
        "not a folder: " + folder.resolve("mine"),
        assertThrows(
                IllegalArgumentException.class,
                () -> NewVenue.write(folder.resolve("mine"), "my-exchange", "com.acme", false, DAY))
            .getMessage());
  }
}
