package dev.colibri.connector.amm.evm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** What other implementations made of the same values: a line a case, bars between its fields. */
final class Golden {
  private Golden() {}

  static Stream<List<String>> lines(String name) {
    try (InputStream in = Golden.class.getResourceAsStream("/evm/" + name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not there");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> List.of(line.split("\\|", -1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
